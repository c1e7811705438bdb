package org.consultrelay.relay.signal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.consultrelay.relay.room.TrackDetails;
import org.consultrelay.relay.room.TrackLayer;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sdp.SsrcGroup;
import org.consultrelay.relay.sfu.PictureSize;
import org.consultrelay.relay.sfu.SimulcastStream;
import org.jspecify.annotations.Nullable;

/** Which streams a published track comes as: by RID (RFC 8853), or by a group of SSRCs. */
final class Simulcast {
  /**
   * Names that clients use, the smallest first: LiveKit's and Pion's, and OBS's, which counts from
   * its largest.
   */
  private static final List<List<String>> NAMES =
      List.of(
          List.of("q", "h", "f"),
          List.of("low", "mid", "high"),
          List.of("l", "m", "h"),
          List.of("3", "2", "1", "0"));

  private Simulcast() {}

  /** The streams, the smallest first; empty when there is one. */
  static List<SimulcastStream> streams(NegotiatedSection section, TrackDetails details) {
    List<SimulcastStream> streams = new ArrayList<>();
    if (section.rids().size() > 1) {
      for (String rid : section.rids()) {
        streams.add(stream(rid, 0, 0, layer(details, rid)));
      }
      streams.sort(order(section.rids()));
      return streams;
    }
    for (SsrcGroup group : section.remoteSsrcGroups()) {
      // RFC 8853 left these groups behind; those who still use them name the smallest first.
      if (group.semantics().equals(SsrcGroup.SIM) && group.ssrcs().size() > 1) {
        for (int i = 0; i < group.ssrcs().size(); i++) {
          long ssrc = group.ssrcs().get(i);
          long rtx = Math.max(0, section.rtxSsrcOf(ssrc));
          streams.add(stream("", (int) ssrc, (int) rtx, quality(details, i)));
        }
        return streams;
      }
    }
    return streams;
  }

  /** The sizes that a scalable stream comes in, the smallest first; empty when not said. */
  static List<PictureSize> sizes(TrackDetails details) {
    return details.layers().stream()
        .filter(layer -> layer.width() > 0 && layer.height() > 0)
        .map(layer -> new PictureSize(layer.width(), layer.height()))
        .sorted(Comparator.comparingInt(PictureSize::shorter))
        .toList();
  }

  private static SimulcastStream stream(
      String rid, int ssrc, int rtxSsrc, @Nullable TrackLayer layer) {
    return layer == null
        ? new SimulcastStream(rid, ssrc, rtxSsrc, 0, 0, 0)
        : new SimulcastStream(rid, ssrc, rtxSsrc, layer.width(), layer.height(), layer.bitrate());
  }

  /** By size where the publisher says it, else by name, else as they were listed. */
  private static Comparator<SimulcastStream> order(List<String> listed) {
    for (List<String> names : NAMES) {
      if (names.containsAll(listed)) {
        return Comparator.comparingInt((SimulcastStream s) -> s.width() * s.height())
            .thenComparingInt(s -> names.indexOf(s.rid()));
      }
    }
    return Comparator.comparingInt(s -> s.width() * s.height());
  }

  private static @Nullable TrackLayer layer(TrackDetails details, String rid) {
    int place = NAMES.getFirst().indexOf(rid);
    TrackLayer byQuality = null;
    for (TrackLayer layer : details.layers()) {
      if (layer.rid().equals(rid)) {
        return layer;
      }
      if (layer.rid().isEmpty() && layer.quality() == place) {
        byQuality = layer;
      }
    }
    return byQuality;
  }

  private static @Nullable TrackLayer quality(TrackDetails details, int quality) {
    for (TrackLayer layer : details.layers()) {
      if (layer.quality() == quality) {
        return layer;
      }
    }
    return null;
  }
}
