package org.consultrelay.relay.ice;

import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * Which authentic requests have been seen, and where from. Without it anyone who has copied a check
 * off the wire could send it again from elsewhere and have the call's media sent there, or keep a
 * consent alive that the peer no longer gives. Bounded: after {@link #MAX} checks (an hour and a
 * half at a browser's steady pace) the oldest is forgotten.
 */
final class SeenTransactions {
  static final int MAX = 2_048;

  /** What is known of a request. */
  enum Sighting {
    FIRST,
    AGAIN_FROM_THERE,
    FROM_ELSEWHERE
  }

  private static final long ABSENT = 0;

  private final Long2LongHashMap sources = new Long2LongHashMap(ABSENT);
  private long[] ring = new long[32];
  private int next;
  private int count;

  /** Notes a request. Only authentic ones: others would push them out. */
  Sighting note(TransactionId id, TransportAddress from, int path) {
    long key = id.low() ^ id.high() * 0x9E37_79B9_7F4A_7C15L;
    long source = source(from, path);
    long before = sources.get(key);
    if (before != ABSENT) {
      return before == source ? Sighting.AGAIN_FROM_THERE : Sighting.FROM_ELSEWHERE;
    }
    if (count == MAX) {
      sources.remove(ring[next]);
    } else {
      if (count == ring.length) {
        ring = Arrays.copyOf(ring, Math.min(MAX, 2 * count));
      }
      count++;
    }
    ring[next] = key;
    next = (next + 1) % MAX;
    sources.put(key, source);
    return Sighting.FIRST;
  }

  int size() {
    return sources.size();
  }

  private static long source(TransportAddress from, int path) {
    long h = from.high() * 0x9E37_79B9_7F4A_7C15L + from.low();
    h = (h ^ h >>> 32) * 0xD6E8_FEB8_6659_FD93L + ((long) path << 16 ^ from.port());
    h = (h ^ h >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    return h == ABSENT ? 1 : h;
  }
}
