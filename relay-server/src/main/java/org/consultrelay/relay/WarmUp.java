package org.consultrelay.relay;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.consultrelay.relay.dtls.HandshakeTrial;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.transport.PacketPathTrial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the packet path, the ciphers and the handshake compiled, once per process, on one thread
 * beside the first peers: they need not wait for it, and what they send meanwhile goes through the
 * same code, only slower. A handshake that has run a hundred times is fifty times as quick as the
 * first.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final AtomicBoolean BEGUN = new AtomicBoolean();
  private static final CountDownLatch DONE = new CountDownLatch(1);
  private static final int HANDSHAKES = 300;
  private static final Duration HANDSHAKE_TIME = Duration.ofSeconds(5);

  private WarmUp() {}

  /** Begins, unless it has been done in this process. */
  static void begin(SrtpCiphers ciphers) {
    if (BEGUN.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("warm-up").start(() -> run(ciphers));
    }
  }

  /** Waits until it has been done, well or not. */
  static void await() throws InterruptedException {
    DONE.await();
  }

  private static void run(SrtpCiphers ciphers) {
    long begun = System.nanoTime();
    try {
      List<Integer> profiles = ciphers.profiles().stream().map(SrtpProfile::id).toList();
      int packets = ciphers.warmUp();
      PacketPathTrial.warmUp(ciphers);
      int handshakes = HandshakeTrial.run(profiles, HANDSHAKES, HANDSHAKE_TIME);
      tidy();
      LOG.info(
          "warmed up in {} ms: {} packets, {} handshakes",
          (System.nanoTime() - begun) / 1_000_000,
          packets,
          handshakes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      LOG.error("the relay cannot carry packets or shake hands with itself, so no peer can", e);
    } finally {
      DONE.countDown();
    }
  }

  /**
   * What the rehearsal left behind would else stay for as long as nothing else asks for memory.
   * Only where collecting stops nobody.
   */
  private static void tidy() {
    boolean concurrent =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .anyMatch(each -> each.getName().startsWith("ZGC"));
    if (concurrent) {
      System.gc();
    }
  }
}
