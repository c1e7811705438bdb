package org.consultrelay.relay.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.DependencyDescriptor;
import org.consultrelay.relay.rtp.DependencyStructure;
import org.consultrelay.relay.rtp.Vp8Descriptor;
import org.consultrelay.relay.rtp.Vp9Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a subscriber got in the order of its sequence numbers, as a decoder behind a perfect
 * jitter buffer would, and holds it against the truth: nothing that cannot be decoded unless
 * something was really lost, and no number that a decoder would stumble over.
 */
final class DecoderVerifier {
  private final Codec codec;
  private final SortedMap<Long, Outgoing> packets;
  private final Map<Frame, List<Outgoing>> frames = new HashMap<>();
  private final Set<Frame> decoded = new HashSet<>();

  /** What the frames' numbers are for the subscriber. */
  private final Map<Frame, Integer> pictureIds = new HashMap<>();

  private final Map<Integer, Frame> byNumber = new HashMap<>();
  private final Vp8Descriptor vp8 = new Vp8Descriptor();
  private final Vp9Descriptor vp9 = new Vp9Descriptor();
  private final DependencyDescriptor dependency = new DependencyDescriptor();
  private DependencyStructure structure = new DependencyStructure();
  private DependencyStructure spare = new DependencyStructure();
  private int structureSource = -1;

  private @Nullable Outgoing before;
  private @Nullable Frame frameBefore;
  private int holes;
  private int lastTl0 = -1;
  private int lastPictureId = -1;
  private int holesSinceTl0;
  private int maskBefore = 0x7FFF;
  private int lastNumber = -1;
  int decodedFrames;

  /** Pictures with a marker within. */
  int split;

  DecoderVerifier(Codec codec, SortedMap<Long, Outgoing> packets) {
    this.codec = codec;
    this.packets = packets;
  }

  void verify() {
    for (Outgoing packet : packets.values()) {
      if (!packet.fill()) {
        frames.computeIfAbsent(packet.origin().frame, f -> new ArrayList<>()).add(packet);
      }
    }
    long next = packets.firstKey();
    for (Outgoing packet : packets.values()) {
      holes += (int) (packet.out() - next);
      next = packet.out() + 1;
      if (packet.fill()) {
        holes++;
        assertThat(packet.payload()).isEmpty();
        continue;
      }
      follows(packet);
      before = packet;
      frameBefore = packet.origin().frame;
      holes = 0;
    }
  }

  private void follows(Outgoing packet) {
    Frame frame = packet.origin().frame;
    boolean starts = frame != frameBefore;
    holesSinceTl0 += holes;
    timestamps(packet, starts);
    if (starts && frameBefore != null && before != null) {
      ends(before, frameBefore, frame, holes);
    }
    if (frames.get(frame).get(0).out() == packet.out()) {
      decode(frame, packet);
    } else {
      assertThat(starts).as("%s comes in one piece", frame).isFalse();
    }
    if (codec == Codec.AV1) {
      described(packet, starts);
    }
  }

  private void timestamps(Outgoing packet, boolean starts) {
    if (before == null || frameBefore == null) {
      return;
    }
    Frame frame = packet.origin().frame;
    boolean samePicture = frame.picture == frameBefore.picture && packet.era() == before.era();
    int step = packet.timestamp() - before.timestamp();
    if (samePicture) {
      assertThat(step).as("one timestamp for %s", frame).isZero();
    } else {
      assertThat(step)
          .as(
              "time goes on at %s after %s, eras %d %d",
              frame, frameBefore, packet.era(), before.era())
          .isPositive();
    }
    if (!starts) {
      assertThat(packet.origin().index).isGreaterThan(before.origin().index);
    }
  }

  /** A picture is over: its last packet says so, and the rest of it is there. */
  private void ends(Outgoing last, Frame was, Frame is, int missing) {
    boolean samePicture = was.source == is.source && was.picture == is.picture;
    boolean switched = last.era() != frames.get(is).get(0).era();
    boolean whole = isWhole(was);
    if (!whole && !switched) {
      assertThat(missing + missingWithin(was)).as("%s lacks something", was).isPositive();
    }
    if (whole && !samePicture && missing == 0 && !switched) {
      assertThat(last.marker()).as("%s ends its picture before %s", was, is).isTrue();
    }
    if (samePicture && last.marker()) {
      // Where a layer comes in; nobody could know it when the packet before left.
      assertThat(is.spatial).isGreaterThan(was.spatial);
      split++;
    }
  }

  private int missingWithin(Frame frame) {
    return frame.packets.size() - frames.get(frame).size();
  }

  private boolean isWhole(Frame frame) {
    return frames.get(frame).size() == frame.packets.size();
  }

  private void decode(Frame frame, Outgoing first) {
    if (codec == Codec.VP8) {
      vp8(frame, first);
    } else if (codec == Codec.VP9) {
      vp9(frame, first);
    }
    boolean decodable = isWhole(frame);
    for (Frame reference : frame.references) {
      if (!decoded.contains(reference)) {
        decodable = false;
        boolean reallyLost = reference.packets.stream().noneMatch(p -> p.delivered);
        assertThat(frames.containsKey(reference) || reallyLost)
            .as(
                "%s refers to %s, which was left out; before %s, eras %d %d",
                frame, reference, frameBefore, first.era(), before == null ? -1 : before.era())
            .isTrue();
      }
    }
    if (frame.key && codec == Codec.H264 && isWhole(frame)) {
      assertThat(first.payload()[0] & 0x1F).isEqualTo(7);
    }
    if (decodable) {
      decoded.add(frame);
      decodedFrames++;
    }
  }

  private static MemorySegment memory(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  private void vp8(Frame frame, Outgoing first) {
    for (Outgoing packet : frames.get(frame)) {
      assertThat(vp8.parse(memory(packet.payload()), 0, packet.payload().length)).isTrue();
      assertThat(vp8.pictureId())
          .isEqualTo(pictureIds.computeIfAbsent(frame, f -> vp8.pictureId()));
    }
    int mask = vp8.pictureIdSize() == 1 ? 0x7F : 0x7FFF;
    if (lastPictureId >= 0) {
      int step = vp8.pictureId() - lastPictureId & Math.min(mask, maskBefore);
      assertThat(step).as("picture id of %s", frame).isBetween(1, 1 + holes);
    }
    lastPictureId = vp8.pictureId();
    maskBefore = mask;
    tl0(frame, vp8.tl0PicIdx());
    assertThat(first.payload()).isNotEmpty();
  }

  private void tl0(Frame frame, int index) {
    if (lastTl0 >= 0) {
      int step = index - lastTl0 & 0xFF;
      int least = frame.temporal == 0 && frame.spatial == 0 ? 1 : 0;
      // A base picture may be lost; then a later one of higher layers shows it first.
      assertThat(step).as("TL0PICIDX of %s", frame).isBetween(0, least + holesSinceTl0);
      if (holesSinceTl0 == 0) {
        assertThat(step).as("TL0PICIDX of %s", frame).isEqualTo(least);
      }
    }
    holesSinceTl0 = 0;
    lastTl0 = index;
  }

  private void vp9(Frame frame, Outgoing first) {
    for (Outgoing packet : frames.get(frame)) {
      assertThat(vp9.parse(memory(packet.payload()), 0, packet.payload().length)).isTrue();
      assertThat(vp9.pictureId())
          .isEqualTo(pictureIds.computeIfAbsent(frame, f -> vp9.pictureId()));
    }
    int mask = vp9.pictureIdSize() == 1 ? 0x7F : 0x7FFF;
    int smaller = Math.min(mask, maskBefore);
    maskBefore = mask;
    int at = 0;
    for (Frame reference : frame.references) {
      if (reference.picture != frame.picture && pictureIds.containsKey(reference)) {
        int distance = vp9.pictureId() - pictureIds.get(reference) & mask;
        assertThat(distance).as("picture id").isEqualTo(frame.picture - reference.picture & mask);
        if (vp9.isFlexible()) {
          assertThat(vp9.reference(at)).isEqualTo(distance);
        }
      }
      at++;
    }
    if (frameBefore != null && before != null && before.era() != first.era()) {
      // Pictures that were left out keep their numbers.
      assertThat(vp9.pictureId() - lastPictureId & smaller).as("picture id").isBetween(1, 12);
    }
    lastPictureId = vp9.pictureId();
    if (vp9.tl0PicIdx() >= 0) {
      tl0(frame, vp9.tl0PicIdx());
    }
  }

  private void described(Outgoing packet, boolean starts) {
    Frame frame = packet.origin().frame;
    MemorySegment bytes = memory(packet.descriptor());
    boolean read = dependency.parse(bytes, 0, packet.descriptor().length, structure, spare);
    if (!read) {
      // Only when the packet with the structure was really lost.
      assertThat(
              structureSource == frame.source
                  && holes == 0
                  && frame.key
                  && packet.origin().place == 0)
          .as("%s can be read", frame)
          .isFalse();
      return;
    }
    if (dependency.hasStructure()) {
      if (structureSource >= 0 && structureSource != frame.source) {
        int distance = spare.idOffset() - structure.idOffset() & 63;
        assertThat(distance)
            .as("templates of another source")
            .isGreaterThanOrEqualTo(structure.templates());
      }
      DependencyStructure old = structure;
      structure = spare;
      spare = old;
      structureSource = frame.source;
    }
    assertThat(dependency.spatialId()).isEqualTo(frame.spatial);
    assertThat(dependency.temporalId()).isEqualTo(frame.temporal);
    int number = dependency.frameNumber();
    if (starts) {
      assertThat(lastNumber < 0 ? 1 : (short) (number - lastNumber))
          .as(
              "frame number of %s after %s, eras %d %d, holes %d",
              frame, frameBefore, packet.era(), before == null ? -1 : before.era(), holes)
          .isPositive();
      byNumber.put(number, frame);
    } else {
      assertThat(number).isEqualTo(lastNumber);
    }
    lastNumber = number;
    assertThat(dependency.referenceCount()).isEqualTo(frame.references.size());
    for (int i = 0; i < dependency.referenceCount(); i++) {
      Frame reference = frame.references.get(i);
      Frame named = byNumber.get(number - dependency.reference(i) & 0xFFFF);
      if (frames.containsKey(reference)) {
        assertThat(named).as("reference of %s", frame).isSameAs(reference);
      }
    }
    assertThat(dependency.hasActiveTargets()).isTrue();
    boolean active = false;
    for (int target = 0; target < structure.targets(); target++) {
      active |=
          (dependency.activeTargets() & 1 << target) != 0
              && DependencyDescriptor.indication(dependency.indications(), target) != 0;
    }
    assertThat(active).as("%s is part of an active target", frame).isTrue();
  }
}
