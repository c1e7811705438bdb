package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers what identifies streams (a=ssrc, a=ssrc-group, a=rid, a=simulcast, a=msid). */
final class SourceAttributes {
  private static final int MOST_IN_GROUP = 64;

  private final Map<Long, SsrcDescription> ssrcs = new LinkedHashMap<>();
  private final List<SsrcGroup> groups = new ArrayList<>();
  private final List<RidDescription> rids = new ArrayList<>();
  private final List<Msid> msids = new ArrayList<>();
  private @Nullable SimulcastDescription simulcast;

  static boolean knows(String name) {
    return switch (name) {
      case "ssrc", "ssrc-group", "rid", "simulcast", "msid" -> true;
      default -> false;
    };
  }

  /** Takes an attribute that {@link #knows} names; returns what is wrong with it, or null. */
  @Nullable String accept(String name, String value) {
    return switch (name) {
      case "ssrc" -> acceptSsrc(value);
      case "ssrc-group" -> acceptGroup(value);
      case "rid" -> acceptRid(value);
      case "simulcast" -> {
        simulcast = SimulcastDescription.parse(value);
        yield simulcast == null ? "a=simulcast is not lists of rids to send or recv" : null;
      }
      default -> acceptMsid(value);
    };
  }

  private @Nullable String acceptSsrc(String value) {
    long ssrc = SdpText.number(SdpText.before(value, ' '), SsrcDescription.GREATEST);
    if (ssrc < 0) {
      return "a=ssrc is not a number from 0 to 4294967295";
    }
    SsrcDescription known = ssrcs.getOrDefault(ssrc, new SsrcDescription(ssrc, null, null));
    String attribute = SdpText.after(value, ' ').strip();
    String attributeValue = SdpText.after(attribute, ':');
    switch (SdpText.before(attribute, ':')) {
      case "cname" -> {
        if (!SdpText.isWord(attributeValue)) {
          return "a=ssrc has a cname that is not one word";
        }
        known = new SsrcDescription(ssrc, attributeValue, known.msid());
      }
      case "msid" -> {
        Msid msid = msid(attributeValue);
        if (msid == null) {
          return "a=ssrc has an msid that is not a stream id and a track id";
        }
        known = new SsrcDescription(ssrc, known.cname(), msid);
      }
      default -> {}
    }
    ssrcs.put(ssrc, known);
    return null;
  }

  private @Nullable String acceptGroup(String value) {
    List<String> parts = SdpText.split(value, ' ');
    if (parts.size() < 2 || parts.size() > MOST_IN_GROUP || !SdpText.isToken(parts.getFirst())) {
      return "a=ssrc-group is not a meaning and its sources";
    }
    List<Long> members = new ArrayList<>();
    for (String part : parts.subList(1, parts.size())) {
      long ssrc = SdpText.number(part, SsrcDescription.GREATEST);
      if (ssrc < 0) {
        return "a=ssrc-group has a source that is not a number from 0 to 4294967295";
      }
      members.add(ssrc);
    }
    groups.add(new SsrcGroup(parts.getFirst(), members));
    return null;
  }

  private @Nullable String acceptRid(String value) {
    List<String> parts = SdpText.split(value, ' ');
    if (parts.size() < 2 || !RidDescription.isId(parts.get(0))) {
      return "a=rid is not an id and send or recv";
    }
    boolean sends = parts.get(1).equals("send");
    if (!sends && !parts.get(1).equals("recv")) {
      return "a=rid must say send or recv";
    }
    String parameters = String.join(" ", parts.subList(2, parts.size())).strip();
    rids.add(new RidDescription(parts.get(0), sends, parameters));
    return null;
  }

  private @Nullable String acceptMsid(String value) {
    Msid msid = msid(value);
    if (msid == null) {
      return "a=msid is not a stream id and a track id";
    }
    msids.add(msid);
    return null;
  }

  private static @Nullable Msid msid(String value) {
    List<String> parts = SdpText.split(value, ' ');
    boolean valid =
        !parts.isEmpty() && parts.size() <= 2 && parts.stream().allMatch(SdpText::isWord);
    return valid ? new Msid(parts.getFirst(), parts.size() == 2 ? parts.get(1) : "") : null;
  }

  List<SsrcDescription> ssrcs() {
    return List.copyOf(ssrcs.values());
  }

  List<SsrcGroup> groups() {
    return groups;
  }

  List<RidDescription> rids() {
    return rids;
  }

  @Nullable SimulcastDescription simulcast() {
    return simulcast;
  }

  List<Msid> msids() {
    return msids;
  }
}
