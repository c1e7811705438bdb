package org.consultrelay.load.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
  private static final long SECOND = 1_000_000_000L;

  static Iterable<String> shipped() {
    return Profile.shipped();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void everythingHappensWithinTheRunAndInOrder(String name) {
    Overrides overrides = Overrides.NONE.withDuration(Duration.ofSeconds(30)).withSeed(7);
    List<Consultation> schedule = Schedule.draw(Profile.load(name), overrides);
    long before = 0;
    for (Consultation each : schedule) {
      assertThat(each.startNanos()).isGreaterThanOrEqualTo(before);
      before = each.startNanos();
      assertThat(each.endNanos()).isLessThanOrEqualTo(30 * SECOND);
      assertThat(each.number()).isEqualTo(schedule.indexOf(each));
      for (Leg leg : each.legs()) {
        assertThat(leg.joinAfterNanos()).isLessThan(each.lengthNanos());
      }
      assertThat(each.legs()).extracting(Leg::identity).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void theSameSeedIsTheSameRun(String name) {
    Profile profile = Profile.load(name);
    Overrides seven = Overrides.NONE.withSeed(7);
    assertThat(Schedule.draw(profile, seven)).isEqualTo(Schedule.draw(profile, seven));
  }

  @Test
  void onlySoManySend() {
    List<Leg> lecture = Schedule.draw(Profile.load("lecture"), Overrides.NONE).getFirst().legs();
    assertThat(lecture).hasSize(200);
    assertThat(lecture.stream().filter(Leg::publishes)).hasSize(2);
    Overrides three = Overrides.NONE.withPeople(5).withPublishers(3);
    assertThat(Schedule.draw(Profile.load("conference"), three).getFirst().legs())
        .extracting(Leg::publishes)
        .containsExactly(true, true, true, false, false);
  }

  @Test
  void anotherSeedIsAnotherRun() {
    Profile profile = Profile.load("nationwide");
    assertThat(Schedule.draw(profile, Overrides.NONE.withSeed(7)))
        .isNotEqualTo(Schedule.draw(profile, Overrides.NONE.withSeed(8)));
  }

  @Test
  void soManyRoomsGoOnAtOnceFromTheRampToTheEnd() {
    Profile profile = Profile.load("nationwide");
    Overrides overrides =
        Overrides.NONE.withRooms(1_000).withDuration(Duration.ofMinutes(30)).withSeed(3);
    List<Consultation> schedule = Schedule.draw(profile, overrides);
    for (int second = 31; second < 24 * 60; second += 60) {
      long at = second * SECOND;
      long going =
          schedule.stream().filter(each -> each.startNanos() <= at && each.endNanos() > at).count();
      // A slot's bunch makes it swing by a tenth or so.
      assertThat(going).as("at second %s", second).isBetween(800L, 1_300L);
    }
  }

  @Test
  void aShortRunHasItsRoomsAllTheTime() {
    Overrides overrides = Overrides.NONE.withRooms(100).withDuration(Duration.ofSeconds(15));
    List<Consultation> schedule = Schedule.draw(Profile.load("morning"), overrides);
    assertThat(schedule).hasSizeBetween(100, 125);
  }

  @Test
  void aThirdStartsInTheFirstMinuteOfASlot() {
    DayArrivals day = new DayArrivals(Profile.load("nationwide"), 120_000, 5);
    int all = 0;
    int early = 0;
    int third = 0;
    int silent = 0;
    double lengths = 0;
    int[] hours = new int[24];
    long before = 0;
    while (day.next()) {
      assertThat(day.startNanos()).isGreaterThanOrEqualTo(before);
      before = day.startNanos();
      all++;
      early += day.startNanos() % (600 * SECOND) < 60 * SECOND ? 1 : 0;
      third += day.people() == 3 ? 1 : 0;
      silent += day.video() ? 0 : 1;
      lengths += day.lengthNanos();
      hours[(int) (day.startNanos() / (3_600 * SECOND))]++;
    }
    assertThat((double) all).isCloseTo(120_000, within(1_500.0));
    assertThat((double) early / all).isCloseTo(0.30, within(0.01));
    assertThat((double) third / all).isCloseTo(0.05, within(0.005));
    assertThat((double) silent / all).isCloseTo(0.10, within(0.005));
    assertThat((double) hours[9] / all).isCloseTo(0.15, within(0.01));
    assertThat(lengths / all / SECOND / 60).isCloseTo(9, within(0.2));
  }

  @Test
  void theMeanOfLengthsIsThatOfWhatIsDrawn() {
    Lengths lengths =
        new Lengths(Duration.ofMinutes(9), 0.9, Duration.ofMinutes(2), Duration.ofMinutes(20));
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < 200_000; i++) {
      sum += lengths.draw(random);
    }
    assertThat(sum / 200_000 / lengths.meanNanos()).isCloseTo(1, within(0.01));
  }

  @Test
  void aStormTakesEverybodyAndBringsThemBackWithinFiveSeconds() {
    Overrides overrides = Overrides.NONE.withRooms(200).withDuration(Duration.ofSeconds(40));
    List<Consultation> schedule = Schedule.draw(Profile.load("reconnect-storm"), overrides);
    Map<String, Consultation> gone = new HashMap<>();
    int back = 0;
    for (Consultation each : schedule) {
      if (each.vanishes()) {
        assertThat(each.endNanos()).isEqualTo(20 * SECOND);
        gone.put(each.room(), each);
      } else if (each.startNanos() >= 20 * SECOND && gone.containsKey(each.room())) {
        back++;
        assertThat(each.startNanos()).isLessThan(25 * SECOND);
        assertThat(each.legs())
            .extracting(Leg::identity)
            .isEqualTo(gone.get(each.room()).legs().stream().map(Leg::identity).toList());
        assertThat(each.legs()).allMatch(leg -> leg.joinAfterNanos() == 0);
      }
    }
    assertThat(gone.size()).isEqualTo(200);
    assertThat(back).isEqualTo(gone.size());
  }

  @Test
  void aConferenceGrowsOneByOne() {
    Overrides overrides = Overrides.NONE.withPeople(6).withDuration(Duration.ofSeconds(50));
    List<Consultation> schedule = Schedule.draw(Profile.load("conference"), overrides);
    Consultation room = schedule.getFirst();
    assertThat(room.legs())
        .extracting(leg -> leg.joinAfterNanos() / SECOND)
        .containsExactly(0L, 6L, 12L, 18L, 24L, 30L);
  }

  @Test
  void aMonthsGrowthFitsIntoTheRun() {
    Overrides overrides = Overrides.NONE.withRooms(300).withDuration(Duration.ofSeconds(130));
    Profile profile = Profile.load("lockdown-2020");
    List<Consultation> schedule = Schedule.draw(profile, overrides);
    // 26 days of 5 seconds: of the weekdays of the first week a few rooms, of the last most.
    assertThat(at(schedule, 12)).isBetween(5, 60);
    assertThat(at(schedule, 82)).isBetween(200, 340);
    assertThat(at(schedule, 125)).isBetween(220, 360);
  }

  private static int at(List<Consultation> schedule, int second) {
    long at = second * SECOND;
    return (int)
        schedule.stream().filter(each -> each.startNanos() <= at && each.endNanos() > at).count();
  }

  @Test
  void turnIsRefusedAsLongAsThereIsNone() {
    Profile profile = ProfileReader.parse("test", "turn: 20%");
    assertThatThrownBy(() -> Schedule.draw(profile, Overrides.NONE))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("turn");
  }
}
