package org.consultrelay.relay.sdp;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The peer's side of the bundle's one transport, checked: what its tagged section says.
 *
 * @param ice the peer's credentials
 * @param fingerprints those of supported hash functions, at least one
 * @param setup what the peer says, {@code active} in an offer that says nothing (RFC 4145 §4.1)
 */
record RemoteTransport(IceCredentials ice, List<Fingerprint> fingerprints, DtlsSetup setup) {
  /** Why the transport cannot be agreed on, or null. */
  static @Nullable Refusal check(
      SessionDescription description, MediaPolicy policy, boolean localIceLite) {
    TransportDescription transport = transportOf(description);
    if (transport.ice() == null) {
      return new Refusal(
          RefusalReason.NO_ICE_CREDENTIALS,
          "The session description has no ICE credentials (a=ice-ufrag and a=ice-pwd).");
    }
    if (description.iceLite() && localIceLite) {
      return new Refusal(
          RefusalReason.BOTH_ICE_LITE,
          "Both sides are ICE-lite; the peer must be a full ICE agent to connect here.");
    }
    if (transport.fingerprints().isEmpty()) {
      return new Refusal(
          RefusalReason.NO_FINGERPRINT,
          "There is no a=fingerprint; media must be encrypted with DTLS-SRTP.");
    }
    if (supported(transport, policy).isEmpty()) {
      return new Refusal(
          RefusalReason.UNSUPPORTED_HASH,
          "The fingerprint's hash function "
              + SdpText.quote(transport.fingerprints().getFirst().hash())
              + " is not supported; use sha-256.");
    }
    return null;
  }

  /** What a description that passed {@link #check} says. */
  static RemoteTransport of(SessionDescription description, MediaPolicy policy) {
    TransportDescription transport = transportOf(description);
    return new RemoteTransport(
        Objects.requireNonNull(transport.ice()),
        supported(transport, policy),
        Objects.requireNonNullElse(transport.setup(), DtlsSetup.ACTIVE));
  }

  /** All candidates of all open sections: they are candidates of the one transport. */
  static List<String> candidates(SessionDescription description) {
    Set<String> candidates = new LinkedHashSet<>();
    for (MediaSection section : description.sections()) {
      if (!section.isRejected()) {
        candidates.addAll(section.candidates());
      }
    }
    return List.copyOf(candidates);
  }

  static boolean endOfCandidates(SessionDescription description) {
    MediaSection tagged = description.taggedSection();
    return tagged != null && tagged.endOfCandidates();
  }

  /** Whether no certificate of the two descriptions can be the same. */
  boolean isNewCertificate(NegotiatedSession previous) {
    return fingerprints.stream().noneMatch(previous.remoteFingerprints()::contains);
  }

  private static TransportDescription transportOf(SessionDescription description) {
    MediaSection tagged = description.taggedSection();
    return tagged == null ? description.transport() : description.transportOf(tagged);
  }

  private static List<Fingerprint> supported(TransportDescription transport, MediaPolicy policy) {
    return transport.fingerprints().stream()
        .filter(fingerprint -> policy.fingerprintHashes().contains(fingerprint.hash()))
        .toList();
  }
}
