package org.consultrelay.relay.doctor;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The machine as a doctor sees it; tests have one of their own. */
public interface Machine {
  /** A small text file of the system's, such as one below {@code /proc}; empty when not there. */
  Optional<String> file(String path);

  /** Why no socket can be bound there, in the system's words; empty when one can. */
  Optional<String> whyNotBound(boolean tcp, InetAddress address, int port);

  /**
   * Whether a relay answers {@code GET /health/live} there, so that what is taken is taken by it.
   */
  boolean relayAnswers(InetAddress ops, int port);

  /** The addresses of the interfaces that are up, loopback left out. */
  List<InetAddress> addresses();

  /** The address that packets to the internet leave from; empty when there is no route. */
  Optional<InetAddress> sourceAddress();

  /** Memory of the machine or of the container's limit, in bytes. */
  long memoryBytes();

  /** The most that the Java heap may grow to, in bytes. */
  long heapLimitBytes();

  /** The time of day. */
  Instant now();

  /** A clock that does not go back, in nanoseconds. */
  long nanoTime();

  /** One line on the SRTP ciphers, and whether libcrypto is among them. */
  Ciphers ciphers();

  /** What the kernel offers. */
  Kernel kernel();

  /**
   * Ciphers for media.
   *
   * @param description one line
   * @param libcrypto whether AES-GCM runs in libcrypto
   */
  record Ciphers(String description, boolean libcrypto) {}

  /**
   * What media sockets can use here.
   *
   * @param whyNotEpoll why Linux's own sockets cannot be used; empty when they can
   * @param segmentation whether a run of packets is sent and received as one (GSO, GRO)
   */
  record Kernel(Optional<String> whyNotEpoll, boolean segmentation) {}
}
