package org.consultrelay.relay.dtls;

/**
 * What the endpoints of one media loop have seen. Plain fields, written on the loop only; a metrics
 * scrape may read them from elsewhere and be a little behind.
 */
@SuppressWarnings("EnumOrdinal") // an index within this object only; a map would box
public final class DtlsCounters {
  private final long[] failures = new long[DtlsFailure.values().length];

  /** Handshakes that a thread was started for. */
  public long handshakes;

  /** Handshakes that succeeded. */
  public long connected;

  /** Times that {@link HandshakeGate} said no; the peer's next attempt asks again. */
  public long deferred;

  /**
   * Datagrams and records that are not DTLS, not DTLS 1.2, cut short, or of no use in the state.
   */
  public long garbage;

  /** ClientHellos that we can not serve: no cipher in common, no SRTP profile, ill-formed. */
  public long refusedHellos;

  /** Fatal alerts in plain text, which anybody can forge. */
  public long plaintextAlerts;

  /** Encrypted records that did not authenticate, were replayed, or meant nothing. */
  public long rejectedRecords;

  /** Records dropped because the endpoint's queue was full. */
  public long overflows;

  /** Flights sent again because the peer repeated its own. */
  public long repeatedFlights;

  /** Counters at zero. */
  public DtlsCounters() {}

  /** How many endpoints failed for this reason. */
  public long failures(DtlsFailure reason) {
    return failures[reason.ordinal()];
  }

  void failed(DtlsFailure reason) {
    failures[reason.ordinal()]++;
  }
}
