package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.consultrelay.relay.wire.Bytes;

/**
 * Notes when each packet of a transport came and writes that as transport-wide feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1), from which the sender estimates the
 * line. One per peer; bounded memory.
 *
 * <p>A packet that comes after it was reported missing is reported again, with all from it on:
 * senders take that for a late arrival.
 */
public final class TransportFeedbackRecorder {
  /** How far back, in packets, an arrival is remembered. */
  public static final int WINDOW = 1_024;

  /** The usual time between two feedbacks. */
  public static final long INTERVAL_NANOS = 50_000_000;

  /** Feedback is due at once when that many packets came since the last. */
  public static final int MAX_PENDING = 200;

  /** Bytes that a feedback about one packet may need, when all others of the window are lost. */
  public static final int ROOM = 320;

  private static final int SMALL = 1;
  private static final int LARGE = 2;
  private static final int MASK = WINDOW - 1;
  private static final long MISSING = Long.MIN_VALUE;

  private final long[] arrivals = new long[WINDOW];
  private final byte[] symbols = new byte[WINDOW];
  private final short[] deltas = new short[WINDOW];
  private final long intervalNanos;
  private long originNanos;
  private long highest;
  private long next;
  private int pending;
  private long deadline = Long.MAX_VALUE;
  private int feedbackCount;
  private boolean started;

  /** A recorder with the usual interval. */
  public TransportFeedbackRecorder() {
    this(INTERVAL_NANOS);
  }

  /** A recorder that reports at most that long after the first unreported packet. */
  public TransportFeedbackRecorder(long intervalNanos) {
    this.intervalNanos = intervalNanos;
    Arrays.fill(arrivals, MISSING);
  }

  /**
   * Notes a packet.
   *
   * @param sequence the transport-wide sequence number from its header extension
   * @param arrivalNanos when it came
   * @return false for a duplicate, or one older than the window: it is ignored
   */
  public boolean record(int sequence, long arrivalNanos) {
    if (!started) {
      started = true;
      originNanos = arrivalNanos;
      next = sequence;
      highest = sequence - 1L;
    }
    long extended = SequenceNumbers.extend(highest, sequence);
    if (extended > highest) {
      advance(extended);
    } else if (extended <= highest - WINDOW || arrivals[(int) extended & MASK] != MISSING) {
      return false;
    }
    arrivals[(int) extended & MASK] =
        Math.floorDiv(arrivalNanos - originNanos, TransportFeedback.TICK_NANOS);
    next = Math.min(next, extended);
    if (pending++ == 0) {
      deadline = arrivalNanos + intervalNanos;
    } else if (pending == MAX_PENDING) {
      deadline = arrivalNanos;
    }
    return true;
  }

  private void advance(long extended) {
    if (extended - highest >= WINDOW) {
      Arrays.fill(arrivals, MISSING);
    } else {
      for (long i = highest + 1; i < extended; i++) {
        arrivals[(int) i & MASK] = MISSING;
      }
    }
    highest = extended;
    // What has left the window can no longer be reported, neither as come nor as lost.
    next = Math.max(next, extended - MASK);
  }

  /** When feedback is due; {@link Long#MAX_VALUE} when there is nothing to report. */
  public long deadline() {
    return deadline;
  }

  /** How many packets came that no feedback covers yet; after a partial one at least 1. */
  public int pending() {
    return pending;
  }

  /**
   * Appends one feedback packet about what came since the last. When the arrivals are too far apart
   * or too many for one, {@link #pending()} stays above 0 and the next call goes on.
   *
   * @param writer with {@link #ROOM} bytes left, so that any loss can be told
   * @param mediaSsrc any stream of the transport, as receivers of feedback ignore it
   * @return false when there is nothing to report, or no room for a useful packet
   */
  public boolean write(RtcpWriter writer, int senderSsrc, int mediaSsrc) {
    if (pending == 0) {
      return false;
    }
    long first = next;
    while (arrivals[(int) first & MASK] == MISSING) {
      first++;
    }
    long reference =
        Math.floorDiv(arrivals[(int) first & MASK], TransportFeedback.TICKS_PER_REFERENCE);
    int statuses = gather(first, reference, writer.remaining());
    if (statuses == 0) {
      return false;
    }
    MemorySegment memory = writer.memory();
    long start = writer.end();
    Bytes.put32(memory, start + 4, senderSsrc);
    Bytes.put32(memory, start + 8, mediaSsrc);
    Bytes.put16(memory, start + 12, (int) next);
    Bytes.put16(memory, start + 14, statuses);
    Bytes.put24(memory, start + 16, (int) reference);
    Bytes.put8(memory, start + 19, feedbackCount++);
    long at = writeChunks(memory, start + TransportFeedback.FIXED_SIZE, statuses);
    at = writeDeltas(memory, at, statuses);
    // Zeros up to 32 bits, without the padding bit: the status count says where the deltas end.
    while (((at - start) & 3) != 0) {
      Bytes.put8(memory, at++, 0);
    }
    writer.append(
        RtcpReader.TRANSPORT_LAYER_FEEDBACK, RtcpReader.FMT_TRANSPORT_FEEDBACK, (int) (at - start));
    next += statuses;
    if (next > highest) {
      pending = 0;
      deadline = Long.MAX_VALUE;
    } else {
      pending = 1;
    }
    return true;
  }

  /**
   * Fills in symbols and deltas from {@code next} on, up to the last arrival whose delta can be
   * expressed and that fits. Returns how many statuses that makes.
   */
  private int gather(long first, long reference, int room) {
    int statuses = 0;
    int bytes = TransportFeedback.FIXED_SIZE;
    long previous = reference * TransportFeedback.TICKS_PER_REFERENCE;
    Arrays.fill(symbols, 0, (int) (first - next), (byte) 0);
    for (long i = first; i <= highest; i++) {
      int index = (int) (i - next);
      long arrival = arrivals[(int) i & MASK];
      if (arrival == MISSING) {
        symbols[index] = 0;
        continue;
      }
      long delta = arrival - previous;
      if (delta != (short) delta) {
        break;
      }
      int symbol = delta >= 0 && delta <= 255 ? SMALL : LARGE;
      bytes += symbol;
      // A chunk covers at least seven statuses, except the last.
      int chunks = (index + 7) / 7;
      if (((bytes + 2 * chunks + 3) & ~3) > room) {
        break;
      }
      symbols[index] = (byte) symbol;
      deltas[index] = (short) delta;
      previous = arrival;
      statuses = index + 1;
    }
    return statuses;
  }

  private long writeChunks(MemorySegment memory, long at, int statuses) {
    int i = 0;
    while (i < statuses) {
      int left = statuses - i;
      int run = 1;
      while (run < left && symbols[i + run] == symbols[i]) {
        run++;
      }
      int oneBit = 0;
      int ones = 0;
      while (oneBit < Math.min(left, 14) && symbols[i + oneBit] != LARGE) {
        ones |= symbols[i + oneBit] << (13 - oneBit);
        oneBit++;
      }
      int chunk;
      if (run >= 14 || run == left || (run >= 7 && oneBit < 14)) {
        chunk = symbols[i] << 13 | run;
        i += run;
      } else if (oneBit == 14 || oneBit == left) {
        chunk = 0x8000 | ones;
        i += oneBit;
      } else {
        chunk = 0xC000;
        int twoBit = Math.min(left, 7);
        for (int k = 0; k < twoBit; k++) {
          chunk |= symbols[i + k] << (12 - 2 * k);
        }
        i += twoBit;
      }
      Bytes.put16(memory, at, chunk);
      at += 2;
    }
    return at;
  }

  private long writeDeltas(MemorySegment memory, long at, int statuses) {
    for (int i = 0; i < statuses; i++) {
      if (symbols[i] == SMALL) {
        Bytes.put8(memory, at++, deltas[i]);
      } else if (symbols[i] == LARGE) {
        Bytes.put16(memory, at, deltas[i]);
        at += 2;
      }
    }
    return at;
  }
}
