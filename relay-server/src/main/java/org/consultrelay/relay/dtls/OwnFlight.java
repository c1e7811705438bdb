package org.consultrelay.relay.dtls;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The datagrams of the flight that we sent last, to be sent again when the peer repeats its own:
 * that says it lacks ours, and sooner than our timer would. They go out as they were; what the peer
 * did get of them, it drops as replayed. It is also how the last flight is answered for after the
 * handshake (RFC 6347 §4.2.4).
 */
final class OwnFlight {
  // Anybody can repeat a peer's plain text, so what that makes us send is bounded.
  private static final int MAX_REPEATS = 32;
  private static final long INTERVAL = 40_000_000L;

  private final List<byte[]> datagrams = new ArrayList<>();
  private int repeats;
  private long repeatAfter;

  /** A datagram was sent; {@code first} if it begins a flight. */
  void sent(byte[] datagram, boolean first) {
    if (first) {
      datagrams.clear();
    }
    datagrams.add(datagram);
  }

  /** The peer goes on, so it has got the flight. */
  void forget() {
    datagrams.clear();
  }

  /** Sends the flight again, unless it was only just done or often enough. */
  boolean repeat(long nowNanos, Consumer<byte[]> send) {
    if (datagrams.isEmpty() || repeats == MAX_REPEATS || (repeats > 0 && nowNanos < repeatAfter)) {
      return false;
    }
    repeats++;
    repeatAfter = nowNanos + INTERVAL;
    datagrams.forEach(send);
    return true;
  }
}
