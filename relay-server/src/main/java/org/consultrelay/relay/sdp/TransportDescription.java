package org.consultrelay.relay.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ICE and DTLS attributes that may stand at session or at media level (RFC 8839 §5, RFC 8842).
 *
 * @param ice {@code a=ice-ufrag} and {@code a=ice-pwd}
 * @param iceOptions {@code a=ice-options}, empty when absent
 * @param fingerprints {@code a=fingerprint}, in order
 * @param setup {@code a=setup}
 */
public record TransportDescription(
    @Nullable IceCredentials ice,
    List<String> iceOptions,
    List<Fingerprint> fingerprints,
    @Nullable DtlsSetup setup) {
  /** Nothing said at this level. */
  public static final TransportDescription NONE =
      new TransportDescription(null, List.of(), List.of(), null);

  /** Copies the lists. */
  public TransportDescription {
    iceOptions = List.copyOf(iceOptions);
    fingerprints = List.copyOf(fingerprints);
    iceOptions.forEach(option -> SdpText.requireToken(option, "an ICE option"));
  }

  /** This level's values where there are any, the session level's elsewhere (RFC 8866 §5.13). */
  TransportDescription over(TransportDescription session) {
    return new TransportDescription(
        ice != null ? ice : session.ice,
        iceOptions.isEmpty() ? session.iceOptions : iceOptions,
        fingerprints.isEmpty() ? session.fingerprints : fingerprints,
        setup != null ? setup : session.setup);
  }
}
