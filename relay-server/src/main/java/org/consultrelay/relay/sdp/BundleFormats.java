package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The relay's {@code a=fmtp} for each payload type, one for the whole bundle: a payload type means
 * the same in every bundled section (RFC 8843 §10.1), and Firefox falls silent when it does not.
 */
final class BundleFormats {
  private final Map<Integer, FormatParameters> formats = new HashMap<>();

  private BundleFormats() {}

  static BundleFormats of(List<SectionPlan> plans, OpusDtx dtx) {
    BundleFormats formats = new BundleFormats();
    for (SectionPlan plan : plans) {
      for (SectionPlan.Choice choice : plan.codecs()) {
        int payloadType = choice.offered().payloadType();
        if (!formats.formats.containsKey(payloadType)) {
          formats.formats.put(
              payloadType,
              choice.codec().name().equals("opus")
                  ? opus(payloadType, plans, dtx)
                  : mirrored(choice.offered().format()));
        }
      }
    }
    return formats;
  }

  FormatParameters of(int payloadType) {
    return formats.getOrDefault(payloadType, FormatParameters.NONE);
  }

  /**
   * The offered parameters back, as a forwarder has no limits of its own: H.264 with the offered
   * level is a valid answer in every case (RFC 6184 §8.2.2). Parameters that only describe the
   * offerer's own stream ({@code sprop-…}) or configure its encoder stay out.
   */
  static FormatParameters mirrored(FormatParameters offered) {
    List<String> kept = new ArrayList<>();
    for (String parameter : offered.parameters()) {
      String key = parameter.toLowerCase(Locale.ROOT);
      if (!key.startsWith("sprop-") && !key.startsWith("x-google-")) {
        kept.add(parameter);
      }
    }
    return new FormatParameters(String.join(";", kept));
  }

  // RFC 7587 §6.1: what the relay asks the sender for. All sections with the payload type count,
  // so that they all read the same.
  private static FormatParameters opus(int payloadType, List<SectionPlan> plans, OpusDtx dtx) {
    String minptime = null;
    boolean fec = false;
    boolean usedtx = dtx == OpusDtx.REQUEST;
    boolean stereo = false;
    for (SectionPlan plan : plans) {
      for (SectionPlan.Choice choice : plan.codecs()) {
        if (choice.offered().payloadType() == payloadType) {
          FormatParameters format = choice.offered().format();
          minptime = minptime == null ? format.get("minptime") : minptime;
          fec |= format.isOn("useinbandfec");
          usedtx |= dtx == OpusDtx.MIRROR && format.isOn("usedtx");
          // stereo=1 alone says only that the peer can play stereo; many say it in every offer.
          stereo |= plan.stereo() || format.isOn("sprop-stereo");
        }
      }
    }
    List<String> parameters = new ArrayList<>();
    if (minptime != null && SdpText.number(minptime, 120) >= 3) {
      parameters.add("minptime=" + minptime);
    }
    if (fec) {
      parameters.add("useinbandfec=1");
    }
    if (usedtx) {
      parameters.add("usedtx=1");
    }
    if (stereo) {
      parameters.add("stereo=1");
      parameters.add("maxaveragebitrate=510000");
    }
    return new FormatParameters(String.join(";", parameters));
  }
}
