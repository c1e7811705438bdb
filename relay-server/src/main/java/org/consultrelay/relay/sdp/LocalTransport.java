package org.consultrelay.relay.sdp;

import java.util.List;

/**
 * The relay's own side of one transport.
 *
 * @param ice credentials; new ones when the peer restarts ICE (RFC 8839 §4.4.1.1.1)
 * @param iceLite whether the relay is an ICE-lite agent
 * @param candidates from {@code candidate:} on; all there are, so end-of-candidates is said too
 * @param fingerprint of the relay's certificate
 */
public record LocalTransport(
    IceCredentials ice, boolean iceLite, List<String> candidates, Fingerprint fingerprint) {
  static final List<String> ICE_OPTIONS = List.of("ice2", "trickle");

  /** Copies the list. */
  public LocalTransport {
    candidates = List.copyOf(candidates);
    for (String candidate : candidates) {
      if (!candidate.startsWith("candidate:") || !SdpText.isLine(candidate)) {
        throw new IllegalArgumentException("not a candidate attribute's value");
      }
    }
  }

  /** The attributes of a section. */
  TransportDescription description(DtlsSetup setup) {
    return new TransportDescription(ice, List.of(), List.of(fingerprint), setup);
  }

  /** Credentials and the number of candidates; no address. */
  @Override
  public String toString() {
    return "LocalTransport[" + ice + ", " + candidates.size() + " candidates]";
  }
}
