package org.consultrelay.relay.room;

import java.util.List;
import java.util.Set;

/**
 * Whom a publisher lets subscribe to their tracks.
 *
 * @param everybody all may, and the rest does not matter
 * @param exceptions who may, when not everybody
 */
public record SubscriptionRule(boolean everybody, List<Leave> exceptions) {
  /** What holds until a publisher says otherwise. */
  public static final SubscriptionRule EVERYBODY = new SubscriptionRule(true, List.of());

  /** Copies the list. */
  public SubscriptionRule {
    exceptions = List.copyOf(exceptions);
  }

  /**
   * Somebody who may.
   *
   * @param sid the participant's; empty when named by identity
   * @param identity the participant's; empty when named by sid
   * @param allTracks may subscribe to all tracks
   * @param trackSids the tracks, when not all
   */
  public record Leave(String sid, String identity, boolean allTracks, Set<String> trackSids) {
    /** Copies the set. */
    public Leave {
      trackSids = Set.copyOf(trackSids);
    }

    private boolean isFor(Participant subscriber) {
      return sid.isEmpty() ? identity.equals(subscriber.identity()) : sid.equals(subscriber.sid());
    }
  }

  /** Whether somebody may subscribe to a track. */
  public boolean allows(Participant subscriber, Track track) {
    if (everybody) {
      return true;
    }
    for (Leave exception : exceptions) {
      if (exception.isFor(subscriber)
          && (exception.allTracks() || exception.trackSids().contains(track.sid()))) {
        return true;
      }
    }
    return false;
  }
}
