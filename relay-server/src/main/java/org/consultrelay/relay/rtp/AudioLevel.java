package org.consultrelay.relay.rtp;

/** The byte of a client-to-mixer audio level (RFC 6464 §3): voice activity and level. */
public final class AudioLevel {
  /** The level of silence: -127 dBov. */
  public static final int SILENCE = 127;

  private AudioLevel() {}

  /** Loudness below the overload point in dB: 0 is the loudest, 127 is silence. */
  public static int level(int value) {
    return value & 0x7F;
  }

  /** Whether the sender thinks that this is speech. */
  public static boolean voice(int value) {
    return (value & 0x80) != 0;
  }

  /** The byte from its parts. */
  public static int of(boolean voice, int level) {
    return (voice ? 0x80 : 0) | (level & 0x7F);
  }
}
