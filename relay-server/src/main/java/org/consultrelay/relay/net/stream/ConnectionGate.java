package org.consultrelay.relay.net.stream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many connections one source may have, and all together: a source is an IPv4 address or an
 * IPv6 /64. As large as there are connections, no larger. Any thread.
 */
public final class ConnectionGate {
  private final int perSource;
  private final int total;
  private final Map<Long, Integer> sources = new HashMap<>();
  private int count;

  /** With these limits. */
  public ConnectionGate(int perSource, int total) {
    this.perSource = perSource;
    this.total = total;
  }

  /** Counts one more, or says why not. */
  public synchronized @Nullable StreamEnd enter(InetAddress source) {
    if (count >= total) {
      return StreamEnd.TOO_MANY;
    }
    long key = key(source);
    if (sources.getOrDefault(key, 0) >= perSource) {
      return StreamEnd.TOO_MANY_OF_SOURCE;
    }
    count++;
    sources.merge(key, 1, Integer::sum);
    return null;
  }

  /** One that came in is gone. */
  public synchronized void leave(InetAddress source) {
    count--;
    sources.computeIfPresent(key(source), (_, before) -> before == 1 ? null : before - 1);
  }

  /** How many there are. */
  public synchronized int count() {
    return count;
  }

  private static long key(InetAddress source) {
    ByteBuffer bytes = ByteBuffer.wrap(source.getAddress());
    // An IPv6 host has a whole /64; none of those begins with 32 zero bits.
    return source instanceof Inet4Address ? bytes.getInt() & 0xFFFF_FFFFL : bytes.getLong();
  }
}
