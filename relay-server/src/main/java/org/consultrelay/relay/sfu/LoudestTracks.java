package org.consultrelay.relay.sfu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which audio tracks one subscriber is sent where there are many: the loudest few. Whoever begins
 * to speak takes the place of the quietest at once, with their first packet that is loud enough;
 * two that are about as loud do not take turns. A track that does not say how loud it is is sent
 * always and takes nobody's place.
 *
 * <p>It keeps the last few who spoke, so in a room where no more than a few speak at a time nothing
 * of anybody is lost but what is quieter than all of these. One thread; allocates nothing per
 * packet.
 */
final class LoudestTracks {
  /** So much louder, in decibels, must be whoever takes another's place. */
  static final float MARGIN = 6;

  private @Nullable Subscription[] sent = {};
  private int count;

  /**
   * Sets how many.
   *
   * @param most 0 for all
   */
  void limit(int most) {
    if (most != sent.length) {
      sent = new Subscription[most];
      count = 0;
    }
  }

  /** How many at most; 0 for all. */
  int limit() {
    return sent.length;
  }

  /**
   * Whether a track of which packets have come is sent now, in the place of another if need be.
   *
   * @return one of {@link Place}
   */
  Place place(Subscription track, long nowNanos) {
    Loudness loudness = track.publication().loudness();
    if (sent.length == 0) {
      return Place.KEPT;
    }
    if (!loudness.isKnown()) {
      // If it said so before, another may have its place.
      remove(track);
      return Place.KEPT;
    }
    float quietest = Float.MAX_VALUE;
    int at = 0;
    for (int i = 0; i < count; i++) {
      Subscription each = sent[i];
      if (each == track) {
        return Place.KEPT;
      }
      float its = each == null ? 0 : each.publication().loudness().at(nowNanos);
      if (its < quietest) {
        quietest = its;
        at = i;
      }
    }
    if (count < sent.length) {
      sent[count++] = track;
      return Place.KEPT;
    }
    if (loudness.at(nowNanos) < quietest + MARGIN) {
      return Place.NONE;
    }
    sent[at] = track;
    return Place.TAKEN;
  }

  /** Whether a track is sent, as of its last packet. */
  boolean includes(Subscription track) {
    if (sent.length == 0 || !track.publication().loudness().isKnown()) {
      return true;
    }
    for (int i = 0; i < count; i++) {
      if (sent[i] == track) {
        return true;
      }
    }
    return false;
  }

  /** A track is sent no more, whatever the reason. */
  void remove(Subscription track) {
    for (int i = 0; i < count; i++) {
      if (sent[i] == track) {
        sent[i] = sent[--count];
        sent[count] = null;
        return;
      }
    }
  }

  @Override
  public String toString() {
    return count + " of " + sent.length + " " + Arrays.toString(sent);
  }

  /** Whether there is a place for a track. */
  enum Place {
    /** It is sent, as before or because there was room. */
    KEPT,
    /** It is sent from now on, and another one is not. */
    TAKEN,
    /** It is not sent. */
    NONE
  }
}
