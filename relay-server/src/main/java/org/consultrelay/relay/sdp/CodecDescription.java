package org.consultrelay.relay.sdp;

import java.util.List;

/**
 * One payload type of a media section: {@code a=rtpmap}, {@code a=fmtp} and {@code a=rtcp-fb}
 * together (RFC 8866 §6.6, §6.15, RFC 4585 §4.2).
 *
 * @param payloadType 0 to 127
 * @param name encoding name as written ({@code VP8}, {@code opus}, {@code rtx}); compare without
 *     case. Empty when the section names the payload type and has no {@code a=rtpmap} for it
 * @param clockRate in Hz; 0 when unknown
 * @param channels 1 or more
 * @param format {@code a=fmtp}
 * @param feedback {@code a=rtcp-fb}, wildcards already spread over the payload types
 */
public record CodecDescription(
    int payloadType,
    String name,
    int clockRate,
    int channels,
    FormatParameters format,
    List<RtcpFeedback> feedback) {
  /** Copies the list and checks the ranges. */
  public CodecDescription {
    if (payloadType < 0 || payloadType > 127 || clockRate < 0 || channels < 1) {
      throw new IllegalArgumentException(
          "payload type " + payloadType + " " + clockRate + "/" + channels);
    }
    if (!name.isEmpty()) {
      SdpText.requireToken(name, "an encoding name");
    }
    feedback = List.copyOf(feedback);
  }

  /** Whether this is a retransmission payload (RFC 4588 §8.1). */
  public boolean isRtx() {
    return name.equalsIgnoreCase("rtx");
  }

  /** Whether this is a redundant payload (RFC 2198). */
  public boolean isRed() {
    return name.equalsIgnoreCase("red");
  }

  /** Whether this is redundant, and all its blocks are of one payload type (RFC 2198 §5). */
  boolean isRedOf(int blocks) {
    List<String> types = SdpText.split(format.text(), '/');
    return isRed()
        && !types.isEmpty()
        && types.stream().allMatch(type -> SdpText.number(type.strip(), 127) == blocks);
  }

  /** The payload type that this retransmits (RFC 4588 §8.1), or -1. */
  public int apt() {
    int apt = format.number("apt", -1);
    return apt <= 127 ? apt : -1;
  }

  /** As a person would say it: {@code H264 (profile 42e01f)}, {@code opus}. */
  String spoken() {
    String shown = name.isEmpty() ? "payload type " + payloadType : name;
    String profile = format.get("profile-level-id");
    return profile == null ? shown : shown + " (profile " + profile + ")";
  }
}
