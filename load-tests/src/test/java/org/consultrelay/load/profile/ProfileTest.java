package org.consultrelay.load.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProfileTest {
  static Iterable<String> shipped() {
    return Profile.shipped();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void whatComesAlongCanBeRead(String name) {
    Profile profile = Profile.load(name);
    assertThat(profile.name()).isEqualTo(name);
    assertThat(profile.about()).isNotEmpty();
    assertThat(profile.sources()).isNotEmpty();
    assertThat(profile.hours().stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(1, within(0.001));
    assertThat(Schedule.draw(profile, Overrides.NONE)).isNotEmpty();
  }

  @Test
  void nationwideSaysWhatItPromises() {
    Profile profile = Profile.load("nationwide");
    assertThat(profile.hours().get(profile.busiestHour())).isEqualTo(0.15);
    assertThat(profile.slots().bunched()).isEqualTo(0.3);
    assertThat(profile.slots().within()).isEqualTo(Duration.ofSeconds(60));
    assertThat(profile.slots().every()).isEqualTo(Duration.ofMinutes(10));
    assertThat(profile.people().shares()).containsEntry(3, 0.05);
    assertThat(profile.consultations()).isEqualTo(120_000);
  }

  @Test
  void lockdownReachesThirtyFiveThousandADayInTwoWeeks() {
    Profile profile = Profile.load("lockdown-2020");
    assertThat(profile.growth().subList(0, 14)).allMatch(day -> day < 35_000);
    assertThat(profile.growth().subList(14, 21)).anyMatch(day -> day >= 35_000);
  }

  @Test
  void peopleEditTheirOwn(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("ours.yaml");
    Files.writeString(file, "about: ours\nconsultations: 7\nrun: {rooms: 3}\n");
    Profile profile = Profile.load(file.toString());
    assertThat(profile.name()).isEqualTo("ours");
    assertThat(profile.consultations()).isEqualTo(7);
    assertThat(profile.run().rooms()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          slots: {bunched: 130%}       | slots.bunched is "130%", must be a share
          slots: {every: 7m}           | slots.every is 420s, must be a part of an hour
          slots: {within: 11m}         | slots.within is 660s, must be more than 0 and within a slot
          slots: {evry: 10m}           | slots.evry is no key
          hours: {9: 50%, 10: 40%}     | hours has 90.0% in all, must be 100%
          hours: {25: 100%}            | hours.25 is a key, must be 0 to 23
          people: {2: 95%}             | people has 95.0% in all
          people: {0: 100%}            | people.0 is a key, must be 1 to 500
          length: {mean: 9}            | length.mean is "9", must be a time
          length: {least: 2h}          | length.least is 7200s
          consultations: many          | consultations is "many", must be a whole number
          growth: [1, two]             | growth has "two"
          run: {whole: yes please}     | run.whole is "yes please", must be true or false
          run: {whole: true}           | run.whole is true, must be a `growth`
          run: {storm: {when: 5s}}     | run.storm.when is no key
          runs: {rooms: 1}             | runs is no key
          slots: 10m                   | slots must be a section of keys
          'a: {'                       | is not YAML
          """)
  void mistakesAreNamed(String yaml, String said) {
    assertThatThrownBy(() -> ProfileReader.parse("test", yaml))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("test")
        .hasMessageContaining(said)
        .hasMessageMatching("[^\n]*");
  }

  @Test
  void aProfileThatIsNotThereIsAnsweredWithThoseThatAre() {
    assertThatThrownBy(() -> Profile.load("mornin"))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("morning, lockdown-2020");
  }
}
