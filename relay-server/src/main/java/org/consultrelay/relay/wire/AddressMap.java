package org.consultrelay.relay.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map from transport addresses to values that looks up by the three numbers of an address, so
 * that the packet path needs no key object. Open addressing with linear probing, at most half full,
 * one thread.
 *
 * @param <V> what an address stands for
 */
public final class AddressMap<V> {
  // High, low and port of an address side by side, so that to compare them is one line of the
  // cache; the fourth keeps entries from lying across two.
  private static final int HIGH = 0;
  private static final int LOW = 1;
  private static final int PORT = 2;
  private static final int STRIDE = 4;

  private long[] keys;
  private @Nullable Object[] values;
  private int size;

  /** An empty map. */
  public AddressMap() {
    keys = new long[16 * STRIDE];
    values = new Object[16];
  }

  /** How many addresses are in the map. */
  public int size() {
    return size;
  }

  /** The value of the address, or null. */
  @SuppressWarnings("unchecked")
  public @Nullable V get(long high, long low, int port) {
    return (V) values[slot(high, low, port)];
  }

  /** The value of the address, or null. */
  public @Nullable V get(TransportAddress address) {
    return get(address.high(), address.low(), address.port());
  }

  /** Puts a value, replacing the one that was there. Returns the replaced value or null. */
  @SuppressWarnings("unchecked")
  public @Nullable V put(TransportAddress address, V value) {
    int at = slot(address.high(), address.low(), address.port());
    V before = (V) values[at];
    key(at, address.high(), address.low(), address.port());
    values[at] = value;
    if (before == null && ++size * 2 > values.length) {
      grow();
    }
    return before;
  }

  /** Removes the address. Returns the value that was there or null. */
  @SuppressWarnings("unchecked")
  public @Nullable V remove(TransportAddress address) {
    int at = slot(address.high(), address.low(), address.port());
    V before = (V) values[at];
    if (before == null) {
      return null;
    }
    size--;
    // Backward-shift deletion: no tombstones, so look-ups never slow down over a relay's lifetime.
    int mask = values.length - 1;
    int hole = at;
    for (int i = (hole + 1) & mask; values[i] != null; i = (i + 1) & mask) {
      int home = TransportAddress.hash(high(i), low(i), port(i)) & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        key(hole, high(i), low(i), port(i));
        values[hole] = values[i];
        hole = i;
      }
    }
    values[hole] = null;
    return before;
  }

  /** Removes every value that the condition holds for. Not for the packet path. */
  @SuppressWarnings("unchecked")
  public void removeIf(Predicate<? super V> condition) {
    List<TransportAddress> gone = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null && condition.test((V) values[i])) {
        gone.add(new TransportAddress(high(i), low(i), port(i)));
      }
    }
    gone.forEach(this::remove);
  }

  private int slot(long high, long low, int port) {
    int mask = values.length - 1;
    int at = TransportAddress.hash(high, low, port) & mask;
    while (values[at] != null && (low(at) != low || port(at) != port || high(at) != high)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private long high(int at) {
    return keys[at * STRIDE + HIGH];
  }

  private long low(int at) {
    return keys[at * STRIDE + LOW];
  }

  private int port(int at) {
    return (int) keys[at * STRIDE + PORT];
  }

  private void key(int at, long high, long low, int port) {
    keys[at * STRIDE + HIGH] = high;
    keys[at * STRIDE + LOW] = low;
    keys[at * STRIDE + PORT] = port;
  }

  private void grow() {
    long[] oldKeys = keys;
    @Nullable Object[] oldValues = values;
    int capacity = oldValues.length * 2;
    keys = new long[capacity * STRIDE];
    values = new Object[capacity];
    for (int i = 0; i < oldValues.length; i++) {
      if (oldValues[i] != null) {
        long high = oldKeys[i * STRIDE + HIGH];
        long low = oldKeys[i * STRIDE + LOW];
        int port = (int) oldKeys[i * STRIDE + PORT];
        int at = slot(high, low, port);
        key(at, high, low, port);
        values[at] = oldValues[i];
      }
    }
  }
}
