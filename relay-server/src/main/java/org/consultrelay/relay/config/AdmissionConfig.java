package org.consultrelay.relay.config;

import java.time.Duration;

/**
 * When new rooms are refused for want of headroom, and when nobody else is let in at all. Headroom
 * is what the fullest of the measured things leaves: 100 % on an idle relay, 0 % at a limit below.
 *
 * @param enabled whether headroom is looked at; it is measured in any case
 * @param stopBelow headroom in percent below which new rooms are refused
 * @param startAbove headroom in percent above which they are taken again
 * @param urgentShare headroom in percent below which urgent rooms are refused as well
 * @param busyLimit time that a loop works, in percent, at which it has none left
 * @param latenessLimit mean lateness of a loop's ticks at which it has none left
 * @param memoryLimit packet memory in use, in percent, at which a loop has none left
 * @param smoothing how long a change takes to be believed, to about two thirds
 */
public record AdmissionConfig(
    boolean enabled,
    int stopBelow,
    int startAbove,
    int urgentShare,
    int busyLimit,
    Duration latenessLimit,
    int memoryLimit,
    Duration smoothing) {
  static AdmissionConfig read(SettingReader settings) {
    AdmissionConfig admission =
        new AdmissionConfig(
            settings.flag("admission.enabled", true),
            settings.percent("admission.stopBelow", 15, 1, 90),
            settings.percent("admission.startAbove", 25, 1, 95),
            settings.percent("admission.urgentShare", 5, 0, 90),
            settings.percent("admission.busyLimit", 90, 10, 100),
            settings.duration(
                "admission.latenessLimit",
                Duration.ofMillis(40),
                Duration.ofMillis(5),
                Duration.ofSeconds(1)),
            settings.percent("admission.memoryLimit", 90, 10, 100),
            settings.duration(
                "admission.smoothing",
                Duration.ofSeconds(2),
                Duration.ofMillis(500),
                Duration.ofMinutes(1)));
    if (admission.startAbove <= admission.stopBelow) {
      settings.mistake(
          "admission.startAbove",
          admission.startAbove + "% is not above admission.stopBelow, " + admission.stopBelow + "%",
          "use more, such as " + (admission.stopBelow + 5) + "%");
    }
    if (admission.urgentShare > admission.stopBelow) {
      settings.mistake(
          "admission.urgentShare",
          admission.urgentShare
              + "% is above admission.stopBelow, "
              + admission.stopBelow
              + "%, so urgent rooms would be refused before others",
          "use at most " + admission.stopBelow + "%");
    }
    return admission;
  }
}
