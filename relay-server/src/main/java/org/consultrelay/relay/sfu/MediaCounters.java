package org.consultrelay.relay.sfu;

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
}
