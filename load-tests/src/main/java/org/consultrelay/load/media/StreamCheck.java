package org.consultrelay.load.media;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.SequenceNumbers;

/**
 * A receiver's judgement of one stream that it plays: is it the right publisher's, all of it, once,
 * in order? Loss on the network (gaps in RTP's numbers) and what is left of it after repair are
 * counted apart. A relay that renumbers to hide a gap is found out by the stamps' own count. One
 * thread at a time; allocates nothing per packet.
 */
public final class StreamCheck {
  private static final int MAX_DTX = 2;

  /** What a packet is. */
  public enum Verdict {
    /** New, and the right publisher's. */
    FRESH,
    /** A retransmission of one that had been missing. */
    REPAIRED,
    /** A retransmission of one that had come, or one that comes after its retransmission. */
    NEEDLESS_REPAIR,
    /** The same packet or the same content again. */
    DUPLICATE,
    /** Somebody else's. */
    WRONG_PUBLISHER,
    /** Without a stamp where there must be one: not what was sent. */
    DAMAGED,
    /** Padding, or a packet of silence: nothing to check. */
    UNSTAMPED,
    /** So late that it cannot be judged. */
    STALE
  }

  private final StampReader reader;
  private final Codec codec;
  private final int publisher;
  private final boolean everyPacketStamped;
  private final ArrivalWindow direct = new ArrivalWindow();
  private final ArrivalWindow all = new ArrivalWindow();
  private final ArrivalWindow counters = new ArrivalWindow();
  private int stream = -1;
  private long missingOfEarlierStreams;
  private boolean fresh;
  private long received;
  private long reordered;
  private long duplicates;
  private long needlessRepairs;
  private long wrongPublisher;
  private long damaged;

  /**
   * A check of one stream.
   *
   * @param reader shared by all checks of a loop
   * @param codec of its payloads
   * @param publisher whose stamps are right
   * @param everyPacketStamped false for {@link CannedVideo}, which stamps a frame's last packet
   */
  public StreamCheck(StampReader reader, Codec codec, int publisher, boolean everyPacketStamped) {
    this.reader = reader;
    this.codec = codec;
    this.publisher = publisher;
    this.everyPacketStamped = everyPacketStamped;
  }

  /**
   * Extends the sequence number inside a retransmission.
   *
   * @param sequenceNumber 0 to 65,535
   */
  public long extend(int sequenceNumber) {
    return all.started() ? SequenceNumbers.extend(all.highest(), sequenceNumber) : sequenceNumber;
  }

  /**
   * Judges a decrypted packet.
   *
   * @param extended its extended sequence number; the original's, if it is a retransmission
   * @param retransmission whether it came by RTX
   * @param length of the payload without padding; of a retransmission without the first two bytes
   */
  public Verdict received(
      long extended, boolean retransmission, MemorySegment memory, long offset, int length) {
    received++;
    fresh = false;
    ArrivalWindow.Mark mark = all.mark(extended);
    if (retransmission) {
      if (mark == ArrivalWindow.Mark.KNOWN) {
        needlessRepairs++;
        return Verdict.NEEDLESS_REPAIR;
      }
    } else if (direct.mark(extended) == ArrivalWindow.Mark.KNOWN) {
      duplicates++;
      return Verdict.DUPLICATE;
    } else if (mark == ArrivalWindow.Mark.KNOWN) {
      needlessRepairs++;
      return Verdict.NEEDLESS_REPAIR;
    }
    if (mark == ArrivalWindow.Mark.STALE) {
      return Verdict.STALE;
    }
    if (mark == ArrivalWindow.Mark.LATE && !retransmission) {
      reordered++;
    }
    if (!reader.read(codec, memory, offset, length)) {
      return withoutStamp(length);
    }
    return stamped(retransmission, mark);
  }

  private Verdict withoutStamp(int length) {
    boolean silence = codec == Codec.OPUS && length <= MAX_DTX;
    if (length == 0 || silence || !everyPacketStamped) {
      return Verdict.UNSTAMPED;
    }
    damaged++;
    return Verdict.DAMAGED;
  }

  private Verdict stamped(boolean retransmission, ArrivalWindow.Mark mark) {
    Stamp stamp = reader.stamp();
    if (stamp.publisher() != publisher) {
      wrongPublisher++;
      return Verdict.WRONG_PUBLISHER;
    }
    if (stamp.stream() != stream && mark == ArrivalWindow.Mark.NEWEST) {
      // Another layer, which counts by itself.
      missingOfEarlierStreams += counters.missing();
      counters.reset();
      stream = stamp.stream();
    }
    if (stamp.stream() == stream && counters.mark(stamp.counter()) == ArrivalWindow.Mark.KNOWN) {
      duplicates++;
      return Verdict.DUPLICATE;
    }
    fresh = true;
    return retransmission ? Verdict.REPAIRED : Verdict.FRESH;
  }

  /**
   * The stamp of the packet judged last, if it was {@link Verdict#FRESH} or {@link
   * Verdict#REPAIRED}: for latencies. Shared with the reader's other checks.
   */
  public Stamp stamp() {
    if (!fresh) {
      throw new IllegalStateException("the last packet has no stamp of worth");
    }
    return reader.stamp();
  }

  /** Whether a key frame begins in the packet judged last. */
  public boolean keyFrame() {
    return reader.keyFrame();
  }

  /** The number of the stream's next packet after all that came; -1 while none has. */
  public long nextCounter() {
    return counters.started() ? counters.highest() + 1 : -1;
  }

  /** Packets judged. */
  public long received() {
    return received;
  }

  /** Packets that ought to have come, by RTP's numbers, from the first to the last that came. */
  public long expected() {
    return all.expected();
  }

  /** Packets that the network lost on the way from the relay: they did not come by themselves. */
  public long lostOnNetwork() {
    return all.expected() - direct.unique();
  }

  /** Of those, the ones that came as retransmission. */
  public long repaired() {
    return all.unique() - direct.unique();
  }

  /** Of those, the ones that never came. */
  public long lost() {
    return all.missing();
  }

  /**
   * Stamped packets of the publisher that are missing though RTP's numbers have no gap for them:
   * left out on purpose by the relay (a layer that it does not send), or hidden.
   */
  public long leftOut() {
    return Math.max(0, missingOfEarlierStreams + counters.missing() - all.missing());
  }

  /** Packets that came after a later one, without retransmissions. */
  public long reordered() {
    return reordered;
  }

  /** Packets that came twice, or content that came twice under two numbers. */
  public long duplicates() {
    return duplicates;
  }

  /** Retransmissions that were not needed. */
  public long needlessRepairs() {
    return needlessRepairs;
  }

  /** Packets of somebody else. */
  public long wrongPublisher() {
    return wrongPublisher;
  }

  /** Packets that are not what was sent. */
  public long damaged() {
    return damaged;
  }
}
