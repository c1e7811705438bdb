package org.consultrelay.relay.sdp;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold for a whole description before its sections are looked at. */
final class DescriptionChecks {
  private DescriptionChecks() {}

  /** Why the description cannot be taken at all, or null. */
  static @Nullable Refusal check(
      SessionDescription description, @Nullable NegotiatedSession previous) {
    Refusal refusal = checkSections(description);
    if (refusal == null) {
      refusal = checkBundle(description);
    }
    if (refusal == null && previous != null) {
      refusal = checkContinuity(description, previous);
    }
    return refusal;
  }

  private static @Nullable Refusal checkSections(SessionDescription description) {
    if (description.sections().stream().allMatch(MediaSection::isRejected)) {
      return new Refusal(
          RefusalReason.NO_MEDIA,
          description.sections().isEmpty()
              ? "The session description has no media section (m= line)."
              : "Every media section is rejected (port 0).");
    }
    Set<String> mids = new HashSet<>();
    for (MediaSection section : description.sections()) {
      if (!section.mid().isEmpty() && !mids.add(section.mid())) {
        return new Refusal(
            RefusalReason.INCONSISTENT,
            "Two sections have the mid " + SdpText.quote(section.mid()) + ".");
      }
      if (section.isRtp() && !section.isRejected() && !section.rtp().rtcpMux()) {
        return new Refusal(
            RefusalReason.NO_RTCP_MUX,
            "The " + named(section) + " has no a=rtcp-mux; RTP and RTCP must share one port here.");
      }
    }
    return null;
  }

  // One transport for everything (RFC 8843): several sections need one BUNDLE group.
  private static @Nullable Refusal checkBundle(SessionDescription description) {
    List<List<String>> groups = description.bundleGroups();
    if (groups.size() > 1) {
      return new Refusal(
          RefusalReason.NO_BUNDLE, "Only one a=group:BUNDLE is supported, not several.");
    }
    if (groups.isEmpty()) {
      return description.taggedSection() == null
          ? new Refusal(
              RefusalReason.NO_BUNDLE,
              "Audio and video must share one transport: a=group:BUNDLE is missing.")
          : null;
    }
    Set<String> seen = new HashSet<>();
    for (String mid : groups.getFirst()) {
      if (description.section(mid) == null || !seen.add(mid)) {
        return new Refusal(
            RefusalReason.INCONSISTENT,
            "a=group:BUNDLE names "
                + SdpText.quote(mid)
                + (seen.contains(mid) ? " twice." : ", which no section has as its mid."));
      }
    }
    return description.taggedSection() == null
        ? new Refusal(RefusalReason.NO_BUNDLE, "No open section is in a=group:BUNDLE.")
        : null;
  }

  // Sections stay where they are; only closed ones are used again (RFC 8829 §5.2.2, §5.3.1).
  private static @Nullable Refusal checkContinuity(
      SessionDescription description, NegotiatedSession previous) {
    if (description.sections().size() < previous.sections().size()) {
      return new Refusal(
          RefusalReason.SECTIONS_CHANGED,
          "The description has fewer sections than the one before; closed ones keep their place.");
    }
    for (NegotiatedSection before : previous.sections()) {
      MediaSection now = description.sections().get(before.index());
      if (before.rejected() || now.isRejected()) {
        continue;
      }
      if (now.kind() != before.kind() || !now.mid().equals(before.mid())) {
        return new Refusal(
            RefusalReason.SECTIONS_CHANGED,
            "Section "
                + (before.index() + 1)
                + " is not what it was; sections keep their order, kind and mid.");
      }
    }
    return null;
  }

  /**
   * Why the payload types or extension ids of an answer cannot live in one bundle, or null: within
   * it a number has one meaning (RFC 8843 §10.1, RFC 8285 §5).
   */
  static @Nullable Refusal checkNumbers(SessionDescription answer) {
    Map<Integer, String> codecs = new HashMap<>();
    Map<Integer, String> extensions = new HashMap<>();
    for (MediaSection section : answer.sections()) {
      if (section.isRejected()) {
        continue;
      }
      for (CodecDescription codec : section.rtp().codecs()) {
        String name = codec.name().toLowerCase(Locale.ROOT) + "/" + codec.clockRate();
        if (clashes(codecs, codec.payloadType(), name)) {
          return twoMeanings("Payload type " + codec.payloadType());
        }
      }
      for (HeaderExtension extension : section.rtp().extensions()) {
        if (clashes(extensions, extension.id(), extension.uri())) {
          return twoMeanings("Header extension id " + extension.id());
        }
      }
    }
    return null;
  }

  private static boolean clashes(Map<Integer, String> known, int number, String meaning) {
    String before = known.putIfAbsent(number, meaning);
    return before != null && !before.equals(meaning);
  }

  private static Refusal twoMeanings(String what) {
    return new Refusal(RefusalReason.INCONSISTENT, what + " has two meanings within the bundle.");
  }

  /** A section as the user may know it. */
  static String named(MediaSection section) {
    return section.mid().isEmpty()
        ? section.media() + " section"
        : section.media() + " section " + SdpText.quote(section.mid());
  }
}
