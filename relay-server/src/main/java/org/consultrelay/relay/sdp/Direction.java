package org.consultrelay.relay.sdp;

import org.jspecify.annotations.Nullable;

/** The direction of a media section (RFC 8866 §6.7), as seen by whoever wrote the description. */
public enum Direction {
  /** {@code a=sendrecv}, the default. */
  SENDRECV("sendrecv", true, true),
  /** {@code a=sendonly}. */
  SENDONLY("sendonly", true, false),
  /** {@code a=recvonly}. */
  RECVONLY("recvonly", false, true),
  /** {@code a=inactive}. */
  INACTIVE("inactive", false, false);

  private final String token;
  private final boolean sends;
  private final boolean receives;

  Direction(String token, boolean sends, boolean receives) {
    this.token = token;
    this.sends = sends;
    this.receives = receives;
  }

  /** The direction with these two halves. */
  public static Direction of(boolean sends, boolean receives) {
    if (sends) {
      return receives ? SENDRECV : SENDONLY;
    }
    return receives ? RECVONLY : INACTIVE;
  }

  /** The direction that an attribute name stands for, or null. */
  static @Nullable Direction parse(String token) {
    for (Direction direction : values()) {
      if (direction.token.equals(token)) {
        return direction;
      }
    }
    return null;
  }

  /** The attribute name. */
  public String token() {
    return token;
  }

  /** Whether the writer of the description sends. */
  public boolean sends() {
    return sends;
  }

  /** Whether the writer of the description receives. */
  public boolean receives() {
    return receives;
  }

  /** The same section seen from the other side. */
  public Direction reversed() {
    return of(receives, sends);
  }
}
