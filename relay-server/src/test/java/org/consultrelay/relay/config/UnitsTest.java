package org.consultrelay.relay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class UnitsTest {
  @Test
  void sizesNeedAUnitThatMeansOneThing() {
    assertThat(ByteSize.parse("4MiB")).contains(new ByteSize(4 << 20));
    assertThat(ByteSize.parse("1 GiB")).contains(ByteSize.ofMebibytes(1024));
    assertThat(ByteSize.parse("7B")).contains(new ByteSize(7));
    for (String text : new String[] {"", "4", "4MB", "4mib", "-1B", "1.5MiB", "MiB", "0x4MiB"}) {
      assertThat(ByteSize.parse(text)).as(text).isEmpty();
    }
    assertThat(ByteSize.parse("999999999999GiB")).isEmpty();
  }

  @Test
  void durationsNeedAUnit() {
    assertThat(DurationText.parse("500ms")).contains(Duration.ofMillis(500));
    assertThat(DurationText.parse("20s")).contains(Duration.ofSeconds(20));
    assertThat(DurationText.parse("5m")).contains(Duration.ofMinutes(5));
    assertThat(DurationText.parse("1 h")).contains(Duration.ofHours(1));
    for (String text :
        new String[] {"", "20", "20S", "1d", "-1s", "1.5s", "PT20S", "9999999999s"}) {
      assertThat(DurationText.parse(text)).as(text).isEmpty();
    }
  }

  @Property(tries = 200)
  void aSizeIsReadAsItIsWritten(@ForAll @LongRange(min = 0, max = 99_999_999_999L) long bytes) {
    ByteSize size = new ByteSize(bytes);
    assertThat(ByteSize.parse(size.toString())).contains(size);
  }

  @Property(tries = 200)
  void aDurationIsReadAsItIsWritten(@ForAll @LongRange(min = 0, max = 99_999_999L) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(DurationText.parse(DurationText.format(duration))).contains(duration);
  }
}
