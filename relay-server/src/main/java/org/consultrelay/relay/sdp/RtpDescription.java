package org.consultrelay.relay.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a media section says about RTP.
 *
 * @param codecs payload types in the order of the {@code m=} line, which is the preference
 * @param extensions header extensions (RFC 8285)
 * @param ssrcs announced sources (RFC 5576); empty with simulcast by RID
 * @param ssrcGroups groups of them
 * @param rids restricted streams (RFC 8851)
 * @param simulcast how they form simulcast (RFC 8853), or null
 * @param msids media stream and track ids (RFC 8830)
 * @param rtcpMux RTP and RTCP on one port (RFC 5761)
 * @param rtcpMuxOnly and nothing else (RFC 8858)
 * @param reducedSizeRtcp {@code a=rtcp-rsize} (RFC 5506)
 * @param extmapAllowMixed one- and two-byte extension headers mixed (RFC 8285 §6)
 */
public record RtpDescription(
    List<CodecDescription> codecs,
    List<HeaderExtension> extensions,
    List<SsrcDescription> ssrcs,
    List<SsrcGroup> ssrcGroups,
    List<RidDescription> rids,
    @Nullable SimulcastDescription simulcast,
    List<Msid> msids,
    boolean rtcpMux,
    boolean rtcpMuxOnly,
    boolean reducedSizeRtcp,
    boolean extmapAllowMixed) {
  /** Says nothing; for sections that are not RTP. */
  public static final RtpDescription NONE = ofCodecs(List.of());

  /** Copies the lists. */
  public RtpDescription {
    codecs = List.copyOf(codecs);
    extensions = List.copyOf(extensions);
    ssrcs = List.copyOf(ssrcs);
    ssrcGroups = List.copyOf(ssrcGroups);
    rids = List.copyOf(rids);
    msids = List.copyOf(msids);
  }

  /** Payload types and nothing else: enough for a rejected section. */
  static RtpDescription ofCodecs(List<CodecDescription> codecs) {
    return new RtpDescription(
        codecs, List.of(), List.of(), List.of(), List.of(), null, List.of(), false, false, false,
        false);
  }

  /** The codec of a payload type, or null. */
  public @Nullable CodecDescription codec(int payloadType) {
    for (CodecDescription codec : codecs) {
      if (codec.payloadType() == payloadType) {
        return codec;
      }
    }
    return null;
  }

  /** The retransmission payload type of a codec (RFC 4588), or null. */
  public @Nullable CodecDescription rtxOf(CodecDescription codec) {
    for (CodecDescription rtx : codecs) {
      if (rtx.isRtx() && rtx.apt() == codec.payloadType()) {
        return rtx;
      }
    }
    return null;
  }

  /** The redundant payload type around a codec (RFC 2198), or null. */
  public @Nullable CodecDescription redOf(CodecDescription codec) {
    for (CodecDescription red : codecs) {
      if (red.isRedOf(codec.payloadType())
          && red.clockRate() == codec.clockRate()
          && red.channels() == codec.channels()) {
        return red;
      }
    }
    return null;
  }
}
