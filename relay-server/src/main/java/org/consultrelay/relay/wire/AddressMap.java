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
  private long[] highs;
  private long[] lows;
  private int[] ports;
  private @Nullable Object[] values;
  private int size;

  /** An empty map. */
  public AddressMap() {
    highs = new long[16];
    lows = new long[16];
    ports = new int[16];
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
    highs[at] = address.high();
    lows[at] = address.low();
    ports[at] = address.port();
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
      int home = TransportAddress.hash(highs[i], lows[i], ports[i]) & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        highs[hole] = highs[i];
        lows[hole] = lows[i];
        ports[hole] = ports[i];
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
        gone.add(new TransportAddress(highs[i], lows[i], ports[i]));
      }
    }
    gone.forEach(this::remove);
  }

  private int slot(long high, long low, int port) {
    int mask = values.length - 1;
    int at = TransportAddress.hash(high, low, port) & mask;
    while (values[at] != null && (lows[at] != low || ports[at] != port || highs[at] != high)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldHighs = highs;
    long[] oldLows = lows;
    int[] oldPorts = ports;
    @Nullable Object[] oldValues = values;
    int capacity = oldValues.length * 2;
    highs = new long[capacity];
    lows = new long[capacity];
    ports = new int[capacity];
    values = new Object[capacity];
    for (int i = 0; i < oldValues.length; i++) {
      if (oldValues[i] != null) {
        int at = slot(oldHighs[i], oldLows[i], oldPorts[i]);
        highs[at] = oldHighs[i];
        lows[at] = oldLows[i];
        ports[at] = oldPorts[i];
        values[at] = oldValues[i];
      }
    }
  }
}
