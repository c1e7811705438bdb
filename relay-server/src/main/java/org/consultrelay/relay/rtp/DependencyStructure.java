package org.consultrelay.relay.rtp;

/**
 * The template dependency structure of a stream (AV1 RTP specification A.4): which frames there
 * are, which decode targets they belong to, what they refer to. A sender sends it with the first
 * packet of a key frame; whoever reads later packets must have kept it. Reusable; it is filled by
 * {@link DependencyDescriptor#parse}.
 */
public final class DependencyStructure {
  /** The most templates, since their identifiers have six bits. */
  public static final int MAX_TEMPLATES = 64;

  /** The most decode targets, since their number has five bits. */
  public static final int MAX_TARGETS = 32;

  /** The most references of one frame; AV1 itself has seven. */
  public static final int MAX_REFERENCES = 8;

  private static final int MAX_SPATIAL_ID = 3;
  private static final int MAX_TEMPORAL_ID = 7;

  private final byte[] spatial = new byte[MAX_TEMPLATES];
  private final byte[] temporal = new byte[MAX_TEMPLATES];
  private final long[] indications = new long[MAX_TEMPLATES];
  private final byte[] referenceCounts = new byte[MAX_TEMPLATES];
  private final byte[] references = new byte[MAX_TEMPLATES * MAX_REFERENCES];
  private final byte[] chainDistances = new byte[MAX_TEMPLATES * MAX_TARGETS];
  private final byte[] protectedBy = new byte[MAX_TARGETS];
  private final byte[] targetSpatial = new byte[MAX_TARGETS];
  private final byte[] targetTemporal = new byte[MAX_TARGETS];
  private final int[] widths = new int[MAX_SPATIAL_ID + 1];
  private final int[] heights = new int[MAX_SPATIAL_ID + 1];
  private int idOffset;
  private int templates;
  private int targets;
  private int chains;
  private boolean resolutions;

  /** A structure without templates: nothing can be read by it. */
  public DependencyStructure() {}

  /** Reads template_dependency_structure(); false when it is not one, it then has no templates. */
  boolean parse(BitReader bits) {
    boolean whole = parseAll(bits) && !bits.overrun();
    if (!whole) {
      templates = 0;
    }
    return whole;
  }

  private boolean parseAll(BitReader bits) {
    idOffset = bits.read(6);
    targets = bits.read(5) + 1;
    chains = 0;
    return parseLayers(bits)
        && parseIndications(bits)
        && parseReferences(bits)
        && parseChains(bits)
        && parseResolutions(bits);
  }

  private boolean parseLayers(BitReader bits) {
    templates = 0;
    int spatialId = 0;
    int temporalId = 0;
    while (true) {
      if (templates == MAX_TEMPLATES || bits.overrun()) {
        return false;
      }
      spatial[templates] = (byte) spatialId;
      temporal[templates] = (byte) temporalId;
      templates++;
      switch (bits.read(2)) {
        case 0 -> {}
        case 1 -> temporalId++;
        case 2 -> {
          temporalId = 0;
          spatialId++;
        }
        default -> {
          return !bits.overrun();
        }
      }
      if (spatialId > MAX_SPATIAL_ID || temporalId > MAX_TEMPORAL_ID) {
        return false;
      }
    }
  }

  private boolean parseIndications(BitReader bits) {
    for (int target = 0; target < targets; target++) {
      targetSpatial[target] = 0;
      targetTemporal[target] = 0;
    }
    for (int i = 0; i < templates; i++) {
      indications[i] = readIndications(bits);
      for (int target = 0; target < targets; target++) {
        if (DependencyDescriptor.indication(indications[i], target) != 0) {
          targetSpatial[target] = (byte) Math.max(targetSpatial[target], spatial[i]);
          targetTemporal[target] = (byte) Math.max(targetTemporal[target], temporal[i]);
        }
      }
    }
    return !bits.overrun();
  }

  /** Two bits for each decode target, that of target 0 lowest. */
  long readIndications(BitReader bits) {
    long all = 0;
    for (int target = 0; target < targets; target++) {
      all |= (long) bits.read(2) << (2 * target);
    }
    return all;
  }

  private boolean parseReferences(BitReader bits) {
    for (int i = 0; i < templates; i++) {
      int count = 0;
      while (bits.flag()) {
        if (count == MAX_REFERENCES) {
          return false;
        }
        references[i * MAX_REFERENCES + count++] = (byte) (bits.read(4) + 1);
      }
      referenceCounts[i] = (byte) count;
    }
    return !bits.overrun();
  }

  private boolean parseChains(BitReader bits) {
    chains = bits.nonSymmetric(targets + 1);
    if (chains == 0) {
      return true;
    }
    for (int target = 0; target < targets; target++) {
      protectedBy[target] = (byte) bits.nonSymmetric(chains);
    }
    for (int i = 0; i < templates; i++) {
      for (int chain = 0; chain < chains; chain++) {
        chainDistances[i * MAX_TARGETS + chain] = (byte) bits.read(4);
      }
    }
    return !bits.overrun();
  }

  private boolean parseResolutions(BitReader bits) {
    resolutions = bits.flag();
    if (resolutions) {
      for (int i = 0; i <= spatial[templates - 1]; i++) {
        widths[i] = bits.read(16) + 1;
        heights[i] = bits.read(16) + 1;
      }
    }
    return true;
  }

  /** template_id_offset, 0 to 63: the identifier of template 0. */
  public int idOffset() {
    return idOffset;
  }

  /** How many templates there are, 0 to 64; 0 when the structure is not known. */
  public int templates() {
    return templates;
  }

  /** How many decode targets there are, 1 to 32. */
  public int targets() {
    return targets;
  }

  /** How many chains there are, 0 to {@link #targets()}. */
  public int chains() {
    return chains;
  }

  /** The chain that protects a decode target; -1 when there are no chains. */
  public int chainOf(int target) {
    return chains > 0 ? protectedBy[target] : -1;
  }

  /** The highest spatial layer of a decode target, 0 to 3. */
  public int spatialOf(int target) {
    return targetSpatial[target];
  }

  /** The highest temporal layer of a decode target, 0 to 7. */
  public int temporalOf(int target) {
    return targetTemporal[target];
  }

  /** Pixels across of a spatial layer, 1 to 65,536; -1 when not told. */
  public int width(int spatialId) {
    return told(spatialId) ? widths[spatialId] : -1;
  }

  /** Pixels down of a spatial layer, 1 to 65,536; -1 when not told. */
  public int height(int spatialId) {
    return told(spatialId) ? heights[spatialId] : -1;
  }

  private boolean told(int spatialId) {
    return resolutions && templates > 0 && spatialId <= spatial[templates - 1];
  }

  /**
   * Whether each frame of one decode target is a frame of another too, as the templates have it:
   * then a receiver of the other can go on with the one at any time.
   */
  public boolean isPart(int target, int of) {
    for (int i = 0; i < templates; i++) {
      if (DependencyDescriptor.indication(indications[i], target) != 0
          && DependencyDescriptor.indication(indications[i], of) == 0) {
        return false;
      }
    }
    return true;
  }

  /** The index of the template with that identifier; -1 if there is none. */
  int template(int id) {
    int index = id - idOffset & (MAX_TEMPLATES - 1);
    return index < templates ? index : -1;
  }

  int spatial(int template) {
    return spatial[template];
  }

  int temporal(int template) {
    return temporal[template];
  }

  long indications(int template) {
    return indications[template];
  }

  int referenceCount(int template) {
    return referenceCounts[template];
  }

  int reference(int template, int i) {
    return references[template * MAX_REFERENCES + i];
  }

  int chainDistance(int template, int chain) {
    return chainDistances[template * MAX_TARGETS + chain];
  }
}
