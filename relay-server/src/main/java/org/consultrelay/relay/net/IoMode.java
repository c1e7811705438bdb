package org.consultrelay.relay.net;

import java.util.Locale;

/** Which sockets the media loops use: the setting {@code net.io}. */
public enum IoMode {
  /** Our own descriptors with epoll where the machine and the Vert.x instance have it, else NIO. */
  AUTO,
  /** Our own descriptors with epoll; starting fails where that cannot be. */
  EPOLL,
  /**
   * NIO channels. They live on NIO event loops only, so the Vert.x instance must be made with
   * {@code preferNativeTransport(mode.nativeTransport())}.
   */
  NIO;

  /** What to give to {@code VertxOptions.setPreferNativeTransport}. */
  public boolean nativeTransport() {
    return this != NIO;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
