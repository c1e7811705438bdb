package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the lines of one media section. Every method returns what is wrong, or null. */
final class MediaSectionParser {
  private final TransportAttributes transport = new TransportAttributes();
  private final CodecAttributes codecs = new CodecAttributes();
  private final SourceAttributes sources = new SourceAttributes();
  private final List<String> formats = new ArrayList<>();
  private final List<HeaderExtension> extensions = new ArrayList<>();
  private final List<String> candidates = new ArrayList<>();
  private final List<Bandwidth> bandwidths = new ArrayList<>();
  private String media = "";
  private String protocol = "";
  private int port;
  private String mid = "";
  private Direction direction;
  private boolean bundleOnly;
  private boolean endOfCandidates;
  private boolean rtcpMux;
  private boolean rtcpMuxOnly;
  private boolean reducedSizeRtcp;
  private boolean extmapAllowMixed;
  private int sctpPort = -1;
  private long maxMessageSize = SctpDescription.DEFAULT_MAX_MESSAGE_SIZE;

  /** The direction is the session's until the section says its own. */
  MediaSectionParser(Direction sessionDirection) {
    direction = sessionDirection;
  }

  /** Takes the value of the {@code m=} line, which must come first. */
  @Nullable String acceptMediaLine(String value) {
    List<String> parts = SdpText.split(value, ' ');
    if (parts.size() < 4) {
      return "m= is not a medium, a port, a protocol and formats";
    }
    media = parts.get(0);
    protocol = parts.get(2);
    port = (int) SdpText.number(SdpText.before(parts.get(1), '/'), 65_535);
    if (!SdpText.isToken(media) || !SdpText.isWord(protocol)) {
      return "m= has a medium or protocol that is not a word";
    }
    if (port < 0) {
      return "port " + SdpText.quote(parts.get(1)) + " is not a number from 0 to 65535";
    }
    for (String format : parts.subList(3, parts.size())) {
      String problem = acceptFormat(format);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private @Nullable String acceptFormat(String format) {
    if (MediaSection.isRtp(protocol)) {
      return codecs.acceptPayloadType(format);
    }
    if (!SdpText.isWord(format)) {
      return "m= has a format that is not a word";
    }
    formats.add(format);
    return null;
  }

  @Nullable String acceptBandwidth(String value) {
    String type = SdpText.before(value, ':');
    long amount = SdpText.number(SdpText.after(value, ':').strip(), Long.MAX_VALUE);
    if (!SdpText.isToken(type) || amount < 0) {
      return "b= is not a type and a number";
    }
    bandwidths.add(new Bandwidth(type, amount));
    return null;
  }

  @Nullable String acceptAttribute(String name, String value) {
    if (TransportAttributes.knows(name)) {
      return transport.accept(name, value);
    }
    if (SourceAttributes.knows(name)) {
      return sources.accept(name, value);
    }
    switch (name) {
      case "mid" -> {
        if (!SdpText.isToken(value) || !mid.isEmpty()) {
          return mid.isEmpty() ? "a=mid is not a token" : "a=mid twice in one section";
        }
        mid = value;
      }
      case "rtpmap" -> {
        return codecs.acceptRtpmap(value);
      }
      case "fmtp" -> codecs.acceptFmtp(value);
      case "rtcp-fb" -> {
        return codecs.acceptFeedback(value);
      }
      case "extmap" -> {
        return acceptExtension(value);
      }
      case "candidate" -> candidates.add("candidate:" + value);
      case "end-of-candidates" -> endOfCandidates = true;
      case "bundle-only" -> bundleOnly = true;
      case "rtcp-mux" -> rtcpMux = true;
      case "rtcp-mux-only" -> rtcpMuxOnly = true;
      case "rtcp-rsize" -> reducedSizeRtcp = true;
      case "extmap-allow-mixed" -> extmapAllowMixed = true;
      case "sctp-port" -> {
        sctpPort = (int) SdpText.number(value, 65_535);
        return sctpPort < 0 ? "a=sctp-port is not a number from 0 to 65535" : null;
      }
      case "max-message-size" -> {
        maxMessageSize = SdpText.number(value, Long.MAX_VALUE);
        return maxMessageSize < 0 ? "a=max-message-size is not a number" : null;
      }
      default -> {
        Direction named = Direction.parse(name);
        direction = named == null ? direction : named;
      }
    }
    return null;
  }

  private @Nullable String acceptExtension(String value) {
    List<String> parts = SdpText.split(value, ' ');
    if (parts.size() < 2 || !SdpText.isWord(parts.get(1))) {
      return "a=extmap is not an id and a URI";
    }
    long id = SdpText.number(SdpText.before(parts.get(0), '/'), Integer.MAX_VALUE);
    if (!HeaderExtension.isId(id)) {
      return "a=extmap id must be 1 to 255 (or 4096 to 4351)";
    }
    Direction extensionDirection = null;
    if (parts.get(0).indexOf('/') >= 0) {
      extensionDirection = Direction.parse(SdpText.after(parts.get(0), '/'));
      if (extensionDirection == null) {
        return "a=extmap has an unknown direction";
      }
    }
    String attributes = String.join(" ", parts.subList(2, parts.size())).strip();
    extensions.add(new HeaderExtension((int) id, extensionDirection, parts.get(1), attributes));
    return null;
  }

  /** What is wrong with the section as a whole, or null. */
  @Nullable String problem() {
    return transport.problem();
  }

  MediaSection section() {
    RtpDescription rtp =
        new RtpDescription(
            codecs.descriptions(),
            extensions,
            sources.ssrcs(),
            sources.groups(),
            sources.rids(),
            sources.simulcast(),
            sources.msids(),
            rtcpMux,
            rtcpMuxOnly,
            reducedSizeRtcp,
            extmapAllowMixed);
    SctpDescription sctp = sctpPort < 0 ? null : new SctpDescription(sctpPort, maxMessageSize);
    return new MediaSection(
        media,
        port,
        protocol,
        formats,
        mid,
        direction,
        bundleOnly,
        transport.description(),
        candidates,
        endOfCandidates,
        rtp,
        sctp,
        bandwidths);
  }
}
