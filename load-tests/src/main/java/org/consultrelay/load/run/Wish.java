package org.consultrelay.load.run;

import org.consultrelay.load.peer.IncomingTrack;
import org.consultrelay.relay.rtp.MediaKind;

/**
 * The wish to hear and see somebody, and how long it took from then. Media may come before anybody
 * wished for it: that took no time. Any thread.
 */
final class Wish implements IncomingTrack.Firsts {
  private static final long NOT_YET = Long.MIN_VALUE;

  private final JoinLog log;
  private long since;
  private long firstAudio = NOT_YET;
  private long firstPicture = NOT_YET;
  private boolean audioTold;
  private boolean pictureTold;

  private Wish(JoinLog log, long since) {
    this.log = log;
    this.since = since;
  }

  /** A wish of that time, on {@link System#nanoTime()}'s clock. */
  static Wish since(JoinLog log, long nanos) {
    return new Wish(log, nanos);
  }

  /** Nobody wishes yet. */
  static Wish notYet(JoinLog log) {
    return new Wish(log, NOT_YET);
  }

  /** Now somebody does, since that time. */
  synchronized void wished(long sinceNanos) {
    since = sinceNanos;
    tell();
  }

  @Override
  public synchronized void firstPacket(IncomingTrack track, long nowNanos) {
    if (track.format().codec().kind() == MediaKind.AUDIO && firstAudio == NOT_YET) {
      firstAudio = System.nanoTime();
      tell();
    }
  }

  @Override
  public synchronized void firstKeyFrame(IncomingTrack track, long nowNanos) {
    if (firstPicture == NOT_YET) {
      firstPicture = System.nanoTime();
      tell();
    }
  }

  private void tell() {
    if (since == NOT_YET) {
      return;
    }
    if (firstAudio != NOT_YET && !audioTold) {
      audioTold = true;
      log.firstAudio(Math.max(0, firstAudio - since));
    }
    if (firstPicture != NOT_YET && !pictureTold) {
      pictureTold = true;
      log.firstKeyFrame(Math.max(0, firstPicture - since));
    }
  }
}
