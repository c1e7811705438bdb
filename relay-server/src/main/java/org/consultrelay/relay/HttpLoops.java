package org.consultrelay.relay;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The event loops that serve HTTP: none of them carries media, so that a page or a scrape never
 * makes a packet late. Vert.x hands out its loops in turn, also to whoever asks in passing, so they
 * are told apart by looking, not by counting.
 */
final class HttpLoops {
  private final List<ContextInternal> contexts;

  private HttpLoops(List<ContextInternal> contexts) {
    this.contexts = List.copyOf(contexts);
  }

  /**
   * Finds them.
   *
   * @param count how many; the pool of event loops has so many more than there are hosts
   */
  static HttpLoops find(Vertx vertx, List<MediaHost> hosts, int count) {
    Set<EventLoop> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    hosts.forEach(host -> taken.add(host.loop().context().nettyEventLoop()));
    List<ContextInternal> free = new ArrayList<>();
    // Twice round the pool: others may ask meanwhile.
    for (int i = 2 * (hosts.size() + count); i > 0 && free.size() < count; i--) {
      ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
      if (taken.add(context.nettyEventLoop())) {
        free.add(context);
      }
    }
    if (free.isEmpty()) {
      throw new IllegalStateException("every event loop carries media");
    }
    return new HttpLoops(free);
  }

  int count() {
    return contexts.size();
  }

  /** Where to run what opens connections of its own. */
  Context context() {
    return contexts.getLast();
  }

  /** Starts something on one of the loops: what it opens is served there. */
  <T> Future<T> start(int index, Supplier<Future<T>> start) {
    Promise<T> started = Promise.promise();
    contexts
        .get(index)
        .runOnContext(_ -> {
          try {
            start.get().onComplete(started);
          } catch (RuntimeException e) {
            started.fail(e);
          }
        });
    return started.future();
  }
}
