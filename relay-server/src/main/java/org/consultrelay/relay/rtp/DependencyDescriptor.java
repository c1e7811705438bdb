package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * The dependency descriptor header extension (AV1 RTP specification, appendix A): to which frame a
 * packet belongs, which decode targets need it, and what it depends on. It stays in the clear under
 * end-to-end encryption. Reusable flyweight. Reading and {@link #write} allocate nothing.
 */
public final class DependencyDescriptor {
  /** Decode target indication: the frame is not part of the target. */
  public static final int NOT_PRESENT = 0;

  /** Decode target indication: part of it, but nothing depends on it. */
  public static final int DISCARDABLE = 1;

  /** Decode target indication: whoever can decode this frame can go on with the target. */
  public static final int SWITCH = 2;

  /** Decode target indication: part of it, and others depend on it. */
  public static final int REQUIRED = 3;

  /** Bytes of a descriptor that has the mandatory fields only. */
  public static final int MANDATORY = 3;

  private static final DependencyStructure NOT_KNOWN = new DependencyStructure();

  private final BitReader bits = new BitReader();
  private final BitWriter writer = new BitWriter();
  private final int[] references = new int[DependencyStructure.MAX_REFERENCES];
  private final int[] chainDistances = new int[DependencyStructure.MAX_TARGETS];
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private DependencyStructure structure = NOT_KNOWN;
  private int idOffset;
  private int targets;
  private boolean attached;
  private boolean startsFrame;
  private boolean endsFrame;
  private int templateId;
  private int frameNumber;
  private int flags;
  private int structureEnd;
  private int tail;
  private int end;
  private int activeTargets;
  private int spatialId;
  private int temporalId;
  private long indications;
  private int referenceCount;

  /** A flyweight that has read nothing yet. */
  public DependencyDescriptor() {}

  /** The indication for one target out of all of them, two bits each. */
  public static int indication(long indications, int target) {
    return (int) (indications >>> (2 * target)) & 3;
  }

  /**
   * The frame number of an element of {@link #MANDATORY} bytes or more, which can be read without
   * any structure.
   */
  public static int frameNumber(MemorySegment memory, long offset) {
    return Bytes.u16(memory, offset + 1);
  }

  /**
   * Reads an extension element.
   *
   * @param known the structure that the stream sent last
   * @param spare is filled when the packet brings a structure; it then becomes the known one, see
   *     {@link #hasStructure()}. Must be another one
   * @return false when the element is not a descriptor, or of a structure that is not known. What
   *     {@code spare} holds is then undefined
   */
  public boolean parse(
      MemorySegment memory,
      long offset,
      int length,
      DependencyStructure known,
      DependencyStructure spare) {
    this.memory = memory;
    this.offset = offset;
    attached = false;
    flags = 0;
    activeTargets = -1;
    if (length < MANDATORY) {
      return false;
    }
    int first = Bytes.u24(memory, offset);
    startsFrame = (first & 0x80_0000) != 0;
    endsFrame = (first & 0x40_0000) != 0;
    templateId = first >>> 16 & 0x3F;
    frameNumber = first & 0xFFFF;
    structure = known;
    bits.wrap(memory, offset, length);
    bits.read(MANDATORY * 8);
    structureEnd = MANDATORY * 8 + 5;
    if (length > MANDATORY && !parseExtended(spare)) {
      return false;
    }
    tail = bits.position();
    int template = structure.template(templateId);
    if (template < 0) {
      return false;
    }
    idOffset = structure.idOffset();
    targets = structure.targets();
    spatialId = structure.spatial(template);
    temporalId = structure.temporal(template);
    indications =
        (flags & 4) != 0 ? structure.readIndications(bits) : structure.indications(template);
    boolean referencesFit = readReferences(template);
    readChains(template);
    end = bits.position();
    return referencesFit && !bits.overrun();
  }

  private boolean parseExtended(DependencyStructure spare) {
    flags = bits.read(5);
    if ((flags & 16) != 0) {
      if (!spare.parse(bits)) {
        return false;
      }
      structure = spare;
      attached = true;
      activeTargets = -1 >>> (DependencyStructure.MAX_TARGETS - structure.targets());
    }
    structureEnd = bits.position();
    if ((flags & 8) != 0) {
      activeTargets = bits.read(structure.targets());
    }
    return !bits.overrun();
  }

  private boolean readReferences(int template) {
    if ((flags & 2) == 0) {
      referenceCount = structure.referenceCount(template);
      for (int i = 0; i < referenceCount; i++) {
        references[i] = structure.reference(template, i);
      }
      return true;
    }
    referenceCount = 0;
    for (int size = bits.read(2); size > 0; size = bits.read(2)) {
      if (referenceCount == DependencyStructure.MAX_REFERENCES) {
        return false;
      }
      references[referenceCount++] = bits.read(4 * size) + 1;
    }
    return true;
  }

  private void readChains(int template) {
    boolean custom = (flags & 1) != 0;
    for (int chain = 0; chain < structure.chains(); chain++) {
      chainDistances[chain] = custom ? bits.read(8) : structure.chainDistance(template, chain);
    }
  }

  /** Whether the packet brought a structure: the one given as spare is the stream's now. */
  public boolean hasStructure() {
    return attached;
  }

  /** The structure that the packet was read by. */
  public DependencyStructure structure() {
    return structure;
  }

  /** Whether the packet is the first of its frame. */
  public boolean startsFrame() {
    return startsFrame;
  }

  /** Whether the packet is the last of its frame. */
  public boolean endsFrame() {
    return endsFrame;
  }

  /** The frame's number in decoding order, 16 bits that wrap. */
  public int frameNumber() {
    return frameNumber;
  }

  /** The identifier of the frame's template, 0 to 63. */
  public int templateId() {
    return templateId;
  }

  /** The frame's spatial layer, 0 to 3. */
  public int spatialId() {
    return spatialId;
  }

  /** The frame's temporal layer, 0 to 7. */
  public int temporalId() {
    return temporalId;
  }

  /** The indications for all targets, for {@link #indication}. */
  public long indications() {
    return indications;
  }

  /** Whether the packet says which decode targets are active. */
  public boolean hasActiveTargets() {
    return (flags & 24) != 0;
  }

  /**
   * The active decode targets, bit i for target i, where {@link #hasActiveTargets()}: as written,
   * or all of a new structure.
   */
  public int activeTargets() {
    return activeTargets;
  }

  /** How many frames it refers to, 0 to 8. */
  public int referenceCount() {
    return referenceCount;
  }

  /** How many frame numbers back reference {@code i} lies, 1 to 4,096. */
  public int reference(int i) {
    return references[i];
  }

  /** How many numbers back the chain's frame before lies, 0 to 255; 0 when it needs none. */
  public int chainDistance(int chain) {
    return chainDistances[chain];
  }

  /** Whether a key frame begins here: its first packet, with a structure and no references. */
  public boolean keyFrame() {
    return startsFrame && attached && referenceCount == 0;
  }

  /**
   * Bytes that {@link #write} will write.
   *
   * @param withTargets whether active targets are to be written
   */
  public int length(boolean withTargets) {
    if (flags == 0 && !withTargets) {
      return MANDATORY;
    }
    return (structureEnd + (withTargets ? targets : 0) + end - tail + 7) >> 3;
  }

  /**
   * Writes the descriptor that was read last with other numbers.
   *
   * @param frameNumber its low 16 bits count
   * @param templateShift what template identifiers go up by, modulo 64
   * @param withTargets whether to write active targets; without, those that were read are left out
   * @param activeTargets bit i for target i
   */
  public void write(
      MemorySegment target,
      long at,
      int frameNumber,
      int templateShift,
      boolean withTargets,
      int activeTargets) {
    writer.wrap(target, at);
    writer.write(startsFrame ? 1 : 0, 1);
    writer.write(endsFrame ? 1 : 0, 1);
    writer.write(templateId + templateShift, 6);
    writer.write(frameNumber, 16);
    int length = length(withTargets);
    if (length == MANDATORY) {
      return;
    }
    writer.write((flags & 0x17) | (withTargets ? 8 : 0), 5);
    int begin = MANDATORY * 8 + 5;
    if (attached) {
      writer.write(idOffset + templateShift, 6);
      writer.copy(bits, memory, offset, begin + 6, structureEnd);
    }
    if (withTargets) {
      writer.write(activeTargets, targets);
    }
    writer.copy(bits, memory, offset, tail, end);
    int written = structureEnd + (withTargets ? targets : 0) + end - tail;
    writer.write(0, length * 8 - written);
  }
}
