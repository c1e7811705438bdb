package org.consultrelay.relay.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session description (RFC 8866) as far as WebRTC uses it (RFC 8829). Immutable.
 *
 * @param origin the {@code o=} line
 * @param bundleGroups the mids of each {@code a=group:BUNDLE} (RFC 8843), usually one group
 * @param iceLite {@code a=ice-lite} (RFC 8839 §5.3)
 * @param extmapAllowMixed {@code a=extmap-allow-mixed} for all sections (RFC 8285 §6)
 * @param msidSemantic the value of {@code a=msid-semantic}, or null
 * @param transport ICE and DTLS attributes at session level
 * @param sections in order; the order never changes within a session (RFC 8829 §5.2.2)
 */
public record SessionDescription(
    Origin origin,
    List<List<String>> bundleGroups,
    boolean iceLite,
    boolean extmapAllowMixed,
    @Nullable String msidSemantic,
    TransportDescription transport,
    List<MediaSection> sections) {
  /** Copies the lists. */
  public SessionDescription {
    bundleGroups = bundleGroups.stream().map(List::copyOf).toList();
    sections = List.copyOf(sections);
    bundleGroups.forEach(group -> group.forEach(mid -> SdpText.requireToken(mid, "a mid")));
    if (msidSemantic != null) {
      SdpText.requireLine(msidSemantic, "an msid-semantic");
    }
  }

  /** The section with a mid, or null. */
  public @Nullable MediaSection section(String mid) {
    for (MediaSection section : sections) {
      if (section.mid().equals(mid)) {
        return section;
      }
    }
    return null;
  }

  /** ICE and DTLS attributes in force for a section: its own, else the session's. */
  public TransportDescription transportOf(MediaSection section) {
    return section.transport().over(transport);
  }

  /**
   * The section whose transport attributes hold for the whole bundle (RFC 8843 §7.1.1): the first
   * of the BUNDLE group that is not rejected. Without a group, the only section that is not
   * rejected; null when that is not unambiguous.
   */
  public @Nullable MediaSection taggedSection() {
    if (!bundleGroups.isEmpty()) {
      for (String mid : bundleGroups.getFirst()) {
        MediaSection section = section(mid);
        if (section != null && !section.isRejected()) {
          return section;
        }
      }
      return null;
    }
    List<MediaSection> live = sections.stream().filter(s -> !s.isRejected()).toList();
    return live.size() == 1 ? live.getFirst() : null;
  }

  /** The sections in short; nothing private, safe to log. */
  @Override
  public String toString() {
    return "SessionDescription" + sections;
  }
}
