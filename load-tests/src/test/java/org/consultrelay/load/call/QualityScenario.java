package org.consultrelay.load.call;

import java.util.List;
import org.consultrelay.load.net.BadNetwork;
import org.consultrelay.load.net.NetworkScript;

/**
 * A bad line to hold a consultation over.
 *
 * @param name for people
 * @param script what the patient's line does, from when both see each other
 * @param seconds how long the call goes on
 * @param from when the figures begin, in seconds
 * @param troubleEnds when the line is good again, in seconds; 0 when it stays as it is
 */
record QualityScenario(
    String name, String script, double seconds, double from, double troubleEnds) {
  /** Those of {@code docs/quality.md}. */
  static final List<QualityScenario> ALL =
      List.of(
          new QualityScenario("a good line", "0s both delay 20ms", 20, 5, 0),
          new QualityScenario("5 % loss", "0s both delay 20ms loss 5%", 30, 8, 0),
          new QualityScenario("20 % loss", "0s both delay 20ms loss 20%", 30, 8, 0),
          new QualityScenario("300 ms round trip", "0s both delay 150ms", 30, 8, 0),
          new QualityScenario("350 kbit/s", "0s both 350kbit queue 300ms delay 20ms", 40, 15, 0),
          new QualityScenario(
              "50 ms jitter, reordering", "0s both delay 60ms jitter 50ms reordering", 30, 8, 0),
          new QualityScenario(
              "drop to 250 kbit/s after 15 s",
              "0s both 3mbit queue 200ms delay 20ms\n15s both 250kbit queue 300ms delay 20ms",
              45,
              20,
              0),
          new QualityScenario(
              "nothing for 5 s",
              "0s both 3mbit queue 200ms delay 20ms\n12s both loss 100%\n17s both loss 0%",
              35,
              17,
              17));

  NetworkScript parsed() {
    return NetworkScript.parse(script);
  }

  void begin(BadNetwork network) {
    network.follow(parsed());
  }
}
