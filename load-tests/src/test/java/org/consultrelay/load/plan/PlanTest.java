package org.consultrelay.load.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.consultrelay.load.profile.Keys;
import org.consultrelay.load.profile.Profile;
import org.consultrelay.load.profile.ProfileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
  private static final Costs COSTS = Costs.load("");
  private static final Profile NATIONWIDE = Profile.load("nationwide");

  static Iterable<String> shipped() {
    return Profile.shipped();
  }

  @Test
  void asManyGoOnAsComeTimesHowLongTheyStay() {
    Day day = DaySimulation.run(NATIONWIDE, 120_000, COSTS, 1, true, 1);
    double mean = 0;
    for (int minute = 9 * 60 + 30; minute < 11 * 60; minute++) {
      mean += day.curve().meanRooms(minute) / 90;
    }
    // Little: 15 % of 120,000 in an hour, each 9 minutes.
    double expected = 0.15 * 120_000 / 3_600 * NATIONWIDE.lengths().meanNanos() / 1e9;
    assertThat(mean).isCloseTo(expected, within(expected * 0.03));
  }

  @Test
  void everybodyWhoComesIsCounted() {
    Day day = DaySimulation.run(NATIONWIDE, 20_000, COSTS, 3, false, 2);
    assertThat((double) day.consultations()).isCloseTo(20_000, within(600.0));
    assertThat((double) day.joins() / day.consultations()).isCloseTo(2.05, within(0.01));
    assertThat(day.refusedJoins()).isZero();
    assertThat(day.curve().rooms(26 * 60 - 61)).isZero();
  }

  @Test
  void nodesAndLoopsAreFilledAlike() {
    Day day = DaySimulation.run(NATIONWIDE, 120_000, COSTS, 4, false, 3);
    assertThat(day.imbalance()).isBetween(1.0, 1.10);
    assertThat(day.loopImbalance()).isBetween(1.0, 1.25);
  }

  @Test
  void aNodeThatIsFullRefuses() {
    Costs small = CostsOf.with("node: {maxRooms: 500, processors: 4}");
    Day day = DaySimulation.run(NATIONWIDE, 30_000, small, 1, false, 4);
    assertThat(day.refusedConsultations()).isPositive();
    assertThat(day.refusedJoins()).isGreaterThan(day.refusedConsultations());
    assertThat(day.curve().greatest(day.curve()::rooms)).isLessThanOrEqualTo(500);
    Day wide = DaySimulation.run(NATIONWIDE, 30_000, small, 4, false, 4);
    assertThat(wide.refusedConsultations()).isZero();
  }

  @Test
  void twiceThePeopleNeedTwiceTheProcessors() {
    Plan one = Plan.of(NATIONWIDE, 120_000, COSTS, 0, 5);
    Plan two = Plan.of(NATIONWIDE, 240_000, COSTS, 0, 5);
    assertThat(two.needs().getFirst().peak() / one.needs().getFirst().peak())
        .isCloseTo(2, within(0.1));
    assertThat(one.day().refusedJoins()).isZero();
  }

  @Test
  void packetsAreThoseOfTheParticipants() {
    Costs costs =
        CostsOf.with(
            """
            microphone: {packetsPerSecond: 50}
            camera: {packetsPerSecond: 100}
            """);
    Profile two = profileOf("people: {2: 100%}\narrive: 0s\nhours: {9: 100%}");
    Day day = DaySimulation.run(two, 6_000, costs, 1, true, 6);
    int minute = 9 * 60 + 30;
    assertThat(day.curve().packetsOut(minute)).isEqualTo(day.curve().packetsIn(minute));
    assertThat(day.curve().packetsOut(minute)).isEqualTo(day.curve().rooms(minute) * 2 * 150);
    Profile three = profileOf("people: {3: 100%}\narrive: 0s\nhours: {9: 100%}");
    day = DaySimulation.run(three, 6_000, costs, 1, true, 6);
    assertThat(day.curve().packetsOut(minute)).isEqualTo(2 * day.curve().packetsIn(minute));
    Profile oneSends = profileOf("people: {3: 100%}\npublishers: 1\narrive: 0s\nhours: {9: 100%}");
    day = DaySimulation.run(oneSends, 6_000, costs, 1, true, 6);
    assertThat(day.curve().packetsIn(minute)).isEqualTo(day.curve().rooms(minute) * 150);
    assertThat(day.curve().packetsOut(minute)).isEqualTo(2 * day.curve().packetsIn(minute));
    assertThat(day.curve().packetsOut(26 * 60 - 61)).isZero();
  }

  @Test
  void aMillionConsultationsCanBePlanned() {
    Plan plan = Plan.of(NATIONWIDE, 1_000_000, COSTS, 0, 7);
    assertThat((double) plan.day().consultations()).isCloseTo(1_000_000, within(5_000.0));
    assertThat(plan.day().refusedConsultations()).isZero();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void everyProfileHasAPlanInWordsAndForPrograms(String name) {
    Profile profile = Profile.load(name);
    Plan plan = Plan.of(profile, (double) profile.consultations(), COSTS, 0, 1);
    assertThat(String.join("\n", PlanText.of(plan)))
        .contains(name, "consultations at once", "joins a second", "Gbit/s out", "09:00");
    JsonNode json = PlanJson.of(plan);
    assertThat(json.path("demand").path("consultationsAtOnce").asDouble()).isPositive();
    assertThat(json.path("minutes").path("consultations").size()).isEqualTo(25 * 60);
    assertThat(json.path("growth").size()).isEqualTo(profile.growth().size());
  }

  @Test
  void mistakesInCostsAreNamed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("costs.yaml");
    Files.writeString(file, "node: {processors: many}");
    assertThatThrownBy(() -> Costs.load(file.toString()))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("node.processors is \"many\"");
    Files.writeString(file, "packet: {videoMicro: 3}");
    assertThatThrownBy(() -> Costs.load(file.toString()))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("packet.videoMicro is no key");
  }

  private static Profile profileOf(String yaml) throws ProfileException {
    try {
      Path file = Files.createTempFile("profile", ".yaml");
      Files.writeString(file, yaml);
      Profile profile = Profile.load(file.toString());
      Files.delete(file);
      return profile;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Costs that differ from those that come along. */
  private static final class CostsOf {
    static Costs with(String yaml) {
      return CostsReader.of(Keys.parse("test", yaml));
    }
  }
}
