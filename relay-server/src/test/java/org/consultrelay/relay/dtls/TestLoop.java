package org.consultrelay.relay.dtls;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread in the place of a media loop, in real time because Bouncy Castle's handshake keeps
 * that; and the virtual threads of handshakes. Closing waits for those to end, so a leaked one
 * hangs the test into its time limit, and rethrows what escaped on the loop.
 */
final class TestLoop implements Executor, AutoCloseable {
  static final DtlsCertificate OURS = DtlsCertificate.generate(DtlsRandom.create());
  static final DtlsCertificate THEIRS = DtlsCertificate.generate(DtlsRandom.create());
  static final DtlsLimits LIMITS =
      new DtlsLimits(Duration.ofSeconds(8), Duration.ofMillis(100), Duration.ofMillis(60));

  /** With no retransmission of our own within a test, so that datagrams can be counted. */
  static final DtlsLimits PATIENT =
      new DtlsLimits(Duration.ofSeconds(8), Duration.ofSeconds(8), Duration.ofSeconds(8));

  final ExecutorService handshakes =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("dtls-", 0).factory());
  final HandshakeGate gate = new HandshakeGate(1_000, 100_000);
  final AtomicReference<@Nullable Throwable> escaped = new AtomicReference<>();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("loop").factory());

  TestLoop() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  DtlsContext context(DtlsCertificate certificate, DtlsLimits limits, Integer... profiles) {
    return new DtlsContext(certificate, List.of(profiles), limits, gate, handshakes);
  }

  TestPeer client(Integer... profiles) {
    return client(LIMITS, profiles);
  }

  TestPeer client(DtlsLimits limits, Integer... profiles) {
    return new TestPeer(
        this, context(OURS, limits, profiles), DtlsRole.CLIENT, THEIRS.fingerprint());
  }

  TestPeer server(Integer... profiles) {
    return server(LIMITS, profiles);
  }

  TestPeer server(DtlsLimits limits, Integer... profiles) {
    return new TestPeer(
        this, context(THEIRS, limits, profiles), DtlsRole.SERVER, OURS.fingerprint());
  }

  /** The datagram that a client of ours begins with. */
  static byte[] clientHello(Integer... profiles) throws Exception {
    try (TestLoop loop = new TestLoop()) {
      CompletableFuture<byte[]> hello = new CompletableFuture<>();
      TestPeer client = loop.client(PATIENT, profiles);
      client.wire = hello::complete;
      client.start();
      byte[] bytes = hello.get(5, TimeUnit.SECONDS);
      loop.execute(client.endpoint::close);
      return bytes;
    }
  }

  /** Joins two peers by a link without faults. */
  static void join(TestPeer one, TestPeer other) {
    one.wire = bytes -> one.loop.execute(() -> other.take(bytes));
    other.wire = bytes -> other.loop.execute(() -> one.take(bytes));
  }

  /** Joins two peers by a link that loses, doubles and reorders, decided by the seed. */
  static void joinBadly(TestPeer one, TestPeer other, double loss, Random random) {
    one.wire = bytes -> badly(one.loop, other, bytes, loss, random);
    other.wire = bytes -> badly(other.loop, one, bytes, loss, random);
  }

  private static void badly(TestLoop loop, TestPeer to, byte[] bytes, double loss, Random random) {
    int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < loss ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long delay = random.nextInt(8) * 1_000_000L;
      loop.at(System.nanoTime() + delay, () -> to.take(bytes.clone()));
    }
  }

  @Override
  public void execute(Runnable task) {
    at(System.nanoTime(), task);
  }

  void at(long nanos, Runnable task) {
    try {
      var _ = thread.schedule(guarded(task), nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      if (!thread.isShutdown()) {
        throw e; // else the test is over
      }
    }
  }

  /** Computes on the loop. */
  <T> T call(Supplier<T> task) throws Exception {
    return CompletableFuture.supplyAsync(task, this).get(10, TimeUnit.SECONDS);
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (Throwable e) {
        escaped.compareAndSet(null, e);
        throw e;
      }
    };
  }

  @Override
  public void close() {
    handshakes.close();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        throw new AssertionError("the loop does not end");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    Throwable e = escaped.get();
    if (e != null) {
      throw new AssertionError("escaped on the loop", e);
    }
    if (gate.active() != 0) {
      throw new AssertionError(gate.active() + " handshakes never left the gate");
    }
  }
}
