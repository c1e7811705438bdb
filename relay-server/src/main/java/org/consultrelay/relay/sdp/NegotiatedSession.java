package org.consultrelay.relay.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What both sides agreed on, seen from the relay: all that the transport and the media layer need.
 *
 * @param role the relay's in the DTLS handshake
 * @param localIce the relay's ICE credentials
 * @param remoteIce the peer's ICE credentials
 * @param remoteIceLite whether the peer is ICE-lite
 * @param remoteFingerprints of the peer's certificate, only hashes that the policy takes; any one
 *     that matches is enough (RFC 8122 §5.1)
 * @param remoteCandidates from {@code candidate:} on, unparsed, without duplicates
 * @param remoteEndOfCandidates whether those are all
 * @param iceRestart whether the peer's credentials differ from the previous ones
 * @param newDtlsAssociation whether a handshake is due: at first, and when the certificate changes
 * @param extmapAllowMixed whether one- and two-byte header extensions may be mixed
 * @param sections one for each {@code m=} line, in order
 */
public record NegotiatedSession(
    DtlsRole role,
    IceCredentials localIce,
    IceCredentials remoteIce,
    boolean remoteIceLite,
    List<Fingerprint> remoteFingerprints,
    List<String> remoteCandidates,
    boolean remoteEndOfCandidates,
    boolean iceRestart,
    boolean newDtlsAssociation,
    boolean extmapAllowMixed,
    List<NegotiatedSection> sections) {
  /** Copies the lists. */
  public NegotiatedSession {
    remoteFingerprints = List.copyOf(remoteFingerprints);
    remoteCandidates = List.copyOf(remoteCandidates);
    sections = List.copyOf(sections);
  }

  /** The section with a mid, or null. */
  public @Nullable NegotiatedSection section(String mid) {
    for (NegotiatedSection section : sections) {
      if (section.mid().equals(mid)) {
        return section;
      }
    }
    return null;
  }

  /**
   * Whether a new offer restarts ICE (RFC 8839 §4.4.1.1.1): its ufrag or password differ from the
   * peer's present ones. Ask before answering: an answer to a restart needs new credentials of the
   * relay's too.
   */
  public boolean isIceRestart(SessionDescription offer) {
    MediaSection tagged = offer.taggedSection();
    IceCredentials ice = tagged == null ? null : offer.transportOf(tagged).ice();
    return ice != null && !ice.equals(remoteIce);
  }

  /** The same after a restart outside of offer and answer (WHIP's PATCH, RFC 9725 §4.3.3). */
  public NegotiatedSession withIce(IceCredentials local, IceCredentials remote) {
    return new NegotiatedSession(
        role,
        local,
        remote,
        remoteIceLite,
        remoteFingerprints,
        List.of(),
        false,
        true,
        false,
        extmapAllowMixed,
        sections);
  }

  /** Role and sections; no address. */
  @Override
  public String toString() {
    return "NegotiatedSession[" + role + ", " + sections.size() + " sections]";
  }
}
