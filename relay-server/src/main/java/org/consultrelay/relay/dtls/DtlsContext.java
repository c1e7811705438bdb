package org.consultrelay.relay.dtls;

import java.util.List;
import java.util.concurrent.Executor;

/**
 * What all endpoints of a relay share.
 *
 * @param certificate ours
 * @param srtpProfiles IANA's numbers, the one that we like best first (see {@link
 *     DtlsKeys#srtpProfile}); empty for DTLS without SRTP
 * @param limits times
 * @param gate how many handshakes at once and per second
 * @param handshakes runs each blocking handshake; meant for one virtual thread per task
 */
public record DtlsContext(
    DtlsCertificate certificate,
    List<Integer> srtpProfiles,
    DtlsLimits limits,
    HandshakeGate gate,
    Executor handshakes) {

  /** Checks that the profiles are known ones. */
  public DtlsContext {
    srtpProfiles = List.copyOf(srtpProfiles);
    for (int profile : srtpProfiles) {
      if (!DtlsKeys.isKnown(profile)) {
        throw new IllegalArgumentException("SRTP profile " + profile);
      }
    }
  }
}
