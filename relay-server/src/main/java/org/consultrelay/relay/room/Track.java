package org.consultrelay.relay.room;

import java.util.HashSet;
import java.util.Set;
import org.consultrelay.relay.sdp.Codec;
import org.consultrelay.relay.sfu.Publication;
import org.jspecify.annotations.Nullable;

/**
 * A track of a participant: announced, then available once its media is negotiated, then gone. For
 * those who cannot decode it its publisher may send it in a second codec too: a track of its own
 * for descriptions and media, the same one for everybody else. On the room's loop.
 */
public final class Track {
  private final String sid;
  private final String cid;
  private final Participant participant;
  private TrackDetails details;
  private boolean muted;
  private boolean held;
  private String mid = "";
  private @Nullable PeerSession session;
  private @Nullable Codec codec;
  private @Nullable Publication publication;
  private boolean subscribed;
  private final Track primary;
  private @Nullable Track backup;
  private String backupCodec = "";
  private final Set<Participant> inNeed = new HashSet<>();

  Track(String sid, String cid, Participant participant, TrackDetails details, boolean muted) {
    this.sid = sid;
    this.cid = cid;
    this.participant = participant;
    this.details = details;
    this.muted = muted;
    this.primary = this;
  }

  private Track(Track primary, String cid, TrackDetails details) {
    this.sid = primary.sid;
    this.cid = cid;
    this.participant = primary.participant;
    this.details = details;
    this.muted = primary.muted;
    this.primary = primary;
  }

  /** The track as participants know it: this one, or the one that this is a second codec of. */
  public Track primary() {
    return primary;
  }

  /** Whether it is the second codec of another one. */
  public boolean isBackup() {
    return primary != this;
  }

  /** The same in a second codec, or null. */
  public @Nullable Track backup() {
    return backup;
  }

  /** The second codec that its publisher can send, by its name in descriptions; empty for none. */
  public String backupCodec() {
    return backupCodec;
  }

  /** Its publisher can send it in a second codec, if somebody needs that. */
  public void offerBackup(String codecName) {
    backupCodec = codecName;
  }

  /**
   * Announces it in a second codec, in the place of any that was announced before.
   *
   * @param itsCid the publisher's own name for that
   */
  public Track announceBackup(String itsCid, TrackDetails itsDetails) {
    Track before = backup;
    if (before != null) {
      before.unavailable();
    }
    Track made = new Track(this, itsCid, itsDetails);
    made.held = held;
    backup = made;
    return made;
  }

  /** Ends its second codec. */
  void withdrawBackup() {
    Track before = backup;
    backup = null;
    if (before != null) {
      before.unavailable();
    }
  }

  /** Somebody cannot do without the second codec, or can again. */
  public void need(Participant subscriber, boolean needed) {
    if (needed ? inNeed.add(subscriber) : inNeed.remove(subscriber)) {
      participant.demandChanged(this);
    }
  }

  /** Whether somebody cannot do without the second codec. */
  public boolean isBackupNeeded() {
    return !inNeed.isEmpty();
  }

  /** Our name for it, unique in the relay. */
  public String sid() {
    return sid;
  }

  /** The publisher's own name for it. */
  public String cid() {
    return cid;
  }

  /** Whose it is. */
  public Participant participant() {
    return participant;
  }

  /** What its publisher says of it. */
  public TrackDetails details() {
    return details;
  }

  /** Whether its publisher has switched it off for now. */
  public boolean isMuted() {
    return muted;
  }

  /** The media section it comes in; empty before it is negotiated. */
  public String mid() {
    return mid;
  }

  /**
   * What it is coded in, variant included, so that a subscriber can be offered the same; or null.
   */
  public @Nullable Codec codec() {
    return codec;
  }

  /** Its media, or null before it is negotiated. */
  public @Nullable Publication publication() {
    return publication;
  }

  /** Whether it can be subscribed to. */
  public boolean isAvailable() {
    return publication != null;
  }

  /** Mutes or unmutes; everybody hears. */
  public void mute(boolean off) {
    if (muted != off) {
      muted = off;
      participant.changed();
    }
  }

  /**
   * Holds its media back from everybody, whatever its publisher goes on to send, or lets it go on:
   * in its second codec as well, and however often it is negotiated anew.
   */
  public void hold(boolean back) {
    held = back;
    Publication media = publication;
    if (media != null) {
      media.hold(back, participant.room().loop().nowNanos());
    }
    Track second = backup;
    if (second != null) {
      second.hold(back);
    }
  }

  /** What its publisher says of it has changed; everybody hears. */
  public void describe(TrackDetails changed) {
    if (!details.equals(changed)) {
      details = changed;
      participant.changed();
    }
  }

  /** Its media is negotiated; everybody hears. */
  public void available(PeerSession carrier, String section, Codec coding, Publication media) {
    session = carrier;
    mid = section;
    codec = coding;
    publication = media;
    media.hold(held, participant.room().loop().nowNanos());
    carrier.published(section, this);
    media.onDemand(() -> participant.demandChanged(primary));
    participant.available(this);
  }

  /** Its media is no more, for now or for good; those who subscribe get nothing more of it. */
  public void unavailable() {
    PeerSession carrier = session;
    Publication media = publication;
    session = null;
    publication = null;
    if (carrier != null && media != null) {
      carrier.unpublished(mid, this);
      carrier.transport().media().unpublish(media, participant.room().loop().nowNanos());
      participant.unavailable(this);
    }
  }

  /** Notes a subscriber. Returns true for the first ever. */
  public boolean firstSubscribed() {
    boolean first = !subscribed;
    subscribed = true;
    return first;
  }
}
