package org.consultrelay.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.consultrelay.relay.ops.Drain.Step;
import org.consultrelay.relay.ops.Drain.TakenBack;
import org.junit.jupiter.api.Test;

class DrainTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicInteger rooms = new AtomicInteger(3);
  private final Drain drain = new Drain(Duration.ofMinutes(2), rooms::get, () -> 2 * rooms.get());

  @Test
  void nothingHappensBeforeItBegins() {
    rooms.set(0);
    assertThat(drain.advance(5 * SECOND)).isEqualTo(Step.NONE);
    assertThat(drain.progress(0)).isEqualTo(new Drain.Progress(false, 0, 0, 0));
    assertThat(drain.takeBack()).isEqualTo(TakenBack.NOT_DRAINING);
  }

  @Test
  void itEndsWithTheLastRoom() {
    assertThat(drain.begin(false, SECOND)).isTrue();
    assertThat(drain.begin(false, 2 * SECOND)).as("it has begun").isFalse();
    assertThat(drain.advance(3 * SECOND)).isEqualTo(Step.NONE);
    assertThat(drain.progress(31 * SECOND)).isEqualTo(new Drain.Progress(true, 3, 6, 90));
    rooms.set(0);
    assertThat(drain.advance(32 * SECOND)).isEqualTo(Step.EMPTY);
    assertThat(drain.advance(33 * SECOND)).as("once").isEqualTo(Step.NONE);
    assertThat(drain.takeBack()).isEqualTo(TakenBack.TOO_LATE);
  }

  @Test
  void itEndsAtTheDeadlineFromItsFirstBeginning() {
    drain.begin(false, 0);
    drain.begin(true, 100 * SECOND);
    assertThat(drain.advance(119 * SECOND)).isEqualTo(Step.NONE);
    assertThat(drain.advance(120 * SECOND)).isEqualTo(Step.DEADLINE);
    assertThat(drain.advance(121 * SECOND)).isEqualTo(Step.NONE);
  }

  @Test
  void itTellsAtMostEveryTenSecondsAndOnlyNews() {
    drain.begin(false, 0);
    int told = 0;
    for (int second = 1; second < 60; second++) {
      rooms.set(100 - second);
      told += drain.advance(second * SECOND) == Step.TELL ? 1 : 0;
    }
    assertThat(told).isEqualTo(5);
    for (int second = 60; second < 119; second++) {
      assertThat(drain.advance(second * SECOND)).isIn(Step.NONE, second < 70 ? Step.TELL : null);
    }
  }

  @Test
  void anOperatorMayTakeItBackButNotWhatTheSystemWants() {
    drain.begin(false, 0);
    assertThat(drain.takeBack()).isEqualTo(TakenBack.DONE);
    rooms.set(0);
    assertThat(drain.advance(SECOND)).isEqualTo(Step.NONE);
    rooms.set(1);
    drain.begin(false, 10 * SECOND);
    assertThat(drain.progress(10 * SECOND).secondsLeft()).as("anew").isEqualTo(120);
    drain.begin(true, 11 * SECOND);
    assertThat(drain.takeBack()).isEqualTo(TakenBack.TOO_LATE);
  }
}
