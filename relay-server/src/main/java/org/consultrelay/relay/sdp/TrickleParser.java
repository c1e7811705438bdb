package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses trickle ICE fragments (RFC 8840 §9) from anybody; never throws for bad text. */
public final class TrickleParser {
  private static final int MOST_CHARACTERS = 64 * 1024;
  private static final int MOST_SECTIONS = 256;
  private static final int MOST_CANDIDATES = 256;

  private final List<TrickleFragment.Section> sections = new ArrayList<>();
  private List<String> bundle = List.of();
  private boolean iceLite;
  private Level general = new Level("");
  private Level level = general;
  private int candidates;

  /** The session level, or a section, while its lines are read. */
  private static final class Level {
    private final TransportAttributes transport = new TransportAttributes();
    private final List<String> candidates = new ArrayList<>();
    private final String mediaLine;
    private String mid = "";
    private boolean end;

    Level(String mediaLine) {
      this.mediaLine = mediaLine;
    }
  }

  private TrickleParser() {}

  /** Parses at most 64 KiB with at most 256 sections and 256 candidates in all. */
  public static TrickleResult parse(String text) {
    return new TrickleParser().read(text);
  }

  private TrickleResult read(String text) {
    if (text.length() > MOST_CHARACTERS) {
      return new SdpResult.Refused(0, "longer than " + MOST_CHARACTERS + " characters");
    }
    SdpLines lines = new SdpLines(text);
    while (lines.next()) {
      String line = lines.line();
      String problem = line.isEmpty() ? null : accept(line);
      if (problem != null) {
        return new SdpResult.Refused(lines.number(), problem);
      }
    }
    endSection();
    TransportDescription transport = general.transport.description();
    return new TrickleResult.Parsed(
        new TrickleFragment(
            iceLite,
            transport.iceOptions(),
            bundle,
            transport.ice(),
            general.candidates,
            general.end,
            sections));
  }

  private @Nullable String accept(String line) {
    if (!SdpText.isLine(line)) {
      return "control characters";
    }
    if (line.length() < 2 || line.charAt(1) != '=') {
      return "not of the form x=value: " + SdpText.quote(line);
    }
    String value = line.substring(2).strip();
    return switch (line.charAt(0)) {
      case 'm' -> {
        endSection();
        if (sections.size() == MOST_SECTIONS) {
          yield "more than " + MOST_SECTIONS + " sections";
        }
        level = new Level(value);
        yield null;
      }
      case 'a' -> acceptAttribute(SdpText.before(value, ':'), SdpText.after(value, ':').strip());
      default -> null;
    };
  }

  private void endSection() {
    if (level != general) {
      sections.add(
          new TrickleFragment.Section(
              level.mediaLine,
              level.mid,
              level.transport.description().ice(),
              level.candidates,
              level.end));
    }
  }

  private @Nullable String acceptAttribute(String name, String value) {
    if (TransportAttributes.knows(name)) {
      return level.transport.accept(name, value);
    }
    switch (name) {
      case "mid" -> {
        if (!SdpText.isToken(value)) {
          return "a=mid is not a token";
        }
        level.mid = value;
      }
      case "candidate" -> {
        if (candidates++ == MOST_CANDIDATES) {
          return "more than " + MOST_CANDIDATES + " candidates";
        }
        level.candidates.add("candidate:" + value);
      }
      case "end-of-candidates" -> level.end = true;
      case "ice-lite" -> iceLite = true;
      case "group" -> {
        return acceptGroup(value);
      }
      default -> {}
    }
    return null;
  }

  private @Nullable String acceptGroup(String value) {
    List<String> parts = SdpText.split(value, ' ');
    if (parts.isEmpty() || !parts.getFirst().equals("BUNDLE")) {
      return null;
    }
    if (parts.size() > MOST_SECTIONS + 1 || !parts.stream().allMatch(SdpText::isToken)) {
      return "a=group:BUNDLE is not a list of mids";
    }
    bundle = List.copyOf(parts.subList(1, parts.size()));
    return null;
  }
}
