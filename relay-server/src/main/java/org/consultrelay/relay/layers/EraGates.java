package org.consultrelay.relay.layers;

/**
 * Which layers within the source of one {@link Era} go out. Whatever can be asked of a packet that
 * came late is answered as it would have been had it come in time.
 */
final class EraGates {
  /** A layer that was not seen for so many timestamp units is not there any more: a second. */
  private static final long GONE = 90_000;

  private final boolean switchingUpPoints;
  private final LayerGate spatial = new LayerGate();
  private final LayerGate temporal = new LayerGate();
  private final TargetGate targets = new TargetGate();
  private final long[] seen = new long[LayerGate.LAYERS];
  private int era = -1;
  private boolean described;
  private long picture;
  private int frameSpatial;

  /** What counts for the present picture: limits that change within it count from the next on. */
  private int spatialLimit;

  private int temporalLimit;

  /**
   * Gates that admit nothing yet.
   *
   * @param switchingUpPoints whether the sync bit means VP9's U rather than VP8's Y
   */
  EraGates(boolean switchingUpPoints) {
    this.switchingUpPoints = switchingUpPoints;
  }

  int era() {
    return era;
  }

  /** Begins with a packet at which a decoder can start. */
  void start(int itsEra, PacketFacts facts, int highestSpatial, int highestTemporal) {
    era = itsEra;
    spatialLimit = highestSpatial;
    temporalLimit = highestTemporal;
    described = facts.described;
    picture = facts.picture;
    frameSpatial = facts.spatialId;
    spatial.start(spatialLimit, picture);
    temporal.start(temporalLimit, picture);
    for (int i = 0; i < seen.length; i++) {
      seen[i] = picture - GONE;
    }
    if (described) {
      targets.start(facts, spatialLimit, temporalLimit);
    }
  }

  /** Takes in a packet that came in order, before it is asked whether it is admitted. */
  void advance(PacketFacts facts, int highestSpatial, int highestTemporal) {
    boolean newPicture = facts.picture > picture;
    if (newPicture) {
      picture = facts.picture;
      spatialLimit = highestSpatial;
      temporalLimit = highestTemporal;
    }
    if (described) {
      if (facts.described) {
        targets.advance(facts, spatialLimit, temporalLimit);
      }
      return;
    }
    seen[facts.spatialId] = facts.picture;
    if (newPicture) {
      frameSpatial = -1;
      spatial.lower(spatialLimit, picture);
      temporal.lower(temporalLimit, picture);
    }
    if (facts.picture == picture && facts.spatialId > frameSpatial) {
      frameSpatial = facts.spatialId;
      raise(facts, newPicture);
    }
  }

  private void raise(PacketFacts facts, boolean newPicture) {
    if (facts.keyFrame) {
      spatial.raise(spatialLimit, picture);
      temporal.raise(temporalLimit, picture);
      return;
    }
    if (!facts.interPicture
        && facts.spatialId <= spatialLimit
        && facts.spatialId == spatial.ceiling() + 1) {
      spatial.raise(facts.spatialId, picture);
    }
    if (newPicture && facts.sync && temporal.ceiling() < temporalLimit) {
      if (facts.temporalId == temporal.ceiling() + 1) {
        temporal.raise(facts.temporalId, picture);
      } else if (switchingUpPoints && facts.temporalId <= temporal.ceiling()) {
        // RFC 9628 §4.2.1: later pictures refer to nothing from before this one that we left out.
        temporal.raise(temporalLimit, picture + 1);
      }
    }
  }

  boolean admits(PacketFacts facts) {
    if (described) {
      // Without a descriptor nobody can tell; it is as old as the stream's start.
      return facts.described && targets.admits(facts);
    }
    return spatial.admits(facts.spatialId, facts.picture)
        && temporal.admits(facts.temporalId, facts.picture);
  }

  /** Whether nothing of its picture goes out after this packet. */
  boolean endsPicture(PacketFacts facts) {
    if (facts.marker || !facts.endsFrame) {
      return facts.marker;
    }
    if (described) {
      return facts.spatialId >= targets.spatialAt(facts);
    }
    int above = facts.spatialId + 1;
    return above == LayerGate.LAYERS || !spatial.admits(above, facts.picture);
  }

  void noteSent(PacketFacts facts) {
    if (described) {
      targets.noteSent(facts.frame);
    }
  }

  int activeTargets(PacketFacts facts) {
    return targets.maskAt(facts);
  }

  int temporalNow() {
    return described ? targets.temporalNow() : temporal.ceiling();
  }

  int spatialNow() {
    return described ? targets.spatialNow() : spatial.ceiling();
  }

  /** Whether a spatial layer that is there and wanted can only come with a key frame. */
  boolean needsKeyFrame(int highestSpatial) {
    if (described) {
      return targets.isSpatialPending();
    }
    for (int i = spatial.ceiling() + 1; i <= highestSpatial; i++) {
      if (picture - seen[i] < GONE) {
        return true;
      }
    }
    return false;
  }
}
