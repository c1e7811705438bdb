package org.consultrelay.relay.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One {@code m=} section of a session description.
 *
 * @param media the first word of the {@code m=} line
 * @param port 0 to 65,535; 0 rejects or stops the section unless it is bundle-only
 * @param protocol as {@code UDP/TLS/RTP/SAVPF}
 * @param formats the formats of a section that is not RTP; empty for RTP, whose formats are {@link
 *     RtpDescription#codecs()}
 * @param mid {@code a=mid}; empty when absent
 * @param direction as the writer sees it; the session's when the section says none
 * @param bundleOnly {@code a=bundle-only} (RFC 8843 §6)
 * @param transport ICE and DTLS attributes of the section itself; see {@link
 *     SessionDescription#transportOf}
 * @param candidates values from {@code candidate:} on, unparsed
 * @param endOfCandidates {@code a=end-of-candidates} (RFC 8840 §8.2)
 * @param rtp what the section says about RTP
 * @param sctp data channel parameters, or null
 * @param bandwidths {@code b=} lines
 */
public record MediaSection(
    String media,
    int port,
    String protocol,
    List<String> formats,
    String mid,
    Direction direction,
    boolean bundleOnly,
    TransportDescription transport,
    List<String> candidates,
    boolean endOfCandidates,
    RtpDescription rtp,
    @Nullable SctpDescription sctp,
    List<Bandwidth> bandwidths) {
  /** Copies the lists and checks what a line could break on. */
  public MediaSection {
    SdpText.requireToken(media, "a medium");
    SdpText.requireWord(protocol, "a protocol");
    if (!mid.isEmpty()) {
      SdpText.requireToken(mid, "a mid");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port);
    }
    formats = List.copyOf(formats);
    candidates = List.copyOf(candidates);
    bandwidths = List.copyOf(bandwidths);
    formats.forEach(format -> SdpText.requireWord(format, "a format"));
    candidates.forEach(candidate -> SdpText.requireLine(candidate, "a candidate"));
    if (formats.isEmpty() == rtp.codecs().isEmpty()) {
      throw new IllegalArgumentException("a section has payload types or other formats, not both");
    }
  }

  /** What the section carries. */
  public MediaKind kind() {
    return MediaKind.of(media);
  }

  /** Whether the section is RTP, of whatever profile. */
  public boolean isRtp() {
    return isRtp(protocol);
  }

  static boolean isRtp(String protocol) {
    return protocol.contains("RTP/");
  }

  /** Whether port 0 says that the section is rejected or stopped (RFC 3264 §6, RFC 8843 §7.2). */
  public boolean isRejected() {
    return port == 0 && !bundleOnly;
  }

  /** The track that the section announces, at section or else at source level; null for none. */
  public @Nullable Msid msid() {
    if (!rtp.msids().isEmpty()) {
      return rtp.msids().getFirst();
    }
    for (SsrcDescription ssrc : rtp.ssrcs()) {
      if (ssrc.msid() != null) {
        return ssrc.msid();
      }
    }
    return null;
  }

  /** Kind, mid and direction; nothing private, safe to log. */
  @Override
  public String toString() {
    return media + ":" + mid + ":" + (isRejected() ? "rejected" : direction.token());
  }
}
