package org.consultrelay.relay.layers;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.rtp.Av1Payload;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.DependencyDescriptor;
import org.consultrelay.relay.rtp.DependencyStructure;
import org.consultrelay.relay.rtp.H264Payload;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.SequenceNumbers;
import org.consultrelay.relay.rtp.Vp8Descriptor;
import org.consultrelay.relay.rtp.Vp9Descriptor;

/**
 * Reads the {@link PacketFacts} of one incoming stream, one SSRC. It remembers what later packets
 * need: how far the numbers that wrap have come, and AV1's dependency structure.
 */
public final class PacketReader {
  /** Extended numbers start this high, so that earlier ones are positive too. */
  private static final long ROOM_BELOW = 1L << 32;

  /** More than a loop's turn brings key frames: facts refer to a structure until they are used. */
  private static final int STRUCTURES = 4;

  private static final int PICTURES = 128;

  /** Ten seconds in timestamp units. */
  private static final int RESTART = 900_000;

  private final Codec codec;
  private final Vp8Descriptor vp8 = new Vp8Descriptor();
  private final Vp9Descriptor vp9 = new Vp9Descriptor();
  private final H264Payload h264 = new H264Payload();
  private final Av1Payload av1 = new Av1Payload();
  private final DependencyStructure[] structures;
  private final long[] structureSince = new long[STRUCTURES];
  private final byte[] temporalIds;
  private int structure;
  private int activeTargets = -1;
  private boolean started;
  private boolean inBandSets;
  private long newestPicture;
  private long newestPictureId = ROOM_BELOW;
  private long newestFrame = ROOM_BELOW;

  /** A reader for a stream of the given codec. */
  public PacketReader(Codec codec) {
    this.codec = codec;
    this.structures = new DependencyStructure[codec == Codec.AV1 ? STRUCTURES : 0];
    for (int i = 0; i < structures.length; i++) {
      structures[i] = new DependencyStructure();
    }
    this.temporalIds = new byte[codec == Codec.VP9 ? PICTURES : 0];
  }

  /**
   * Reads a packet that has just come.
   *
   * @param rtp decrypted, its extensions indexed
   * @param index its extended sequence number
   * @param facts is filled
   */
  public void read(RtpPacket rtp, long index, PacketFacts facts) {
    read(rtp, index, facts, true);
  }

  /** Reads a packet that was read before, as for a retransmission; the stream's state stays. */
  public void readAgain(RtpPacket rtp, long index, PacketFacts facts) {
    read(rtp, index, facts, false);
  }

  private void read(RtpPacket rtp, long index, PacketFacts facts, boolean fresh) {
    int timestamp = rtp.timestamp();
    long picture = picture(timestamp, fresh);
    facts.index = index;
    facts.timestamp = timestamp;
    facts.picture = picture;
    facts.marker = rtp.marker();
    facts.empty = rtp.payloadLength() == 0;
    facts.readable = false;
    facts.described = false;
    facts.keyFrame = false;
    facts.endsFrame = facts.marker;
    facts.sync = false;
    facts.interPicture = true;
    facts.spatialId = 0;
    facts.temporalId = 0;
    facts.pictureIdSize = 0;
    facts.tl0PicIdx = -1;
    if (facts.empty) {
      return;
    }
    boolean newest = fresh && (!started || picture >= newestPicture);
    if (newest) {
      newestPicture = picture;
    }
    MemorySegment memory = rtp.memory();
    long at = rtp.payloadOffset();
    int length = rtp.payloadLength();
    switch (codec) {
      case VP8 -> readVp8(memory, at, length, facts, newest);
      case VP9 -> readVp9(memory, at, length, facts, newest);
      case H264 -> readH264(memory, at, length, facts);
      case AV1 -> readAv1(rtp, facts, fresh, newest);
      default -> {
        facts.readable = true;
        facts.keyFrame = codec.kind() == MediaKind.AUDIO;
      }
    }
    started |= newest;
  }

  private long picture(int timestamp, boolean fresh) {
    if (!started) {
      return ROOM_BELOW + (timestamp & 0xFFFF_FFFFL);
    }
    int ahead = timestamp - (int) newestPicture;
    // No packet is as late as that: the encoder began anew, and its time goes on all the same.
    return newestPicture + ahead + (fresh && ahead < -RESTART ? 1L << 32 : 0);
  }

  private void readVp8(
      MemorySegment memory, long at, int length, PacketFacts facts, boolean newest) {
    if (!vp8.parse(memory, at, length)) {
      return;
    }
    facts.readable = true;
    facts.keyFrame = vp8.keyFrame();
    facts.sync = vp8.layerSync();
    facts.temporalId = Math.max(0, vp8.temporalId());
    facts.tl0PicIdx = vp8.tl0PicIdx();
    facts.tl0PicIdxOffset = vp8.tl0PicIdxOffset();
    facts.pictureIdOffset = vp8.pictureIdOffset();
    pictureId(facts, vp8.pictureId(), vp8.pictureIdSize(), newest);
  }

  private void readVp9(
      MemorySegment memory, long at, int length, PacketFacts facts, boolean newest) {
    if (!vp9.parse(memory, at, length)) {
      return;
    }
    facts.readable = true;
    facts.keyFrame = vp9.keyFrame();
    facts.endsFrame = vp9.endsFrame();
    facts.interPicture = vp9.interPicturePredicted();
    facts.spatialId = Math.max(0, vp9.spatialId());
    facts.temporalId = Math.max(0, vp9.temporalId());
    facts.tl0PicIdx = vp9.tl0PicIdx();
    facts.tl0PicIdxOffset = vp9.tl0PicIdxOffset();
    facts.pictureIdOffset = vp9.pictureIdOffset();
    pictureId(facts, vp9.pictureId(), vp9.pictureIdSize(), newest);
    facts.sync = vp9.switchingUpPoint() && refersBelow(facts);
    if (newest && facts.pictureIdSize > 0) {
      temporalIds[(int) facts.pictureId & (PICTURES - 1)] = (byte) facts.temporalId;
    }
  }

  /**
   * The bit alone says nothing of the picture itself (RFC 9628 §4.2.1: of later ones only); in
   * flexible mode its references tell.
   */
  private boolean refersBelow(PacketFacts facts) {
    for (int i = 0; i < vp9.referenceCount(); i++) {
      long reference = facts.pictureId - vp9.reference(i);
      if (temporalIds[(int) reference & (PICTURES - 1)] >= Math.max(1, facts.temporalId)) {
        return false;
      }
    }
    return true;
  }

  private void pictureId(PacketFacts facts, int id, int size, boolean newest) {
    facts.pictureIdSize = size;
    if (size == 0) {
      return;
    }
    // Nearest to the newest, in 7 or 15 bits.
    int shift = size == 1 ? 25 : 17;
    long extended = newestPictureId + ((id - (int) newestPictureId) << shift >> shift);
    facts.pictureId = extended;
    if (newest) {
      newestPictureId = extended;
    }
  }

  private void readH264(MemorySegment memory, long at, int length, PacketFacts facts) {
    facts.readable = true;
    if (h264.parse(memory, at, length)) {
      inBandSets |= h264.startsSps();
      // Where parameter sets come in band, an IDR picture without them is of no use.
      facts.keyFrame = inBandSets ? h264.startsSps() : h264.keyFrame();
    }
  }

  /** What is late may be of an earlier structure; identifiers come again after a few. */
  private int structureOf(long frame) {
    int back = 0;
    while (back < STRUCTURES - 2 && frame < structureSince[structure - back & (STRUCTURES - 1)]) {
      back++;
    }
    return structure - back & (STRUCTURES - 1);
  }

  private void readAv1(RtpPacket rtp, PacketFacts facts, boolean fresh, boolean newest) {
    int length = rtp.extensionLength(HeaderExtension.DEPENDENCY_DESCRIPTOR);
    if (length < 0) {
      facts.readable = true;
      facts.keyFrame =
          av1.parse(rtp.memory(), rtp.payloadOffset(), rtp.payloadLength()) && av1.keyFrame();
      return;
    }
    long at = rtp.extensionOffset(HeaderExtension.DEPENDENCY_DESCRIPTOR);
    facts.described = true;
    if (length < DependencyDescriptor.MANDATORY) {
      return;
    }
    int number = DependencyDescriptor.frameNumber(rtp.memory(), at);
    facts.frame = SequenceNumbers.extend(newestFrame, number);
    int spare = structure + 1 & (STRUCTURES - 1);
    DependencyStructure known = structures[structureOf(facts.frame)];
    if (!facts.dependency.parse(rtp.memory(), at, length, known, structures[spare])) {
      return;
    }
    facts.readable = true;
    facts.keyFrame = facts.dependency.keyFrame();
    facts.endsFrame = facts.dependency.endsFrame();
    facts.spatialId = facts.dependency.spatialId();
    facts.temporalId = facts.dependency.temporalId();
    if (facts.dependency.hasStructure()
        && (newest || (fresh && facts.frame > structureSince[structure]))) {
      structure = spare;
      structureSince[spare] = facts.frame;
    }
    if (newest) {
      newestFrame = facts.frame;
      if (facts.dependency.hasActiveTargets()) {
        activeTargets = facts.dependency.activeTargets();
      }
    }
    facts.activeTargets = activeTargets;
  }
}
