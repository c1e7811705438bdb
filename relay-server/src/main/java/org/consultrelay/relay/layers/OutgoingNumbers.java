package org.consultrelay.relay.layers;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.rtp.DependencyStructure;
import org.consultrelay.relay.rtp.Vp8Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * All numbers that a decoder or its jitter buffer counts on, one row each over all sources:
 * sequence numbers and timestamps, picture ids and TL0PICIDX of VP8 and VP9, frame numbers and
 * template identifiers of AV1. What it says of a packet depends on the packet and its {@link Era}
 * alone.
 */
final class OutgoingNumbers {
  private static final int ERAS = 16;
  private static final int SEQUENCE_CHANGES = 128;
  private static final int PICTURE_CHANGES = 64;

  /** Sender reports that put the streams farther apart than this, in ms, are not believed. */
  private static final long MAX_SHIFT_MILLIS = 3_000;

  private static final long MAX_PAUSE_MILLIS = 21_600_000;

  /** A jump in picture ids above this is a new beginning and not a loss. */
  private static final int MAX_PICTURE_GAP = 256;

  final NumberLine sequence;

  private final Era[] eras = new Era[ERAS];
  private final @Nullable NumberLine pictures;
  private int eraCount;
  private @Nullable Era present;
  private @Nullable SourceClock clock;

  private boolean hasTimestamp;
  private int lastTimestamp;
  private long lastTimestampNanos;
  private long highestPictureId;
  private boolean hasPictureId;
  private int lastTl0 = -1;
  private long highestFrame;
  private boolean hasFrame;
  private int nextTemplate = -1;

  private int timestamp;
  private long pictureId;
  private int tl0PicIdx;

  /**
   * Starts all rows.
   *
   * @param closesPictureGaps whether picture ids count what goes out (VP8) or tell the source's
   *     pattern (VP9)
   */
  OutgoingNumbers(long firstOut, boolean closesPictureGaps) {
    sequence = new NumberLine(SEQUENCE_CHANGES, firstOut);
    pictures = closesPictureGaps ? new NumberLine(PICTURE_CHANGES, 0) : null;
    for (int i = 0; i < ERAS; i++) {
      eras[i] = new Era();
    }
  }

  /** The present era, or null before the first. */
  @Nullable Era current() {
    return present;
  }

  /** The era with that number, or null when it is too long ago. */
  @Nullable Era era(int number) {
    Era era = eras[number & (ERAS - 1)];
    return number >= 0 && number < eraCount && era.number == number ? era : null;
  }

  /** The era before the given one in which the same source was sent, or null. */
  @Nullable Era earlier(int source, int before) {
    for (int i = before - 1; i >= 0 && i > eraCount - ERAS; i--) {
      if (eras[i & (ERAS - 1)].source == source) {
        return eras[i & (ERAS - 1)];
      }
    }
    return null;
  }

  /** The source's stream is another one now: nothing that it sent before can be found again. */
  void forget(int source) {
    for (Era era : eras) {
      if (era.source == source) {
        era.source = -1;
      }
    }
  }

  /** A new era begins with this packet. */
  Era begin(int source, PacketFacts facts, SourceClock itsClock, long nowNanos) {
    Era before = current();
    int number = eraCount++;
    Era era = eras[number & (ERAS - 1)];
    SourceClock clockBefore = clock;
    // The ring is longer than one: the era before is another object.
    era.begin(number, source);
    present = era;
    if (before == null || clockBefore == null) {
      era.beginTimestamps(facts.timestamp, 0, facts.timestamp);
    } else {
      beginTimestamps(era, before, clockBefore, facts, itsClock, nowNanos);
    }
    clock = itsClock;
    sequence.switchTo(number, facts.index);
    return era;
  }

  private void beginTimestamps(
      Era era,
      Era before,
      SourceClock clockBefore,
      PacketFacts facts,
      SourceClock itsClock,
      long nowNanos) {
    long rate = itsClock.clockRate();
    long millis = Math.clamp((nowNanos - lastTimestampNanos) / 1_000_000, 1, MAX_PAUSE_MILLIS);
    int byArrival = lastTimestamp + (int) (millis * rate / 1_000) - facts.timestamp;
    int offset = byArrival;
    if (before.source == era.source) {
      offset = before.timestampOffset;
    } else if (clockBefore.isKnown() && itsClock.isKnown()) {
      offset = before.timestampOffset + itsClock.offsetTo(clockBefore);
    }
    if (Math.abs((long) (offset - byArrival)) > MAX_SHIFT_MILLIS * rate / 1_000) {
      offset = byArrival;
    }
    era.beginTimestamps(facts.timestamp, offset, lastTimestamp + 1);
  }

  /** A packet of the present era that comes in order is left out. */
  void leaveOut(Era era, PacketFacts facts, long nowNanos) {
    sequence.leaveOut(facts.index);
    if (pictures != null && facts.pictureIdSize > 0 && era.hasPictureId) {
      pictures.leaveOut(facts.pictureId);
    }
    // What is late and lies before it still gets its numbers: the next era's begin above.
    note(era, facts, nowNanos);
  }

  /** A packet of the present era goes out in order: gives it its numbers, the sequence number. */
  long advance(Era era, PacketFacts facts, long nowNanos) {
    long out = sequence.advance(facts.index);
    if (pictures != null && facts.pictureIdSize > 0) {
      advancePictureId(era, pictures, facts);
    }
    note(era, facts, nowNanos);
    place(era, facts);
    return out;
  }

  private void note(Era era, PacketFacts facts, long nowNanos) {
    int itsTimestamp = era.timestamp(facts.timestamp);
    if (!hasTimestamp || itsTimestamp - lastTimestamp > 0) {
      hasTimestamp = true;
      lastTimestamp = itsTimestamp;
      lastTimestampNanos = nowNanos;
    }
    if (pictures == null && facts.pictureIdSize > 0) {
      notePictureId(era, facts);
    }
    if (facts.tl0PicIdx >= 0) {
      if (!era.hasTl0) {
        era.hasTl0 = true;
        era.tl0Offset = lastTl0 < 0 ? 0 : lastTl0 + 1 - facts.tl0PicIdx;
      }
      int itsTl0 = facts.tl0PicIdx + era.tl0Offset & 0xFF;
      if (lastTl0 < 0 || (byte) (itsTl0 - lastTl0) > 0) {
        lastTl0 = itsTl0;
      }
    }
    if (facts.described && facts.readable) {
      noteFrame(era, facts);
    }
  }

  private void advancePictureId(Era era, NumberLine line, PacketFacts facts) {
    long id = facts.pictureId;
    if (!hasPictureId) {
      line.startAt(id);
    }
    long gap = id - line.highestSource();
    if (!era.hasPictureId || (facts.keyFrame && (gap < 0 || gap > MAX_PICTURE_GAP))) {
      line.switchTo(era.number, id);
      gap = 1;
    }
    if (gap > 0) {
      line.advance(id);
    }
    hasPictureId = true;
    era.hasPictureId = true;
  }

  private void notePictureId(Era era, PacketFacts facts) {
    if (!era.hasPictureId) {
      era.pictureIdOffset = hasPictureId ? highestPictureId + 1 - facts.pictureId : 0;
      highestPictureId = facts.pictureId + era.pictureIdOffset;
    }
    hasPictureId = true;
    era.hasPictureId = true;
    highestPictureId = Math.max(highestPictureId, facts.pictureId + era.pictureIdOffset);
    era.lastPictureId = highestPictureId;
  }

  private void noteFrame(Era era, PacketFacts facts) {
    if (!era.hasFrame) {
      era.hasFrame = true;
      era.frameOffset = hasFrame ? highestFrame + 1 - facts.frame : 0;
      hasFrame = true;
      highestFrame = facts.frame + era.frameOffset;
      // Templates of the new source must not be taken for those of the one before (A.4.2).
      era.templateShift =
          nextTemplate < 0 ? 0 : nextTemplate - facts.dependency.structure().idOffset();
    }
    highestFrame = Math.max(highestFrame, facts.frame + era.frameOffset);
    era.lastFrame = highestFrame;
    if (facts.dependency.hasStructure()) {
      DependencyStructure structure = facts.dependency.structure();
      nextTemplate =
          structure.idOffset() + era.templateShift + structure.templates()
              & (DependencyStructure.MAX_TEMPLATES - 1);
    }
  }

  /**
   * A late packet goes out after all.
   *
   * @return false when the numbers of its picture went to the era behind
   */
  boolean fit(Era era, PacketFacts facts) {
    boolean present = era == current();
    if (present) {
      if (pictures != null
          && facts.pictureIdSize > 0
          && facts.pictureId > pictures.highestSource()) {
        // Nothing behind it told of its picture: padding only.
        advancePictureId(era, pictures, facts);
      }
      note(era, facts, lastTimestampNanos);
    }
    if (pictures != null) {
      return facts.pictureIdSize == 0
          || pictures.find(era.number, facts.pictureId) != NumberLine.NONE;
    }
    if (present) {
      return true;
    }
    return (facts.pictureIdSize == 0 || facts.pictureId + era.pictureIdOffset <= era.lastPictureId)
        && (!facts.described || facts.frame + era.frameOffset <= era.lastFrame);
  }

  /** Sets the numbers, but the sequence number, that a packet of an era has. */
  void place(Era era, PacketFacts facts) {
    timestamp = era.timestamp(facts.timestamp);
    if (facts.pictureIdSize > 0) {
      if (pictures == null) {
        pictureId = facts.pictureId + era.pictureIdOffset;
      } else {
        pictureId = pictures.find(era.number, facts.pictureId);
      }
    }
    tl0PicIdx = facts.tl0PicIdx + era.tl0Offset & 0xFF;
  }

  int timestamp() {
    return timestamp;
  }

  int pictureId(int size) {
    return (int) pictureId & (size == 1 ? 0x7F : 0x7FFF);
  }

  /** Whether the picture of the packet placed last has a number, if it needs one. */
  boolean hasPicture(PacketFacts facts) {
    return facts.pictureIdSize == 0 || pictureId != NumberLine.NONE;
  }

  void patch(MemorySegment memory, long payload, PacketFacts facts) {
    if (facts.pictureIdSize > 0) {
      int size = facts.pictureIdSize;
      Vp8Descriptor.putPictureId(memory, payload + facts.pictureIdOffset, size, pictureId(size));
    }
    if (facts.tl0PicIdx >= 0) {
      Vp8Descriptor.putTl0PicIdx(memory, payload + facts.tl0PicIdxOffset, tl0PicIdx);
    }
  }

  static void restore(MemorySegment memory, long payload, PacketFacts facts) {
    if (facts.pictureIdSize > 0) {
      int size = facts.pictureIdSize;
      int id = (int) facts.pictureId & (size == 1 ? 0x7F : 0x7FFF);
      Vp8Descriptor.putPictureId(memory, payload + facts.pictureIdOffset, size, id);
    }
    if (facts.tl0PicIdx >= 0) {
      Vp8Descriptor.putTl0PicIdx(memory, payload + facts.tl0PicIdxOffset, facts.tl0PicIdx);
    }
  }

  static int frameNumber(Era era, PacketFacts facts) {
    return (int) (facts.frame + era.frameOffset) & 0xFFFF;
  }
}
