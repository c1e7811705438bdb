package org.consultrelay.relay.grafana;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** All boards, and what they share. */
final class Boards {
  static final String TAG = "consult-relay";
  static final String SOURCE = "consult-relay-prometheus";

  private Boards() {}

  static List<Board> all() {
    return List.of(
        OverviewBoard.make(),
        SurgeBoard.make(),
        QualityBoard.make(),
        ReachBoard.make(),
        LoopsBoard.make(),
        SecurityBoard.make());
  }

  static JsonObject source() {
    return new JsonObject().put("type", "prometheus").put("uid", SOURCE);
  }

  /** A link to a board that shows the same time and the same relays. */
  static JsonObject link(String title, String uid) {
    return new JsonObject()
        .put("title", title)
        .put("type", "link")
        .put("icon", "dashboard")
        .put("url", "/d/" + uid + "?${__url_time_range}&${instance:queryparam}")
        .put("targetBlank", false);
  }

  /** The value that a share of what a histogram counts does not exceed. */
  static String quantile(String quantile, String metric) {
    return quantile(quantile, metric, "", "[R]");
  }

  /** The same over five minutes, for what happens seldom; by a label, or by none. */
  static String recent(String quantile, String metric, String by) {
    return quantile(quantile, metric, by, "[5m]");
  }

  private static String quantile(String quantile, String metric, String by, String range) {
    return "histogram_quantile("
        + quantile
        + ", sum by (le"
        + by
        + ") (rate("
        + metric
        + "_bucket{I}"
        + range
        + ")))";
  }
}
