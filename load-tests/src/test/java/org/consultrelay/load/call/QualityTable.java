package org.consultrelay.load.call;

/**
 * Holds a call over each bad line of {@link QualityScenario} and prints the table of {@code
 * docs/quality.md}. To be run by hand: it takes ten minutes. Arguments choose scenarios by a part
 * of their names.
 */
public final class QualityTable {
  private QualityTable() {}

  /** Runs the scenarios. */
  public static void main(String[] arguments) {
    System.out.println(
        "| line | side | sound made up | frames/s | freezes | size | kbit/s | picture back after"
            + " |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (QualityScenario scenario : QualityScenario.ALL) {
      if (arguments.length == 0 || scenario.name().contains(arguments[0])) {
        run(scenario);
      }
    }
  }

  private static void run(QualityScenario scenario) {
    try (BadCall call =
        BadCall.open(7, "tcp.icePort=off", "turn.udpPort=off", "turn.tcpPort=off")) {
      call.begin();
      scenario.begin(call.network());
      call.goOn(scenario.seconds());
      System.out.println(
          CallQuality.of(call.patientStats(), scenario).row(scenario.name(), "patient"));
      System.out.println(
          CallQuality.of(call.clinicianStats(), scenario).row(scenario.name(), "clinician"));
    }
  }
}
