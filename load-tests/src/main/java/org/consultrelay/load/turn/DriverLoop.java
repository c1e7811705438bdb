package org.consultrelay.load.turn;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.Destination;
import org.consultrelay.relay.net.LoopOptions;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one media loop, and the one socket that is the peer of them all. Everything
 * happens on the loop's thread; the public methods may be called from any.
 */
final class DriverLoop implements TurnClient.Owner {
  /** What each socket's packets are written into: the least that a loop gives. */
  private static final int SOCKET_BATCH = 64 << 10;

  private static final long SLOT_BYTES = 16L * 1_024 * SlotPool.STRIDE;

  /** Addresses that clients are spread over: 127.2.x.y. */
  private static final int MOST_SOURCES = 60_000;

  /** coturn refuses an address with 437 for a second after it has left. */
  private static final long REST_NANOS = 1_500_000_000;

  /** Beyond this, sockets are used again at once: a server so quick must forget as quickly. */
  private static final int MOST_CHURNING = 8_000;

  private static final long PUMP_NANOS = 1_000_000;
  private static final long POLL_NANOS = 20_000_000;

  private final TurnTarget target;
  private final boolean manySources;
  private final SplittableRandom random = new SplittableRandom();
  private final Destination server;
  private final Arrivals arrivals = new Arrivals();
  private final List<TurnClient> clients = new ArrayList<>();
  private final Set<TurnClient> passing = new LinkedHashSet<>();
  private final Deque<TurnClient> resting = new ArrayDeque<>();
  private final Deque<TurnClient> waiting = new ArrayDeque<>();
  private final MediaLoop loop;
  private final ScheduledFuture<?> pumping;
  private @Nullable TrafficPump pump;
  private @Nullable SessionJob job;
  private int churning;
  private long polledNanos;
  private long strange;

  private DriverLoop(MediaLoop loop, TurnTarget target, boolean manySources) {
    this.loop = loop;
    this.target = target;
    this.manySources = manySources;
    this.server = Destination.of(target.server());
    this.pumping =
        loop.context()
            .nettyEventLoop()
            .scheduleAtFixedRate(this::tick, PUMP_NANOS, PUMP_NANOS, TimeUnit.NANOSECONDS);
  }

  /**
   * Starts one.
   *
   * @param manySources whether each client has a loopback address of its own
   */
  static DriverLoop start(Vertx vertx, int index, TurnTarget target, boolean manySources)
      throws Exception {
    DriverLoop[] made = new DriverLoop[1];
    LoopOptions options =
        LoopOptions.of(index, 0)
            .withBindAddresses(List.of(peerAddress(target)))
            .withSendBatchBytes(SOCKET_BATCH)
            .withSlotBytes(SLOT_BYTES);
    MediaLoop.start(
            vertx,
            options,
            (loop, _) -> {
              DriverLoop driver = new DriverLoop(loop, target, manySources);
              made[0] = driver;
              return new PeerSide(driver);
            })
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    return made[0];
  }

  /** Where the peers are: on loopback for a server there, else wherever the system sends from. */
  private static InetAddress peerAddress(TurnTarget target) throws IOException {
    InetAddress host = target.server().toInetAddress();
    if (host instanceof Inet4Address && host.isLoopbackAddress()) {
      // A server's own address is no peer to ours, so ours is on another one.
      return InetAddress.ofLiteral("127.0.0.1");
    }
    if (host.isLoopbackAddress()) {
      return host;
    }
    // A connected datagram socket tells the address that faces the server; nothing is sent.
    try (DatagramSocket probe = new DatagramSocket()) {
      probe.connect(target.server().toSocketAddress());
      return probe.getLocalAddress();
    }
  }

  /** Opens sockets until there are so many clients. */
  CompletableFuture<Void> open(int count, int firstIndex, int step) {
    return onLoop(() -> {
      while (clients.size() < count) {
        clients.add(newClient(firstIndex + clients.size() * step));
      }
      return null;
    });
  }

  private TurnClient newClient(int index) {
    TurnClient[] made = new TurnClient[1];
    try {
      loop.openPort(
          local(index),
          (_, port) -> {
            made[0] = new TurnClient(index, this, arrivals, port, server);
            return made[0];
          });
      return made[0];
    } catch (IOException e) {
      throw new IllegalStateException("a socket cannot be opened: " + e.getMessage(), e);
    }
  }

  private TransportAddress local(int index) throws UnknownHostException {
    InetAddress host = target.server().toInetAddress();
    if (!host.isLoopbackAddress()) {
      return host.getAddress().length == 4
          ? TransportAddress.ipv4(0, 0)
          : new TransportAddress(0, 0, 0);
    }
    if (!manySources || host.getAddress().length != 4) {
      return TransportAddress.of(host, 0);
    }
    return TransportAddress.ipv4(
        (127 << 24) | (2 << 16) | ((index / 250) << 8) | (1 + index % 250), 0);
  }

  /** Brings sessions to where the job wants them; done when all are, or none can go on. */
  CompletableFuture<SessionJob.Outcome> run(SessionJob next) {
    CompletableFuture<SessionJob.Outcome> done = new CompletableFuture<>();
    loop.execute(() -> {
      job = next;
      waiting.clear();
      clients.stream().limit(next.clients()).forEach(waiting::add);
      next.begin(loop.nowNanos(), done);
      proceed(next, loop.nowNanos());
    });
    return done;
  }

  private void proceed(SessionJob current, long nowNanos) {
    boolean churn = current.kind() == SessionJob.Kind.CHURN;
    while (current.mayBegin(nowNanos) && (churn || !waiting.isEmpty())) {
      current.began();
      if (churn) {
        TurnClient client = rested(nowNanos);
        passing.add(client);
        client.begin(session(client, null), nowNanos);
        continue;
      }
      TurnClient client = waiting.removeFirst();
      if (current.kind() != SessionJob.Kind.DELETE) {
        boolean channel = current.kind() == SessionJob.Kind.CHANNEL;
        client.begin(session(client, channel ? peerPort().localAddress() : null), nowNanos);
      } else if (client.isReady()) {
        client.delete(nowNanos);
      } else {
        current.ended(false, "nothing to delete");
      }
    }
    if (current.isOver(waiting.isEmpty(), nowNanos)) {
      job = null;
      current.end(nowNanos);
    }
  }

  /** A socket that the server has had time to forget; a new one while there are not too many. */
  private TurnClient rested(long nowNanos) {
    TurnClient first = resting.peekFirst();
    if (first != null
        && (nowNanos - first.endedNanos() >= REST_NANOS || churning >= MOST_CHURNING)) {
      return resting.removeFirst();
    }
    return newClient(churning++ % MOST_SOURCES);
  }

  private TurnSession session(TurnClient client, @Nullable TransportAddress peer) {
    long seconds = System.currentTimeMillis() / 1_000;
    return new TurnSession(target.login().credentials(client.index(), seconds), peer, random);
  }

  @Override
  public void onSession(TurnClient client, TurnSession session, long nowNanos) {
    SessionJob current = job;
    if (current == null) {
      return;
    }
    boolean churn = current.kind() == SessionJob.Kind.CHURN;
    if (churn && session.state() == TurnSession.State.READY) {
      client.delete(nowNanos);
      return;
    }
    current.ended(session.state() != TurnSession.State.FAILED, session.failure());
    if (churn) {
      client.endedAt(nowNanos);
      passing.remove(client);
      resting.addLast(client);
    }
    // What can begin does so at the end of the turn: no recursion through sockets.
  }

  @Override
  public void onTurn(long nowNanos) {
    SessionJob current = job;
    if (current != null) {
      proceed(current, nowNanos);
    }
    TrafficPump pumped = pump;
    if (pumped != null) {
      pumped.run(nowNanos);
    }
  }

  private void tick() {
    long now = System.nanoTime();
    if (now - polledNanos >= POLL_NANOS) {
      polledNanos = now;
      for (TurnClient client : clients) {
        client.poll(now);
      }
      for (TurnClient client : List.copyOf(passing)) {
        client.poll(now);
      }
    }
    TrafficPump pumped = pump;
    if (pumped != null) {
      pumped.tick(now);
    }
    onTurn(now);
  }

  /** Begins to send on all clients that have a channel. */
  CompletableFuture<Void> send(TrafficShape shape) {
    return onLoop(() -> {
      List<TurnClient> ready = clients.stream().filter(TurnClient::isReady).toList();
      if (ready.isEmpty()) {
        throw new IllegalStateException("no client has a channel");
      }
      pump = new TrafficPump(ready, arrivals, peerPort(), shape, loop.nowNanos());
      return null;
    });
  }

  /** Sends no more. */
  CompletableFuture<Void> stopSending() {
    return onLoop(() -> {
      pump = null;
      return null;
    });
  }

  /** What was sent and received so far. */
  CompletableFuture<FlowCounts> counts() {
    return onLoop(() -> {
      FlowCounts sum = new FlowCounts(0, 0, 0, 0, 0, 0, strange);
      for (TurnClient client : clients) {
        sum = sum.plus(client.counts());
      }
      return sum;
    });
  }

  /** The memory that all sockets of the loop receive into. */
  MemorySegment slots() {
    return loop.slots().memory();
  }

  /** Something came to the peer that no client has sent. */
  void strangeAtPeer() {
    strange++;
  }

  private DatagramPort peerPort() {
    return loop.ports().getFirst();
  }

  /** The client that a packet at the peer names, or null. */
  @Nullable TurnClient client(int index) {
    // Clients of a loop are numbered in equal steps.
    if (clients.isEmpty()) {
      return null;
    }
    int first = clients.getFirst().index();
    int step = clients.size() == 1 ? 1 : clients.get(1).index() - first;
    int at = (index - first) / step;
    if (at < 0 || at >= clients.size() || clients.get(at).index() != index) {
      return null;
    }
    return clients.get(at);
  }

  private <T extends @Nullable Object> CompletableFuture<T> onLoop(Supplier<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        done.complete(work.get());
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }

  /** Closes the sockets. */
  void close() {
    pumping.cancel(false);
    loop.close();
  }
}
