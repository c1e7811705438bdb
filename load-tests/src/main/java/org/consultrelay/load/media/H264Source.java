package org.consultrelay.load.media;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.consultrelay.relay.wire.Bytes;

/**
 * Synthetic H.264 in packetisation mode 1 (RFC 6184): parameter sets and the stamp's SEI unit
 * together in a STAP-A before each IDR picture, then one slice a picture, in FU-A when it is longer
 * than a packet. Unit and slice headers are true, the rest is filling. The stamp stands behind the
 * bytes that a relay reads.
 */
public final class H264Source implements VideoSource {
  private static final int STAP_A = 0x78;
  private static final int FU_A = 28;
  private static final int SLICE = 1;
  private static final int IDR = 5;
  private static final int FU_HEADER = 2;

  /** Bytes of slice header that are written truly. */
  static final int SLICE_HEADER = 4;

  /** First macroblock 0, an I or a P slice, parameter set 0; then numbers that nobody reads. */
  private static final int I_SLICE = 0x8884_21A0;

  private static final int P_SLICE = 0xE000_21A0;

  private static final byte[] PICTURE_PARAMETERS = {0x68, (byte) 0xCE, 0x3C, (byte) 0x80};

  /** A user data unit with an identifier of our own, in which the stamp stands (H.264 D.1.6). */
  private static final byte[] SEI =
      HexFormat.of().parseHex("060530436f6e73756c7440526c61794c6f6164");

  private final FramePlan plan;
  private final byte[] sequenceParameters;
  private int slicePackets;
  private int stampOffset = -1;

  /**
   * A source.
   *
   * @param seed the same one makes the same frames
   */
  public H264Source(VideoShape shape, long seed) {
    plan = new FramePlan(shape, seed);
    sequenceParameters = SequenceParameters.of(shape.width(), shape.height());
  }

  @Override
  public int nextFrame(boolean keyWanted) {
    plan.next(keyWanted);
    slicePackets =
        plan.size() <= MAX_PAYLOAD ? 1 : Packets.count(plan.size() - 1, MAX_PAYLOAD - FU_HEADER);
    return slicePackets + (plan.keyFrame() ? 1 : 0);
  }

  @Override
  public boolean keyFrame() {
    return plan.keyFrame();
  }

  @Override
  public int temporalLayer() {
    return plan.temporalLayer();
  }

  @Override
  public int write(int packet, MemorySegment memory, long offset) {
    if (!plan.keyFrame()) {
      return slice(packet, memory, offset);
    }
    return packet == 0 ? parameterSets(memory, offset) : slice(packet - 1, memory, offset);
  }

  private int parameterSets(MemorySegment memory, long offset) {
    Bytes.put8(memory, offset, STAP_A);
    int at = unit(memory, offset, 1, sequenceParameters, 0);
    at = unit(memory, offset, at, PICTURE_PARAMETERS, 0);
    at = unit(memory, offset, at, SEI, Stamp.LENGTH + 1);
    Bytes.put8(memory, offset + at - 1, 0x80);
    stampOffset = at - 1 - Stamp.LENGTH;
    return at;
  }

  private static int unit(MemorySegment memory, long offset, int at, byte[] unit, int more) {
    Bytes.put16(memory, offset + at, unit.length + more);
    Bytes.put(memory, offset + at + 2, unit);
    return at + 2 + unit.length + more;
  }

  private int slice(int packet, MemorySegment memory, long offset) {
    int reference = plan.nonReference() ? 0 : plan.keyFrame() ? 0x60 : 0x40;
    int type = plan.keyFrame() ? IDR : SLICE;
    boolean first = packet == 0;
    int header = slicePackets == 1 ? 1 : FU_HEADER;
    if (slicePackets == 1) {
      Bytes.put8(memory, offset, reference | type);
    } else {
      boolean last = packet == slicePackets - 1;
      Bytes.put8(memory, offset, reference | FU_A);
      Bytes.put8(memory, offset + 1, (first ? 0x80 : 0) | (last ? 0x40 : 0) | type);
    }
    if (first) {
      Bytes.put32(memory, offset + header, plan.keyFrame() ? I_SLICE : P_SLICE);
    }
    stampOffset = header + (first ? SLICE_HEADER : 0);
    return header + Packets.length(plan.size() - 1, slicePackets, packet);
  }

  @Override
  public int stampOffset() {
    return stampOffset;
  }
}
