package org.consultrelay.relay.ice;

import java.util.Arrays;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * Which authentic requests have been seen, and where from. Without it anyone who has copied a check
 * off the wire could send it again from elsewhere and have the call's media sent there, or keep a
 * consent alive that the peer no longer gives. Bounded: after {@link #MAX} checks (an hour and a
 * half at a browser's steady pace) the oldest is forgotten.
 *
 * <p>A ring of the latest requests and an open-addressed index into it. Noting allocates nothing
 * but for the two times that a long call outgrows its arrays: most calls need a quarter of them.
 */
final class SeenTransactions {
  static final int MAX = 2_048;
  private static final int FIRST_CAPACITY = MAX / 4;

  /** What is known of a request. */
  enum Sighting {
    FIRST,
    AGAIN_FROM_THERE,
    FROM_ELSEWHERE
  }

  // The ring: what each request was, and a hash of where it came from.
  private long[] keys = new long[FIRST_CAPACITY];
  private long[] sources = new long[FIRST_CAPACITY];
  // The index, at most half full: one more than a place in the ring, 0 for nothing.
  private short[] index = new short[2 * FIRST_CAPACITY];
  private int next;
  private int count;

  /** Notes a request. Only authentic ones: others would push them out. */
  Sighting note(TransactionId id, TransportAddress from, int path) {
    return note(id.high(), id.low(), from, path);
  }

  /** The same with the transaction id as numbers. */
  Sighting note(int idHigh, long idLow, TransportAddress from, int path) {
    long key = idLow ^ idHigh * 0x9E37_79B9_7F4A_7C15L;
    long source = source(from, path);
    int at = find(key);
    if (index[at] != 0) {
      return sources[index[at] - 1] == source ? Sighting.AGAIN_FROM_THERE : Sighting.FROM_ELSEWHERE;
    }
    if (count == keys.length) {
      if (count < MAX) {
        grow();
      } else {
        forget(keys[next]);
      }
      at = find(key);
    }
    count++;
    keys[next] = key;
    sources[next] = source;
    index[at] = (short) (next + 1);
    next = (next + 1) & (MAX - 1);
    return Sighting.FIRST;
  }

  int size() {
    return count;
  }

  /** Where in the index a key stands, or would. */
  private int find(long key) {
    int mask = index.length - 1;
    int at = home(key) & mask;
    while (index[at] != 0 && keys[index[at] - 1] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** Takes a key that is there out of the index. What probing put behind it moves up. */
  private void forget(long key) {
    int mask = index.length - 1;
    int hole = find(key);
    for (int i = (hole + 1) & mask; index[i] != 0; i = (i + 1) & mask) {
      int home = home(keys[index[i] - 1]) & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        index[hole] = index[i];
        hole = i;
      }
    }
    index[hole] = 0;
    count--;
  }

  /** The ring has not gone round yet, so that it grows at its end. */
  private void grow() {
    keys = Arrays.copyOf(keys, 2 * count);
    sources = Arrays.copyOf(sources, 2 * count);
    index = new short[4 * count];
    for (int i = 0; i < count; i++) {
      index[find(keys[i])] = (short) (i + 1);
    }
  }

  private static int home(long key) {
    return (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 32);
  }

  private static long source(TransportAddress from, int path) {
    long h = from.high() * 0x9E37_79B9_7F4A_7C15L + from.low();
    h = (h ^ h >>> 32) * 0xD6E8_FEB8_6659_FD93L + ((long) path << 16 ^ from.port());
    return (h ^ h >>> 32) * 0xD6E8_FEB8_6659_FD93L;
  }
}
