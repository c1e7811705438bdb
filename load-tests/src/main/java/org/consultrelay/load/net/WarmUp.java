package org.consultrelay.load.net;

/**
 * Has the code of a line loaded and compiled before the first packet comes: that one would be tens
 * of milliseconds late otherwise, and look as if the network had been.
 */
final class WarmUp {
  private static final int PACKETS = 20_000;

  private WarmUp() {}

  /** Takes some tens of milliseconds, the first time. */
  static void run() {
    ImpairedQueue<byte[]> queue = new ImpairedQueue<>(1);
    byte[] packet = new byte[100];
    queue.set(
        Impairment.NONE
            .withRate(1_000_000)
            .withDelay(20)
            .withJitter(10, true)
            .withLoss(1)
            .withBurst(new Burst(100, 2))
            .withReorder(1)
            .withDuplicate(1),
        0);
    long now = 0;
    for (int i = 0; i < PACKETS; i++) {
      queue.offer(packet, packet.length, now);
      now += 500_000;
      byte[] arrived = queue.poll(now);
      while (arrived != null) {
        arrived = queue.poll(now);
      }
      if (queue.nextNanos() < now) {
        throw new AssertionError("something is due that was not there");
      }
    }
    LineCounts _ = queue.counts(now);
  }
}
