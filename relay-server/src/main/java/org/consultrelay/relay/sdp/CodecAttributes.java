package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers payload types and their attributes while the lines of one RTP section are read. */
final class CodecAttributes {
  private static final int MOST_FEEDBACK = 32;

  private final Map<Integer, Draft> drafts = new LinkedHashMap<>();
  private final List<RtcpFeedback> feedbackForAll = new ArrayList<>();

  private static final class Draft {
    private final List<RtcpFeedback> feedback = new ArrayList<>();
    private String name = "";
    private int clockRate;
    private int channels = 1;
    private FormatParameters format = FormatParameters.NONE;
  }

  /** Takes a format of the {@code m=} line; returns what is wrong with it, or null. */
  @Nullable String acceptPayloadType(String text) {
    int payloadType = (int) SdpText.number(text, 127);
    if (payloadType < 0) {
      return "payload type " + SdpText.quote(text) + " is not a number from 0 to 127";
    }
    Draft draft = new Draft();
    assignStatic(payloadType, draft);
    drafts.putIfAbsent(payloadType, draft);
    return null;
  }

  // The static assignments of RFC 3551 §6 that WebRTC clients name without a=rtpmap.
  private static void assignStatic(int payloadType, Draft draft) {
    String name =
        switch (payloadType) {
          case 0 -> "PCMU";
          case 8 -> "PCMA";
          case 9 -> "G722";
          case 13 -> "CN";
          default -> "";
        };
    if (!name.isEmpty()) {
      draft.name = name;
      draft.clockRate = 8_000;
    }
  }

  @Nullable String acceptRtpmap(String value) {
    Draft draft = draftOf(value);
    List<String> parts = SdpText.split(SdpText.after(value, ' ').strip(), '/');
    if (parts.size() < 2 || parts.size() > 3 || !SdpText.isToken(parts.get(0))) {
      return "a=rtpmap is not a payload type and name/clock rate";
    }
    long clockRate = SdpText.number(parts.get(1), Integer.MAX_VALUE);
    long channels = parts.size() == 3 ? SdpText.number(parts.get(2), 255) : 1;
    if (clockRate < 1 || channels < 1) {
      return "a=rtpmap has a clock rate or channel count out of range";
    }
    if (draft != null) {
      draft.name = parts.get(0);
      draft.clockRate = (int) clockRate;
      draft.channels = (int) channels;
    }
    return null;
  }

  void acceptFmtp(String value) {
    Draft draft = draftOf(value);
    if (draft != null) {
      draft.format = new FormatParameters(SdpText.after(value, ' '));
    }
  }

  @Nullable String acceptFeedback(String value) {
    String rest = SdpText.after(value, ' ').strip();
    String type = SdpText.before(rest, ' ');
    if (!SdpText.isWord(type)) {
      return "a=rtcp-fb names no feedback";
    }
    RtcpFeedback feedback = new RtcpFeedback(type, SdpText.after(rest, ' ').strip());
    if (SdpText.before(value, ' ').equals("*")) {
      return add(feedbackForAll, feedback);
    }
    Draft draft = draftOf(value);
    return draft == null ? null : add(draft.feedback, feedback);
  }

  private static @Nullable String add(List<RtcpFeedback> list, RtcpFeedback feedback) {
    if (!list.contains(feedback)) {
      if (list.size() == MOST_FEEDBACK) {
        return "too many a=rtcp-fb lines for one payload type";
      }
      list.add(feedback);
    }
    return null;
  }

  // Null for a payload type that the m= line does not name: such lines mean nothing.
  private @Nullable Draft draftOf(String value) {
    return drafts.get((int) SdpText.number(SdpText.before(value, ' '), 127));
  }

  List<CodecDescription> descriptions() {
    List<CodecDescription> codecs = new ArrayList<>(drafts.size());
    for (Map.Entry<Integer, Draft> entry : drafts.entrySet()) {
      Draft draft = entry.getValue();
      for (RtcpFeedback feedback : feedbackForAll) {
        if (!draft.feedback.contains(feedback)) {
          draft.feedback.add(feedback);
        }
      }
      codecs.add(
          new CodecDescription(
              entry.getKey(),
              draft.name,
              draft.clockRate,
              draft.channels,
              draft.format,
              draft.feedback));
    }
    return codecs;
  }
}
