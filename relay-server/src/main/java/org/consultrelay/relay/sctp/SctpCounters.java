package org.consultrelay.relay.sctp;

/**
 * What the associations of one loop did. Plain fields: written by the loop alone, read by the
 * metrics scrape, which may see a value a moment old.
 */
public final class SctpCounters {
  /** Associations that came up. */
  public long established;

  /** Packets from peers. */
  public long packetsReceived;

  /** Packets to peers. */
  public long packetsSent;

  /** DATA chunks of peers that were new. */
  public long chunksReceived;

  /** DATA chunks of peers that had come before. */
  public long chunksDuplicate;

  /** DATA chunks sent for the first time. */
  public long chunksSent;

  /** DATA chunks sent again. */
  public long chunksRetransmitted;

  /** Times that a retransmission timer ran out. */
  public long timeouts;

  /** Times that acknowledgements told of a loss before a timer did. */
  public long fastRetransmissions;

  /** Whole messages of peers, channels' control messages not counted. */
  public long messagesReceived;

  /** Bytes of those. */
  public long bytesReceived;

  /** Messages accepted for sending, channels' control messages not counted. */
  public long messagesSent;

  /** Bytes of those. */
  public long bytesSent;

  /** Messages given up, as their channel's reliability says. */
  public long messagesAbandoned;

  /** Channels that were opened, by either side. */
  public long channelsOpened;

  /** Channels that were closed while their association went on. */
  public long channelsClosed;

  private final long[] failures = new long[SctpFailure.values().length];
  private final long[] drops = new long[SctpDrop.values().length];
  private final long[] refusals = new long[Sending.values().length];

  /** How many associations ended for this reason. */
  public long failures(SctpFailure reason) {
    return failures[reason.ordinal()];
  }

  /** How much that peers sent was dropped for this reason. */
  public long drops(SctpDrop reason) {
    return drops[reason.ordinal()];
  }

  /** How many messages were not accepted for sending, for this reason. */
  public long refusals(Sending reason) {
    return refusals[reason.ordinal()];
  }

  void failed(SctpFailure reason) {
    failures[reason.ordinal()]++;
  }

  void dropped(SctpDrop reason) {
    drops[reason.ordinal()]++;
  }

  Sending refused(Sending reason) {
    refusals[reason.ordinal()]++;
    return reason;
  }
}
