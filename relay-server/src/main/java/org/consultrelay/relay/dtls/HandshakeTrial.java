package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Handshakes of the relay with itself, without a network: a handshake that runs for the first time
 * takes a hundred times as long as one that is compiled, so those who come first would wait.
 * Blocking.
 */
public final class HandshakeTrial {
  private static final Duration ONE = Duration.ofSeconds(10);

  private HandshakeTrial() {}

  /**
   * Shakes hands, one handshake after the other.
   *
   * @param srtpProfiles IANA's numbers, see {@link DtlsContext#srtpProfiles}
   * @param count most handshakes
   * @param time after which no other one is begun
   * @return how many were made
   * @throws IllegalStateException when one fails: no peer could connect either
   */
  public static int run(List<Integer> srtpProfiles, int count, Duration time)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    DtlsCertificate certificate = DtlsCertificate.generate(DtlsRandom.create());
    int made = 0;
    try (ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService loop =
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("handshake-trial").factory())) {
      DtlsContext context =
          new DtlsContext(
              certificate,
              srtpProfiles,
              DtlsLimits.DEFAULT,
              new HandshakeGate(2, 1_000_000),
              handshakes);
      while (made < count && System.nanoTime() < end) {
        once(context, loop);
        made++;
      }
    }
    return made;
  }

  private static void once(DtlsContext context, ExecutorService loop) throws InterruptedException {
    Side client = new Side(context, DtlsRole.CLIENT, loop);
    Side server = new Side(context, DtlsRole.SERVER, loop);
    client.other = server;
    server.other = client;
    loop.execute(() -> {
      server.endpoint.start(System.nanoTime());
      client.endpoint.start(System.nanoTime());
    });
    try {
      client.connected.get(ONE.toMillis(), TimeUnit.MILLISECONDS);
      server.connected.get(ONE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a handshake of the relay with itself failed", e);
    } finally {
      loop.execute(client.endpoint::close);
      loop.execute(server.endpoint::close);
    }
  }

  private static final class Side implements DtlsEndpoint.Listener {
    private final ExecutorService loop;
    private final DtlsEndpoint endpoint;
    private final CompletableFuture<DtlsKeys> connected = new CompletableFuture<>();
    private @Nullable Side other;

    Side(DtlsContext context, DtlsRole role, ExecutorService loop) {
      this.loop = loop;
      this.endpoint =
          new DtlsEndpoint(
              context, role, context.certificate().fingerprint(), loop, new DtlsCounters(), this);
    }

    @Override
    public void send(byte[] datagram, int length) {
      Side to = other;
      if (to == null) {
        return;
      }
      try {
        loop.execute(() ->
            to.endpoint.onDatagram(MemorySegment.ofArray(datagram), 0, length, System.nanoTime()));
      } catch (RejectedExecutionException e) {
        // The trial is over; what is said now are goodbyes.
      }
    }

    @Override
    public void connected(DtlsKeys keys) {
      connected.complete(keys);
    }

    @Override
    public void failed(DtlsFailure reason) {
      connected.completeExceptionally(new IllegalStateException(reason.toString()));
    }

    @Override
    public void data(MemorySegment memory, long offset, int length) {
      // None is sent.
    }

    @Override
    public void closed() {
      // The trial closes both sides itself.
    }
  }
}
