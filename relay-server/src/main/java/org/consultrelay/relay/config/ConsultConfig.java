package org.consultrelay.relay.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The consult service: waiting rooms and the links to them.
 *
 * @param enabled whether it is there
 * @param linkBase what links begin with, such as {@code https://video.example}; empty: as the
 *     request that asks for them says
 * @param early how long before its slot a consultation opens
 * @param late how long after its planned end it closes
 * @param seatGrace how long somebody whose line is lost keeps their place
 * @param maxPerKey most consultations of one API key
 */
public record ConsultConfig(
    boolean enabled,
    Optional<String> linkBase,
    Duration early,
    Duration late,
    Duration seatGrace,
    int maxPerKey) {
  private static final Pattern BASE = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+");

  static ConsultConfig read(SettingReader settings) {
    return new ConsultConfig(
        settings.flag("consult.enabled", true),
        settings.word(
            "consult.linkBase",
            BASE,
            "use the start of a URL without a path, such as https://video.example"),
        settings.duration("consult.early", Duration.ofHours(1), Duration.ZERO, Duration.ofDays(1)),
        settings.duration("consult.late", Duration.ofHours(1), Duration.ZERO, Duration.ofDays(1)),
        settings.duration(
            "consult.seatGrace",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofMinutes(30)),
        settings.count("consult.maxPerKey", 10_000, 1, 1_000_000));
  }
}
