package org.consultrelay.load.media;

/**
 * Cuts frames into packets of about equal size, the longer ones first: equal runs are what a kernel
 * can send as one.
 */
final class Packets {
  private Packets() {}

  /** How many packets of at most {@code most} bytes a frame takes. */
  static int count(int size, int most) {
    return Math.max(1, (size + most - 1) / most);
  }

  /** Bytes of the frame in its n-th packet. */
  static int length(int size, int packets, int packet) {
    return size / packets + (packet < size % packets ? 1 : 0);
  }

  /** Where in the frame its n-th packet begins. */
  static int start(int size, int packets, int packet) {
    return size / packets * packet + Math.min(packet, size % packets);
  }
}
