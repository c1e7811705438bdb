package org.consultrelay.relay.transport;

/**
 * What the transports of one loop have received, and why datagrams were dropped. Plain fields:
 * written by the loop alone, read by the metrics scrape, which may see a value a moment old.
 */
public final class TransportCounters {
  /** STUN messages. */
  public long stunReceived;

  /** STUN messages answered, with success or error. */
  public long stunAnswered;

  /** STUN messages that do not parse or are of no kind that is served. */
  public long stunMalformed;

  /** STUN requests for a user that is not known here. */
  public long stunUnknownUser;

  /** STUN requests whose integrity does not hold. */
  public long stunUnauthenticated;

  /** STUN requests from strangers that were over the budget. */
  public long stunOverBudget;

  /** DTLS datagrams from validated addresses. */
  public long dtlsReceived;

  /** Media and DTLS from addresses that no check has validated. */
  public long unknownSource;

  /** Datagrams that are none of STUN, DTLS, RTP and RTCP (RFC 7983). */
  public long unknownProtocol;

  /** Media before keys were agreed. */
  public long notKeyed;

  /** RTP that does not parse. */
  public long rtpMalformed;

  /** SRTP or SRTCP whose authentication failed. */
  public long srtpUnauthenticated;

  /** SRTP or SRTCP that came before. */
  public long srtpReplayed;

  /** SRTP or SRTCP that does not parse. */
  public long srtpMalformed;

  /** SRTP of more streams than one peer may have. */
  public long srtpTooManyStreams;

  /** DTLS handshakes that ended well. */
  public long handshakesCompleted;

  /** DTLS handshakes that failed, by the ordinal of {@code DtlsFailure}. */
  public final long[] handshakesFailed =
      new long[org.consultrelay.relay.dtls.DtlsFailure.values().length];

  /** Times a peer went on from another address. */
  public long addressChanges;

  /** Peers whose consent ended (RFC 7675). */
  public long consentExpired;
}
