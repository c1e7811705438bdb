package org.consultrelay.relay.dtls;

import java.time.Duration;

/**
 * Times that bound a handshake. Sizes are constants of {@link DtlsEndpoint}.
 *
 * @param handshakeTimeout from {@link DtlsEndpoint#start} to connected; the handshake's thread ends
 *     by then for sure
 * @param refusalGrace how long a handshake may still succeed after an alert that anybody could have
 *     forged (they are plain text until the end of the handshake) or a ClientHello that we cannot
 *     serve; then it fails with that reason instead of {@link DtlsFailure#TIMEOUT}
 * @param retransmission the first retransmission timer (RFC 6347 §4.2.4.1); doubles each time
 */
public record DtlsLimits(
    Duration handshakeTimeout, Duration refusalGrace, Duration retransmission) {

  /**
   * Twenty seconds in all, two after a refusal, a quarter of one to the first retransmission. RFC
   * 6347 suggests a second for that, which a call's set-up can not afford: RFC 8261 and browsers
   * know the path's round trip from ICE and use 50 ms and up.
   */
  public static final DtlsLimits DEFAULT =
      new DtlsLimits(Duration.ofSeconds(20), Duration.ofSeconds(2), Duration.ofMillis(250));

  /** Checks that each is positive and below an hour. */
  public DtlsLimits {
    check("handshakeTimeout", handshakeTimeout);
    check("refusalGrace", refusalGrace);
    check("retransmission", retransmission);
  }

  private static void check(String name, Duration duration) {
    if (duration.toMillis() < 1 || duration.toHours() > 0) {
      throw new IllegalArgumentException(name + " " + duration);
    }
  }
}
