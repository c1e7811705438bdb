package org.consultrelay.load.media;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.consultrelay.relay.wire.Bytes;

/**
 * A simulated microphone and Opus encoder, 20 ms a packet: somebody talks, pauses, talks on. The
 * first byte is a true one (RFC 6716 §3.1), then stamp and filling. One thread at a time; allocates
 * nothing per packet.
 */
public final class OpusSource {
  /** From one packet to the next, in nanoseconds. */
  public static final long INTERVAL_NANOS = 20_000_000;

  /** RTP timestamp units from one packet to the next. */
  public static final int TIMESTAMP_STEP = 960;

  /** The longest payload in bytes. */
  public static final int MAX_PAYLOAD = 400;

  /** Hybrid, full band, 20 ms, one channel, one frame. */
  private static final int TABLE_OF_CONTENTS = 0x78;

  private static final int MIN_STAMPED = 1 + Stamp.LENGTH;
  private static final double TALK_PACKETS = 60;
  private static final double PAUSE_PACKETS = 75;
  private static final double NOISE = 0.2;

  /** In silence an encoder says every 400 ms that it is still there. */
  private static final int DTX_PACKETS = 20;

  private final SplittableRandom random;
  private final boolean dtx;
  private final double mean;
  private boolean talking = true;
  private boolean marker;
  private int left;
  private int silent;
  private int length;

  /**
   * A source.
   *
   * @param kilobitsPerSecond of payload while somebody talks, 6 to 128; a packet with a stamp has
   *     33 bytes at least
   * @param dtx send nearly nothing in pauses (discontinuous transmission)
   * @param seed the same one makes the same packets
   */
  public OpusSource(int kilobitsPerSecond, boolean dtx, long seed) {
    if (kilobitsPerSecond < 6 || kilobitsPerSecond > 128) {
      throw new IllegalArgumentException(
          "Opus at " + kilobitsPerSecond + " kbit/s, must be 6 to 128");
    }
    this.dtx = dtx;
    random = new SplittableRandom(seed);
    mean = kilobitsPerSecond * 2.5;
    left = spurt(TALK_PACKETS);
  }

  /**
   * Goes on by 20 ms.
   *
   * @return the length of the payload in bytes; 0 when nothing is to be sent
   */
  public int nextPacket() {
    marker = false;
    if (left-- == 0) {
      talking = !talking;
      left = spurt(talking ? TALK_PACKETS : PAUSE_PACKETS);
      marker = talking && dtx;
      silent = 0;
    }
    double noise = 1 + NOISE * (2 * random.nextDouble() - 1);
    if (talking || !dtx) {
      double wanted = (talking ? mean : mean / 2) * noise;
      length = (int) Math.clamp(wanted, MIN_STAMPED, MAX_PAYLOAD);
    } else {
      length = silent++ % DTX_PACKETS == 0 ? 1 : 0;
    }
    return length;
  }

  private int spurt(double packets) {
    return 1 + (int) (-Math.log(1 - random.nextDouble()) * packets);
  }

  /** Whether talk begins with this packet after silence: the RTP marker (RFC 7587 §4.1). */
  public boolean marker() {
    return marker;
  }

  /** Whether somebody talks, for the audio level. */
  public boolean talking() {
    return talking;
  }

  /**
   * Writes the payload that {@link #nextPacket} announced.
   *
   * @param memory what is in it already may stay as filling
   * @return its length in bytes
   */
  public int write(MemorySegment memory, long offset) {
    Bytes.put8(memory, offset, TABLE_OF_CONTENTS);
    return length;
  }

  /** Where the {@link Stamp} goes in the payload; -1: it has no room for one. */
  public int stampOffset() {
    return length >= MIN_STAMPED ? 1 : -1;
  }
}
