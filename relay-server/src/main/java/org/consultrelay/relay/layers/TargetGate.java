package org.consultrelay.relay.layers;

import java.util.Arrays;
import org.consultrelay.relay.rtp.DependencyDescriptor;
import org.consultrelay.relay.rtp.DependencyStructure;

/**
 * Which decode target of a stream with dependency descriptors goes out, from which frame on (AV1
 * RTP specification A.4.4). Up at frames with a switch indication whose references went out and
 * whose chain is whole; down at once where the lower target is part of the higher one.
 */
final class TargetGate {
  private static final int HISTORY = 16;
  private static final int FRAMES = 1_024;

  private final long[] fromPicture = new long[HISTORY];

  /** Where in that picture; 0 for all of it, though its first frames may come late. */
  private final long[] fromFrame = new long[HISTORY];

  private final byte[] targets = new byte[HISTORY];
  private final byte[] spatial = new byte[HISTORY];
  private final int[] masks = new int[HISTORY];
  private int changes;
  private final long[] sent = new long[FRAMES / 64];
  private long highestSent;
  private long highestFrame;
  private long picture;
  private long changedPicture;
  private int current;
  private int active;
  private boolean pending;
  private boolean spatialPending;
  private int spatialWanted;
  private int temporalWanted;
  private int temporalNow;

  void start(PacketFacts facts, int spatialLimit, int temporalLimit) {
    changes = 0;
    highestSent = facts.frame - FRAMES - 1;
    highestFrame = facts.frame - 1;
    picture = facts.picture;
    changedPicture = -1;
    current = 0;
    active = facts.activeTargets;
    advance(facts, spatialLimit, temporalLimit);
    if (changes == 0) {
      // Not a frame that begins a structure: the best that there is from here on.
      change(facts, true, best(facts.dependency.structure(), spatialLimit, temporalLimit));
    }
  }

  /** Takes in a packet that came in order, before it is asked whether it is admitted. */
  void advance(PacketFacts facts, int spatialLimit, int temporalLimit) {
    if (facts.frame <= highestFrame) {
      return;
    }
    highestFrame = facts.frame;
    boolean newPicture = facts.picture > picture;
    picture = Math.max(picture, facts.picture);
    DependencyStructure structure = facts.dependency.structure();
    if (facts.dependency.hasStructure() && current >= structure.targets()) {
      current = 0;
    }
    boolean same =
        spatialLimit == spatialWanted
            && temporalLimit == temporalWanted
            && facts.activeTargets == active
            && !facts.dependency.hasStructure();
    if (same && !pending) {
      return;
    }
    boolean restricted = facts.activeTargets != active;
    spatialWanted = spatialLimit;
    temporalWanted = temporalLimit;
    active = facts.activeTargets;
    int best = best(structure, spatialLimit, temporalLimit);
    int next = facts.keyFrame ? best : reachable(facts, newPicture);
    if (next != current) {
      changedPicture = picture;
    }
    if (next != current || restricted || facts.keyFrame) {
      change(facts, newPicture, next);
    }
    pending = current != best;
    spatialPending = pending && structure.spatialOf(current) != structure.spatialOf(best);
  }

  private int reachable(PacketFacts facts, boolean newPicture) {
    DependencyStructure structure = facts.dependency.structure();
    if (!newPicture && changedPicture == picture) {
      // To and fro within one picture would leave its end unmarked.
      return current;
    }
    boolean fits = fits(structure, current, spatialWanted, temporalWanted);
    int next = current;
    int rank = fits ? rank(structure, current) : -1;
    for (int target = 0; target < structure.targets(); target++) {
      if (rank(structure, target) > rank
          && fits(structure, target, spatialWanted, temporalWanted)
          && ((newPicture && structure.isPart(target, current))
              || canSwitch(facts, target, newPicture))) {
        next = target;
        rank = rank(structure, target);
      }
    }
    return next;
  }

  private boolean canSwitch(PacketFacts facts, int target, boolean newPicture) {
    DependencyDescriptor dependency = facts.dependency;
    DependencyStructure structure = dependency.structure();
    if (DependencyDescriptor.indication(dependency.indications(), target)
            != DependencyDescriptor.SWITCH
        || (!newPicture && structure.spatialOf(target) < structure.spatialOf(current))) {
      return false;
    }
    for (int i = 0; i < dependency.referenceCount(); i++) {
      if (!isSent(facts.frame - dependency.reference(i))) {
        return false;
      }
    }
    int chain = structure.chainOf(target);
    int distance = chain < 0 ? 0 : dependency.chainDistance(chain);
    return distance == 0 || isSent(facts.frame - distance);
  }

  private int best(DependencyStructure structure, int spatialLimit, int temporalLimit) {
    int best = -1;
    int least = -1;
    for (int target = 0; target < structure.targets(); target++) {
      int rank = rank(structure, target);
      if (fits(structure, target, spatialLimit, temporalLimit)
          && (best < 0 || rank > rank(structure, best))) {
        best = target;
      }
      if (isActive(target) && (least < 0 || rank < rank(structure, least))) {
        least = target;
      }
    }
    return best >= 0 ? best : Math.max(least, 0);
  }

  private boolean fits(DependencyStructure structure, int target, int spatialLimit, int temporal) {
    return isActive(target)
        && structure.spatialOf(target) <= spatialLimit
        && structure.temporalOf(target) <= temporal;
  }

  private boolean isActive(int target) {
    return (active & 1 << target) != 0;
  }

  private static int rank(DependencyStructure structure, int target) {
    return structure.spatialOf(target) << 3 | structure.temporalOf(target);
  }

  private void change(PacketFacts facts, boolean wholePicture, int target) {
    DependencyStructure structure = facts.dependency.structure();
    current = target;
    int mask = 0;
    for (int i = 0; i < structure.targets(); i++) {
      if (structure.spatialOf(i) <= structure.spatialOf(target)
          && structure.temporalOf(i) <= structure.temporalOf(target)) {
        mask |= 1 << i;
      }
    }
    int at = changes++ & (HISTORY - 1);
    fromPicture[at] = facts.picture;
    fromFrame[at] = wholePicture ? 0 : facts.frame;
    targets[at] = (byte) target;
    spatial[at] = (byte) structure.spatialOf(target);
    temporalNow = structure.temporalOf(target);
    masks[at] = mask & active;
  }

  private int at(PacketFacts facts) {
    for (int i = changes - 1; i >= 0 && i >= changes - HISTORY; i--) {
      int at = i & (HISTORY - 1);
      if (facts.picture > fromPicture[at]
          || (facts.picture == fromPicture[at] && facts.frame >= fromFrame[at])) {
        return at;
      }
    }
    return -1;
  }

  boolean admits(PacketFacts facts) {
    int at = at(facts);
    return at >= 0
        && DependencyDescriptor.indication(facts.dependency.indications(), targets[at])
            != DependencyDescriptor.NOT_PRESENT;
  }

  /** The highest spatial layer that goes out with this frame's picture. */
  int spatialAt(PacketFacts facts) {
    int at = at(facts);
    return at < 0 ? 0 : spatial[at];
  }

  /** The active decode targets that the subscriber is told with this frame. */
  int maskAt(PacketFacts facts) {
    int at = at(facts);
    return at < 0 ? 0 : masks[at];
  }

  int spatialNow() {
    return changes == 0 ? 0 : spatial[changes - 1 & (HISTORY - 1)];
  }

  int temporalNow() {
    return temporalNow;
  }

  /** Whether a higher or lower spatial layer waits for a frame to switch at. */
  boolean isSpatialPending() {
    return spatialPending;
  }

  void noteSent(long frame) {
    if (frame - highestSent >= FRAMES) {
      Arrays.fill(sent, 0);
      highestSent = frame;
    }
    while (highestSent < frame) {
      highestSent++;
      sent[word(highestSent)] &= ~(1L << highestSent);
    }
    if (frame > highestSent - FRAMES) {
      sent[word(frame)] |= 1L << frame;
    }
  }

  private boolean isSent(long frame) {
    return frame <= highestSent
        && frame > highestSent - FRAMES
        && (sent[word(frame)] & 1L << frame) != 0;
  }

  private static int word(long frame) {
    return (int) (frame >> 6) & (FRAMES / 64 - 1);
  }
}
