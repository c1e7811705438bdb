package org.consultrelay.relay.transport;

import org.consultrelay.relay.dtls.DtlsCounters;
import org.consultrelay.relay.ice.CheckAnswer;
import org.consultrelay.relay.sctp.SctpCounters;

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

  /** What became of connectivity checks, by the ordinal of {@link CheckAnswer.Verdict}. */
  private final long[] checks = new long[CheckAnswer.Verdict.values().length];

  /** DTLS datagrams from validated addresses. */
  public long dtlsReceived;

  /** DTLS datagrams of those before the session description said what to expect. */
  public long dtlsUnexpected;

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

  /** Times a peer went on from another address. */
  public long addressChanges;

  /** Peers whose consent ended (RFC 7675). */
  public long consentExpired;

  /** Records with data of peers with whom no data channels were negotiated. */
  public long sctpUnexpected;

  /** Data channels. */
  public final SctpCounters sctp = new SctpCounters();

  /** Handshakes and what else DTLS counts. */
  public final DtlsCounters dtls = new DtlsCounters();

  /** How many connectivity checks had this verdict. */
  public long checks(CheckAnswer.Verdict verdict) {
    return checks[verdict.ordinal()];
  }

  void check(CheckAnswer.Verdict verdict) {
    checks[verdict.ordinal()]++;
  }
}
