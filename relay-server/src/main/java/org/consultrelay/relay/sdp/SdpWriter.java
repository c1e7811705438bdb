package org.consultrelay.relay.sdp;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes session descriptions as SDP (RFC 8866), in the order of lines that browsers use. What it
 * writes, {@link SdpParser} reads back as an equal record.
 */
public final class SdpWriter {
  private final StringBuilder out = new StringBuilder(4_096);

  private SdpWriter() {}

  /** The description as text, lines ending with CRLF. */
  public static String write(SessionDescription description) {
    SdpWriter writer = new SdpWriter();
    writer.session(description);
    description.sections().forEach(writer::section);
    return writer.out.toString();
  }

  /** The {@code m=} line of a section, without its end. */
  static String mediaLine(MediaSection section) {
    String formats =
        section.isRtp()
            ? section.rtp().codecs().stream()
                .map(codec -> Integer.toString(codec.payloadType()))
                .collect(Collectors.joining(" "))
            : String.join(" ", section.formats());
    return "m=" + section.media() + " " + section.port() + " " + section.protocol() + " " + formats;
  }

  private void session(SessionDescription description) {
    Origin origin = description.origin();
    line("v=0");
    line(
        "o="
            + origin.username()
            + " "
            + origin.sessionId()
            + " "
            + origin.version()
            + " "
            + origin.address());
    line("s=-");
    line("t=0 0");
    for (List<String> group : description.bundleGroups()) {
      line(group.isEmpty() ? "a=group:BUNDLE" : "a=group:BUNDLE " + String.join(" ", group));
    }
    flag(description.extmapAllowMixed(), "extmap-allow-mixed");
    if (description.msidSemantic() != null) {
      line("a=msid-semantic:" + description.msidSemantic());
    }
    flag(description.iceLite(), "ice-lite");
    transport(description.transport());
  }

  private void section(MediaSection section) {
    line(mediaLine(section));
    line("c=IN IP4 0.0.0.0");
    for (Bandwidth bandwidth : section.bandwidths()) {
      line("b=" + bandwidth.type() + ":" + bandwidth.value());
    }
    section.candidates().forEach(candidate -> line("a=" + candidate));
    flag(section.endOfCandidates(), "end-of-candidates");
    transport(section.transport());
    if (!section.mid().isEmpty()) {
      line("a=mid:" + section.mid());
    }
    flag(section.bundleOnly(), "bundle-only");
    if (section.isRtp() || section.direction() != Direction.SENDRECV) {
      line("a=" + section.direction().token());
    }
    rtp(section.rtp());
    SctpDescription sctp = section.sctp();
    if (sctp != null) {
      line("a=sctp-port:" + sctp.port());
      line("a=max-message-size:" + sctp.maxMessageSize());
    }
  }

  private void transport(TransportDescription transport) {
    IceCredentials ice = transport.ice();
    if (ice != null) {
      line("a=ice-ufrag:" + ice.ufrag());
      line("a=ice-pwd:" + ice.pwd());
    }
    if (!transport.iceOptions().isEmpty()) {
      line("a=ice-options:" + String.join(" ", transport.iceOptions()));
    }
    for (Fingerprint fingerprint : transport.fingerprints()) {
      line("a=fingerprint:" + fingerprint.hash() + " " + fingerprint.value());
    }
    if (transport.setup() != null) {
      line("a=setup:" + transport.setup().token());
    }
  }

  private void rtp(RtpDescription rtp) {
    for (HeaderExtension extension : rtp.extensions()) {
      Direction direction = extension.direction();
      line(
          "a=extmap:"
              + extension.id()
              + (direction == null ? "" : "/" + direction.token())
              + " "
              + extension.uri()
              + (extension.attributes().isEmpty() ? "" : " " + extension.attributes()));
    }
    flag(rtp.extmapAllowMixed(), "extmap-allow-mixed");
    for (Msid msid : rtp.msids()) {
      line("a=msid:" + words(msid));
    }
    flag(rtp.rtcpMux(), "rtcp-mux");
    flag(rtp.rtcpMuxOnly(), "rtcp-mux-only");
    flag(rtp.reducedSizeRtcp(), "rtcp-rsize");
    rtp.codecs().forEach(this::codec);
    for (RidDescription rid : rtp.rids()) {
      line(
          "a=rid:"
              + rid.id()
              + (rid.sends() ? " send" : " recv")
              + (rid.parameters().isEmpty() ? "" : " " + rid.parameters()));
    }
    SimulcastDescription simulcast = rtp.simulcast();
    if (simulcast != null) {
      line(
          "a=simulcast:"
              + (simulcast.send().isEmpty() ? "" : "send " + streams(simulcast.send()))
              + (simulcast.send().isEmpty() || simulcast.receive().isEmpty() ? "" : " ")
              + (simulcast.receive().isEmpty() ? "" : "recv " + streams(simulcast.receive())));
    }
    for (SsrcGroup group : rtp.ssrcGroups()) {
      line(
          "a=ssrc-group:"
              + group.semantics()
              + group.ssrcs().stream().map(ssrc -> " " + ssrc).collect(Collectors.joining()));
    }
    rtp.ssrcs().forEach(this::ssrc);
  }

  private void codec(CodecDescription codec) {
    if (!codec.name().isEmpty()) {
      line(
          "a=rtpmap:"
              + codec.payloadType()
              + " "
              + codec.name()
              + "/"
              + codec.clockRate()
              + (codec.channels() == 1 ? "" : "/" + codec.channels()));
    }
    for (RtcpFeedback feedback : codec.feedback()) {
      line(
          "a=rtcp-fb:"
              + codec.payloadType()
              + " "
              + feedback.type()
              + (feedback.parameter().isEmpty() ? "" : " " + feedback.parameter()));
    }
    if (!codec.format().text().isEmpty()) {
      line("a=fmtp:" + codec.payloadType() + " " + codec.format().text());
    }
  }

  private void ssrc(SsrcDescription ssrc) {
    if (ssrc.cname() != null) {
      line("a=ssrc:" + ssrc.ssrc() + " cname:" + ssrc.cname());
    }
    if (ssrc.msid() != null) {
      line("a=ssrc:" + ssrc.ssrc() + " msid:" + words(ssrc.msid()));
    }
    if (ssrc.cname() == null && ssrc.msid() == null) {
      line("a=ssrc:" + ssrc.ssrc());
    }
  }

  private static String words(Msid msid) {
    return msid.trackId().isEmpty() ? msid.streamId() : msid.streamId() + " " + msid.trackId();
  }

  private static String streams(List<SimulcastDescription.Stream> streams) {
    return streams.stream()
        .map(stream ->
            stream.alternatives().stream()
                .map(alternative -> (alternative.paused() ? "~" : "") + alternative.rid())
                .collect(Collectors.joining(",")))
        .collect(Collectors.joining(";"));
  }

  private void flag(boolean present, String name) {
    if (present) {
      line("a=" + name);
    }
  }

  private void line(String line) {
    out.append(line).append("\r\n");
  }
}
