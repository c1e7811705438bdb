package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses session descriptions (RFC 8866) from anybody. Never throws for bad text, whatever it is;
 * work and memory are bounded by {@link SdpLimits}. Lines end with CRLF or LF. Attributes that
 * WebRTC does not need are passed over.
 */
public final class SdpParser {
  private final SdpLimits limits;
  private final TransportAttributes transport = new TransportAttributes();
  private final List<List<String>> bundleGroups = new ArrayList<>();
  private final List<MediaSection> sections = new ArrayList<>();
  private @Nullable Origin origin;
  private @Nullable String msidSemantic;
  private Direction direction = Direction.SENDRECV;
  private boolean iceLite;
  private boolean extmapAllowMixed;
  private @Nullable MediaSectionParser section;
  private int attributes;

  private SdpParser(SdpLimits limits) {
    this.limits = limits;
  }

  /** Parses within {@link SdpLimits#STANDARD}. */
  public static SdpResult parse(String text) {
    return parse(text, SdpLimits.STANDARD);
  }

  /** Parses within the given bounds. */
  public static SdpResult parse(String text, SdpLimits limits) {
    return new SdpParser(limits).read(text);
  }

  private SdpResult read(String text) {
    if (text.length() > limits.characters()) {
      return new SdpResult.Refused(0, "longer than " + limits.characters() + " characters");
    }
    SdpLines lines = new SdpLines(text);
    while (lines.next()) {
      if (lines.number() > limits.lines()) {
        return new SdpResult.Refused(0, "more than " + limits.lines() + " lines");
      }
      String line = lines.line();
      String problem = line.isEmpty() ? null : accept(lines.number(), line);
      if (problem != null) {
        return new SdpResult.Refused(lines.number(), problem);
      }
    }
    return finish(lines.number());
  }

  private SdpResult finish(int lastLine) {
    String problem = endLevel();
    if (problem != null) {
      return new SdpResult.Refused(lastLine, problem);
    }
    if (origin == null) {
      return new SdpResult.Refused(0, "no o= line");
    }
    return new SdpResult.Parsed(
        new SessionDescription(
            origin,
            bundleGroups,
            iceLite,
            extmapAllowMixed,
            msidSemantic,
            transport.description(),
            sections));
  }

  private @Nullable String accept(int number, String line) {
    if (!SdpText.isLine(line)) {
      return "control characters";
    }
    if (line.length() < 2 || line.charAt(1) != '=') {
      return "not of the form x=value: " + SdpText.quote(line);
    }
    if (number == 1) {
      return line.strip().equals("v=0") ? null : "a session description starts with v=0";
    }
    String value = line.substring(2).strip();
    return switch (line.charAt(0)) {
      case 'm' -> beginSection(value);
      case 'a' -> acceptAttribute(SdpText.before(value, ':'), SdpText.after(value, ':').strip());
      case 'o' -> acceptOrigin(value);
      case 'b' -> section == null ? null : count(section.acceptBandwidth(value));
      case 'c', 'e', 'i', 'k', 'p', 'r', 's', 't', 'u', 'z' -> null;
      case 'v' -> "v= twice";
      default -> "unknown line type: " + SdpText.quote(line);
    };
  }

  private @Nullable String acceptOrigin(String value) {
    if (origin != null) {
      return "o= twice";
    }
    origin = Origin.parse(value);
    return origin == null ? "o= is not six fields with numeric ids" : null;
  }

  private @Nullable String beginSection(String value) {
    String problem = endLevel();
    if (problem != null) {
      return problem + " (in the section above)";
    }
    if (sections.size() == limits.sections()) {
      return "more than " + limits.sections() + " media sections";
    }
    section = new MediaSectionParser(direction);
    attributes = 0;
    return section.acceptMediaLine(value);
  }

  // Called where a level (the session's, a section's) ends; keeps the section that was read.
  private @Nullable String endLevel() {
    if (section == null) {
      return transport.problem();
    }
    String problem = section.problem();
    if (problem == null) {
      sections.add(section.section());
    }
    return problem;
  }

  private @Nullable String acceptAttribute(String name, String value) {
    if (section != null) {
      return count(section.acceptAttribute(name, value));
    }
    if (TransportAttributes.knows(name)) {
      return count(transport.accept(name, value));
    }
    switch (name) {
      case "group" -> {
        return count(acceptGroup(value));
      }
      case "ice-lite" -> iceLite = true;
      case "extmap-allow-mixed" -> extmapAllowMixed = true;
      case "msid-semantic" -> msidSemantic = value;
      default -> {
        Direction named = Direction.parse(name);
        direction = named == null ? direction : named;
      }
    }
    return count(null);
  }

  private @Nullable String acceptGroup(String value) {
    List<String> parts = SdpText.split(value, ' ');
    if (parts.isEmpty() || !parts.getFirst().equals("BUNDLE")) {
      return null;
    }
    if (parts.size() > limits.sections() + 1 || bundleGroups.size() == limits.sections()) {
      return "a=group:BUNDLE is too long";
    }
    for (String mid : parts) {
      if (!SdpText.isToken(mid)) {
        return "a=group:BUNDLE has a mid that is not a token";
      }
    }
    bundleGroups.add(parts.subList(1, parts.size()));
    return null;
  }

  private @Nullable String count(@Nullable String problem) {
    attributes++;
    return problem == null && attributes > limits.attributes()
        ? "more than " + limits.attributes() + " lines in one section"
        : problem;
  }
}
