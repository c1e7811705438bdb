package org.consultrelay.relay.net;

import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * A UDP socket bound to one address and port, owned by one {@link MediaLoop}. All methods are for
 * the loop's thread, except {@link #localAddress()}, {@link #counters()}, {@link #io()}, {@link
 * #granted()} and {@link #segmentation()}, which any thread may read.
 *
 * <p>A port bound to a wildcard address leaves the choice of the source address to the kernel's
 * routes (no {@code IP_PKTINFO}: it costs on every message). That is right where the host has one
 * address, or one address per route. A host with several addresses in one network binds each of
 * them by name: then there is one port for each and a reply leaves from the address that was asked.
 */
public interface DatagramPort extends AutoCloseable {
  /** The bound address; the unspecified address (all zeros) for a wildcard. */
  TransportAddress localAddress();

  /** The slots that datagrams are received into: those of the loop. */
  SlotPool slots();

  /** What this port sends in this turn. */
  SendBatch sendBatch();

  /** Sends everything that is in {@link #sendBatch()}. */
  void flush();

  /** What went through, and what did not and why. */
  PortCounters counters();

  /** {@code "epoll"} or {@code "nio"}. */
  String io();

  /** The socket buffers that the kernel gave us. */
  SocketBuffers granted();

  /** Whether runs of packets leave as one message (UDP generic segmentation offload). */
  boolean segmentation();

  /** Whether {@link #forbidFragments} does what it says. The same for all ports of a loop. */
  boolean forbidsFragments();

  /**
   * Whether what is committed from now on must not be fragmented on its way: with IPv4's DF bit, or
   * over IPv6 without a fragment header; what is too long is then counted as {@link
   * DropReason#TOO_LONG}. False lets it be fragmented, here or by routers. Before the first call it
   * is as the system likes. What is committed already is flushed first.
   */
  void forbidFragments(boolean forbid);

  /**
   * From now on {@link DatagramHandler#onIcmp} is told what the network says about datagrams that
   * left here. Nothing comes of it where ports are not {@code "epoll"}.
   */
  void reportErrors();

  /** Closes the socket. What is not flushed is lost. Closing twice is fine. */
  @Override
  void close();
}
