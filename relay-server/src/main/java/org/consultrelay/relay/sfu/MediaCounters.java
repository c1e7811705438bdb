package org.consultrelay.relay.sfu;

import org.consultrelay.relay.wire.Distribution;

/**
 * What the media of one loop has done. Plain fields: written by the loop alone, read by the metrics
 * scrape, which may see a value a moment old. All count packets unless the name says otherwise.
 */
public final class MediaCounters {
  /** Media packets that were authenticated and belong to a published track. */
  public long received;

  /** Packets sent to subscribers, retransmissions not among them. */
  public long forwarded;

  /** Packets sent again because a subscriber asked for them. */
  public long retransmitted;

  /** Packets that a publisher sent again and that filled a gap. */
  public long recovered;

  /** Packets that had come already. */
  public long droppedDuplicate;

  /** Packets whose SSRC no negotiated track accounts for. */
  public long droppedUnknownStream;

  /** Packets with a payload type that was not negotiated for the track. */
  public long droppedPayloadType;

  /** Packets that carry padding alone; {@link #received} does not count them. */
  public long droppedPaddingOnly;

  /** Packets too old for the subscriber's sequence. */
  public long droppedLate;

  /** Audio packets that a subscriber was not sent, because others were louder. */
  public long leftOutQuiet;

  /** Times that an audio track took the place of a quieter one. */
  public long loudestChanges;

  /** Times that a publisher's line was taken to be too narrow for a size that was wanted. */
  public long sizesDeclined;

  /** RTCP packets that do not parse. */
  public long droppedRtcp;

  /** Packets asked for again that the store no longer had. */
  public long retransmissionMisses;

  /** Packets asked for again, but not sent: the subscriber asks for more than it is sent. */
  public long retransmissionsRefused;

  /** Packets that the retransmission store could not keep for want of slots. */
  public long storeRefusals;

  /** Sequence numbers that subscribers reported missing. */
  public long nackReceived;

  /** Sequence numbers that we asked publishers for. */
  public long nackSent;

  /** Key frame requests from subscribers, PLI and FIR. */
  public long keyFrameRequestsReceived;

  /** Key frame requests sent to publishers. */
  public long keyFrameRequestsSent;

  /** Packets that waited for a narrow line until they were not there any more. */
  public long droppedWaiting;

  /** Bytes sent again only to see whether a line carries more. */
  public long probeBytes;

  /** RTCP packets sent, compounds counted once. */
  public long rtcpSent;

  /** RTCP packets received and parsed, compounds counted once. */
  public long rtcpReceived;

  /** Transport-wide feedback received and understood. */
  public long feedbackReceived;

  /** Packets that publishers sent, as their numbers say; counted about once a second. */
  public long expected;

  /** Of those, packets that had not come when they were counted. */
  public long lost;

  /** Packets that subscribers reported lost. */
  public long reportedLost;

  /** Videos that are sent to somebody now, stalled and paused ones too. */
  public long videos;

  /** Times that a video was no longer sent, because the subscriber's line did not carry it. */
  public long stallsBegun;

  /** Times that such a video was sent again, or nobody wanted it any more. */
  public long stallsEnded;

  /** Times that a subscriber got a larger picture of a video. */
  public long switchesUp;

  /** Times that a subscriber got a smaller one. */
  public long switchesDown;

  /** Gaps in the sending of videos that viewers see as a freeze. */
  public long gaps;

  /** What those gaps lasted in all, in nanoseconds. */
  public long gapNanos;

  /** From the first packet that came of a video to the first that a subscriber was sent. */
  public final Distribution firstFrame =
      Distribution.ofMillis(10, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000);

  /** What lines are judged to carry, in bits a second; each about once a second. */
  public final Distribution lines =
      Distribution.of(
          100_000,
          200_000,
          300_000,
          500_000,
          750_000,
          1_000_000,
          1_500_000,
          2_000_000,
          3_000_000,
          5_000_000,
          10_000_000,
          20_000_000);

  /** Round trips to peers, in nanoseconds; each about once a second. */
  public final Distribution roundTrips =
      Distribution.ofMillis(5, 10, 20, 50, 100, 150, 200, 300, 500, 1_000, 2_000);
}
