package org.consultrelay.relay.rtp;

/**
 * What is missing of one received stream, and when to ask for it (RFC 4585 §6.2.1). A gap is asked
 * for after a short wait in which reordered packets may still come, then again once per round trip;
 * after ten times, or a second, it is given up and a key frame is needed. Bounded; one per stream.
 */
public final class NackList {
  /** The most missing packets remembered. */
  public static final int CAPACITY = 256;

  /** How often a packet is asked for at most. */
  public static final int MAX_TRIES = 10;

  /** How long a packet is worth asking for: then its frame is too late to be shown. */
  public static final long MAX_AGE_NANOS = 1_000_000_000;

  /** The usual wait for reordered packets before the first request. */
  public static final long REORDER_NANOS = 5_000_000;

  private static final long MIN_INTERVAL_NANOS = 20_000_000;
  private static final long MAX_INTERVAL_NANOS = 400_000_000;

  private final long reorderNanos;
  // Parallel arrays, oldest number first: gaps are always appended, so they stay sorted.
  private final long[] missing = new long[CAPACITY];
  private final long[] sinceNanos = new long[CAPACITY];
  private final long[] dueNanos = new long[CAPACITY];
  private final int[] tries = new int[CAPACITY];
  private int size;
  private boolean started;
  private long highest;
  private long deadline = Long.MAX_VALUE;
  private boolean keyFrameNeeded;
  private long lastAbandoned;
  private long requested;
  private long recovered;
  private long abandoned;

  /** A list with the usual wait for reordered packets. */
  public NackList() {
    this(REORDER_NANOS);
  }

  /** A list that waits that long for reordered packets before it asks the first time. */
  public NackList(long reorderNanos) {
    this.reorderNanos = reorderNanos;
  }

  /**
   * Notes that a packet came, by itself or as a retransmission.
   *
   * @param extended its extended sequence number, see {@link ReceiveStatistics#extend}
   * @param nowNanos when it came
   * @return whether it had been missing
   */
  public boolean received(long extended, long nowNanos) {
    long ahead = extended - highest;
    if (ahead == 1 && started) {
      highest = extended;
      return false;
    }
    if (!started) {
      started = true;
      highest = extended;
      return false;
    }
    if (ahead <= 0) {
      return remove(extended);
    }
    append(highest + 1, extended, nowNanos);
    highest = extended;
    return false;
  }

  private void append(long from, long to, long nowNanos) {
    long gap = to - from;
    if (gap > CAPACITY) {
      // Too much to ask for: begin anew at a key frame.
      abandon(size);
      abandoned += gap;
      lastAbandoned = to - 1;
      keyFrameNeeded = true;
      return;
    }
    int room = CAPACITY - size;
    if (gap > room) {
      abandon((int) gap - room);
    }
    long due = nowNanos + reorderNanos;
    for (long number = from; number < to; number++) {
      missing[size] = number;
      sinceNanos[size] = nowNanos;
      dueNanos[size] = due;
      tries[size] = 0;
      size++;
    }
    deadline = Math.min(deadline, due);
  }

  /** Gives up the oldest {@code count}. */
  private void abandon(int count) {
    if (count > 0) {
      abandoned += count;
      lastAbandoned = missing[count - 1];
      keyFrameNeeded = true;
      drop(count);
    }
  }

  private void drop(int count) {
    size -= count;
    if (size == 0) {
      deadline = Long.MAX_VALUE;
    }
    System.arraycopy(missing, count, missing, 0, size);
    System.arraycopy(sinceNanos, count, sinceNanos, 0, size);
    System.arraycopy(dueNanos, count, dueNanos, 0, size);
    System.arraycopy(tries, count, tries, 0, size);
  }

  private boolean remove(long extended) {
    int at = firstFrom(extended);
    if (at == size || missing[at] != extended) {
      return false;
    }
    recovered++;
    int rest = size - at - 1;
    System.arraycopy(missing, at + 1, missing, at, rest);
    System.arraycopy(sinceNanos, at + 1, sinceNanos, at, rest);
    System.arraycopy(dueNanos, at + 1, dueNanos, at, rest);
    System.arraycopy(tries, at + 1, tries, at, rest);
    if (--size == 0) {
      deadline = Long.MAX_VALUE;
    }
    return true;
  }

  /** The index of the first missing number that is not below the given one. */
  private int firstFrom(long extended) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (missing[middle] < extended) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * A key frame begins at that number: what is missing before it is no longer wanted, and what was
   * given up before it needs no other key frame.
   */
  public void keyFrame(long extended) {
    drop(firstFrom(extended));
    if (extended > lastAbandoned) {
      keyFrameNeeded = false;
    }
  }

  /**
   * Collects the numbers to ask for now, oldest first, and gives up what is too old.
   *
   * @param roundTripNanos to the sender; less than 0 if unknown
   * @param out takes 16-bit sequence numbers; what does not fit stays due
   * @return how many were written
   */
  public int collect(long nowNanos, long roundTripNanos, int[] out) {
    if (nowNanos < deadline) {
      return 0;
    }
    // A quarter more than a round trip, for the retransmission waits in queues of its own.
    long wait =
        roundTripNanos < 0
            ? MIN_INTERVAL_NANOS * 5
            : Math.clamp(
                roundTripNanos + (roundTripNanos >> 2), MIN_INTERVAL_NANOS, MAX_INTERVAL_NANOS);
    int written = 0;
    int kept = 0;
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      long due = dueNanos[i];
      if (due <= nowNanos) {
        if (tries[i] == MAX_TRIES || nowNanos - sinceNanos[i] >= MAX_AGE_NANOS) {
          abandoned++;
          lastAbandoned = Math.max(lastAbandoned, missing[i]);
          keyFrameNeeded = true;
          continue;
        }
        if (written < out.length) {
          out[written++] = SequenceNumbers.wire(missing[i]);
          tries[i]++;
          due = nowNanos + wait;
        }
      }
      missing[kept] = missing[i];
      sinceNanos[kept] = sinceNanos[i];
      dueNanos[kept] = due;
      tries[kept] = tries[i];
      kept++;
      earliest = Math.min(earliest, due);
    }
    size = kept;
    deadline = earliest;
    requested += written;
    return written;
  }

  /**
   * When {@link #collect} may have something to do; {@link Long#MAX_VALUE} when nothing is missing.
   */
  public long deadline() {
    return deadline;
  }

  /** How many packets are missing and not given up. */
  public int size() {
    return size;
  }

  /** Whether something was given up since the last key frame or the last call; clears that. */
  public boolean takeKeyFrameNeeded() {
    boolean needed = keyFrameNeeded;
    keyFrameNeeded = false;
    return needed;
  }

  /** Requests made, counting each packet each time. */
  public long requested() {
    return requested;
  }

  /** Packets that were missing and came, asked for or only late. */
  public long recovered() {
    return recovered;
  }

  /** Packets given up. */
  public long abandoned() {
    return abandoned;
  }
}
