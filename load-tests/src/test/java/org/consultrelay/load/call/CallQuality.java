package org.consultrelay.load.call;

import java.util.List;
import java.util.Locale;

/**
 * What one side of a call saw and heard.
 *
 * @param concealed the share of sound that had to be made up, in percent
 * @param framesPerSecond of the other's picture
 * @param freezes how often it stood still
 * @param frozenSeconds for how long in all
 * @param height of the picture at the end, in pixels
 * @param kilobits a second of video that came in
 * @param backSeconds after the trouble until the picture moved again; 0 when there was no end of it
 */
record CallQuality(
    double concealed,
    double framesPerSecond,
    int freezes,
    double frozenSeconds,
    int height,
    double kilobits,
    double backSeconds) {
  static CallQuality of(BrowserStats stats, QualityScenario scenario) {
    List<StatsSample> sound = stats.between("inbound-rtp", "audio", scenario.from(), 1_000);
    List<StatsSample> picture = stats.between("inbound-rtp", "video", scenario.from(), 1_000);
    double heard = grown(sound, "totalSamplesReceived");
    return new CallQuality(
        heard == 0 ? 100 : 100 * grown(sound, "concealedSamples") / heard,
        BrowserStats.perSecond(picture, "framesDecoded"),
        (int) grown(picture, "freezeCount"),
        grown(picture, "totalFreezesDuration"),
        (int) picture.getLast().number("frameHeight"),
        BrowserStats.perSecond(picture, "bytesReceived") * 8 / 1_000,
        scenario.troubleEnds() == 0 ? 0 : back(picture, scenario.troubleEnds()));
  }

  private static double grown(List<StatsSample> samples, String member) {
    return samples.isEmpty()
        ? 0
        : samples.getLast().number(member) - samples.getFirst().number(member);
  }

  /** Samples are taken twice a second, so it is that exact. */
  private static double back(List<StatsSample> picture, double end) {
    double before = picture.getFirst().number("framesDecoded");
    for (StatsSample sample : picture) {
      if (sample.number("framesDecoded") > before) {
        return sample.seconds() - end;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  String row(String name, String side) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.1f %% | %.1f | %d (%.1f s) | %dp | %.0f | %s |",
        name,
        side,
        concealed,
        framesPerSecond,
        freezes,
        frozenSeconds,
        height,
        kilobits,
        backSeconds == 0 ? "" : String.format(Locale.ROOT, "%.1f s", backSeconds));
  }
}
