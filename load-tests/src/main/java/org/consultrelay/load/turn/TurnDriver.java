package org.consultrelay.load.turn;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/**
 * Clients of one TURN server over UDP, each with a socket of its own, and the peers that they talk
 * to. Each loop has one peer socket; a packet carries its flow's and its own number, so that what
 * is lost, doubled or late is known. Not for several threads at once.
 */
public final class TurnDriver implements AutoCloseable {
  /** Beyond what a request is repeated for (RFC 8489 §6.2.1: 39.5 s at 500 ms, here 63.5 s). */
  private static final long PATIENCE_SECONDS = 90;

  private final Vertx vertx;
  private final List<DriverLoop> loops = new ArrayList<>();

  /**
   * A driver without clients.
   *
   * @param loops event loops, which clients are shared out to
   * @param manySources whether each client has a loopback address of its own (127.2.x.y), where the
   *     server is on loopback: else quotas by source would meet them all together
   */
  public TurnDriver(TurnTarget target, int loops, boolean manySources) throws Exception {
    vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
    try {
      for (int i = 0; i < loops; i++) {
        this.loops.add(DriverLoop.start(vertx, i, target, manySources));
      }
    } catch (Exception e) {
      vertx.close().await();
      throw e;
    }
  }

  /**
   * What came of asking.
   *
   * @param done allocations that were made, or made and given back
   * @param failed those that were not
   * @param seconds it took
   * @param firstFailure why the first one failed; empty when none did
   */
  public record Sessions(long done, long failed, double seconds, String firstFailure) {
    /** How many in a second. */
    public double perSecond() {
      return done / seconds;
    }
  }

  /** Allocations with a channel to the peer, ready for {@link #send}. */
  public Sessions connect(int clients, int atOnce) throws InterruptedException {
    open(clients);
    return run(SessionJob.Kind.CHANNEL, clients, atOnce, 0, 0);
  }

  /** Allocations and nothing more. */
  public Sessions allocate(int clients, int atOnce) throws InterruptedException {
    open(clients);
    return run(SessionJob.Kind.ALLOCATE, clients, atOnce, 0, 0);
  }

  /** Gives back what the first clients have. */
  public Sessions delete(int clients, int atOnce) throws InterruptedException {
    return run(SessionJob.Kind.DELETE, clients, atOnce, 0, 0);
  }

  /**
   * Allocates and deletes, over and over, each time as a new client does: without a nonce, from an
   * address that has not been used for a while. The sockets are kept for the next time.
   *
   * @param atOnce sessions under way at most
   * @param perSecond sessions begun at most; 0: as many as the server manages
   */
  public Sessions churn(int atOnce, int perSecond, int seconds) throws InterruptedException {
    return run(SessionJob.Kind.CHURN, 0, atOnce, perSecond, TimeUnit.SECONDS.toNanos(seconds));
  }

  private void open(int clients) throws InterruptedException {
    int step = loops.size();
    all((loop, i) -> loop.open(share(clients, i), i, step));
  }

  private Sessions run(SessionJob.Kind kind, int clients, int atOnce, long perSecond, long nanos)
      throws InterruptedException {
    List<SessionJob.Outcome> outcomes =
        all((loop, i) ->
            loop.run(
                new SessionJob(
                    kind,
                    share(clients, i),
                    Math.max(1, share(atOnce, i)),
                    perSecond == 0 ? 0 : Math.max(1, perSecond / loops.size()),
                    nanos)));
    SessionJob.Outcome sum = outcomes.stream().reduce(SessionJob.Outcome::beside).orElseThrow();
    return new Sessions(sum.done(), sum.failed(), sum.seconds(), sum.firstFailure());
  }

  /** How many of a number are for a loop. */
  private int share(int number, int loop) {
    return (number - loop + loops.size() - 1) / loops.size();
  }

  /** Begins to send on all channels. The shape's rate and window are shared out to the loops. */
  public void send(TrafficShape shape) throws InterruptedException {
    int parts = loops.size();
    TrafficShape part =
        new TrafficShape(
            shape.payload(),
            shape.burst(),
            (shape.packetsPerSecond() + parts - 1) / parts,
            Math.max(shape.burst(), shape.window() / parts),
            shape.up(),
            shape.down());
    all((loop, _) -> loop.send(part));
  }

  /** Sends no more; what is under way still arrives. */
  public void stopSending() throws InterruptedException {
    all((loop, _) -> loop.stopSending());
  }

  /** What was sent and received so far. */
  public FlowCounts counts() throws InterruptedException {
    return all((loop, _) -> loop.counts()).stream().reduce(FlowCounts.NONE, FlowCounts::plus);
  }

  private <T> List<T> all(BiFunction<DriverLoop, Integer, CompletableFuture<T>> work)
      throws InterruptedException {
    List<CompletableFuture<T>> running = new ArrayList<>();
    for (int i = 0; i < loops.size(); i++) {
      running.add(work.apply(loops.get(i), i));
    }
    List<T> results = new ArrayList<>();
    for (CompletableFuture<T> one : running) {
      try {
        results.add(one.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        throw new IllegalStateException("the driver: " + e.getMessage(), e);
      } catch (TimeoutException e) {
        throw new IllegalStateException("the driver does not come to an end", e);
      }
    }
    return results;
  }

  @Override
  public void close() {
    loops.forEach(DriverLoop::close);
    vertx.close().await();
  }
}
