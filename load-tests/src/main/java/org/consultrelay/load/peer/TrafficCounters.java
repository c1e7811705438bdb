package org.consultrelay.load.peer;

/**
 * What the peers of one loop have sent and received. Plain fields that the loop writes; others may
 * read them and see a value of a moment ago.
 */
public final class TrafficCounters {
  /** Media packets sent, retransmissions not counted. */
  public long sent;

  /** Bytes of media packets sent, encrypted. */
  public long sentBytes;

  /** Media packets received. */
  public long received;

  /** Bytes of media packets received, encrypted. */
  public long receivedBytes;

  /** Packets that did not decrypt or did not parse. */
  public long undecipherable;

  /** Packets that came a second time to the letter, as SRTP tells. */
  public long replayed;

  /** Packets of streams that nobody announced. */
  public long unknownStream;

  /** Packets asked for again. */
  public long nacksSent;

  /** Packets that the other side asked for again. */
  public long nacksReceived;

  /** Packets sent again. */
  public long retransmitted;

  /** Key frames asked for. */
  public long keyFrameRequestsSent;

  /** Key frames that the other side asked for. */
  public long keyFrameRequestsReceived;

  /** Packets thrown away on purpose, to imitate a lossy line. */
  public long thrownAway;

  /** Datagrams that the tester's own sockets lost because their buffers were full. */
  public long socketDrops;

  /** Transport-wide feedback messages received. */
  public long feedbackReceived;

  /** An empty count. */
  public TrafficCounters() {}

  /** Adds another count to this one. */
  public void add(TrafficCounters other) {
    sent += other.sent;
    sentBytes += other.sentBytes;
    received += other.received;
    receivedBytes += other.receivedBytes;
    undecipherable += other.undecipherable;
    replayed += other.replayed;
    unknownStream += other.unknownStream;
    nacksSent += other.nacksSent;
    nacksReceived += other.nacksReceived;
    retransmitted += other.retransmitted;
    keyFrameRequestsSent += other.keyFrameRequestsSent;
    keyFrameRequestsReceived += other.keyFrameRequestsReceived;
    thrownAway += other.thrownAway;
    socketDrops += other.socketDrops;
    feedbackReceived += other.feedbackReceived;
  }
}
