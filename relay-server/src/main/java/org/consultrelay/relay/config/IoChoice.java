package org.consultrelay.relay.config;

/** Which datagram ports the media loops use. */
public enum IoChoice {
  /** Epoll with our own descriptors where the machine has it, NIO elsewhere. */
  AUTO,
  /** Epoll, or the start fails. */
  EPOLL,
  /** NIO channels, everywhere. */
  NIO
}
