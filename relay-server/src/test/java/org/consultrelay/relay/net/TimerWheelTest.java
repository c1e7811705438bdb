package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
  private static final long TICK = TimerWheel.TICK_NANOS;

  /** A timer that writes down when it fired. */
  private static final class Recorder extends TimerWheel.Timer {
    private long firedAt = -1;
    private long expected = Long.MAX_VALUE;
    private int fired;
    private Runnable then = () -> {};

    @Override
    protected void onTimer(long nowNanos) {
      firedAt = nowNanos;
      fired++;
      then.run();
    }
  }

  /** The model: a timer fires in the first advance whose last whole tick is not before it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void firesAsTheModelDoesUnderRandomUse(long seed) {
    Random random = new Random(seed);
    long start = random.nextLong();
    TimerWheel wheel = new TimerWheel(start);
    List<Recorder> timers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      timers.add(new Recorder());
    }
    long elapsed = 0;
    for (int step = 0; step < 6_000; step++) {
      Recorder timer = timers.get(random.nextInt(timers.size()));
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          // Up to 20 s, beyond the wheel's 5 s; some in the past.
          long at = elapsed + (long) (random.nextDouble() * 20_000_000_000L) - 50_000_000L;
          timer.expected = at;
          wheel.schedule(timer, start + at);
        }
        case 2 -> {
          timer.expected = Long.MAX_VALUE;
          wheel.cancel(timer);
        }
        default -> {
          long before = elapsed / TICK;
          elapsed +=
              random.nextInt(100) == 0
                  ? random.nextLong(15_000_000_000L)
                  : random.nextLong(2 * TICK);
          wheel.advance(start + elapsed);
          long wholeTicks = elapsed / TICK * TICK;
          if (elapsed / TICK > before) {
            for (Recorder each : timers) {
              if (each.expected <= wholeTicks) {
                assertThat(each.firedAt)
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(start + elapsed);
                each.expected = Long.MAX_VALUE;
              }
            }
          }
        }
      }
      assertThat(wheel.size())
          .as("seed %d step %d", seed, step)
          .isEqualTo((int) timers.stream().filter(t -> t.expected != Long.MAX_VALUE).count());
    }
    assertThat(timers.stream().mapToInt(t -> t.fired).sum()).isGreaterThan(300);
  }

  @Test
  void neverFiresEarlyAndAtMostATickLate() {
    TimerWheel wheel = new TimerWheel(0);
    Recorder timer = new Recorder();
    wheel.schedule(timer, 3 * TICK + 1);
    for (long now = 0; now < 10 * TICK; now += TICK / 10) {
      wheel.advance(now);
    }
    assertThat(timer.firedAt).isEqualTo(4 * TICK);
    assertThat(timer.isScheduled()).isFalse();
  }

  @Test
  void aTimerMayScheduleItselfAndCancelItsNeighbour() {
    TimerWheel wheel = new TimerWheel(0);
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    first.then =
        () -> {
          wheel.cancel(second);
          wheel.schedule(first, first.firedAt);
        };
    wheel.schedule(first, TICK);
    wheel.schedule(second, TICK);
    assertThat(wheel.advance(TICK)).isEqualTo(1);
    assertThat(second.fired).isZero();
    assertThat(wheel.advance(2 * TICK)).isEqualTo(1);
    assertThat(first.fired).isEqualTo(2);
    assertThat(wheel.size()).isEqualTo(1);
  }

  @Test
  void firesInOrderOfTicksAfterAStall() {
    TimerWheel wheel = new TimerWheel(0);
    List<Integer> order = new ArrayList<>();
    for (int i : new int[] {30, 10, 20, 700}) {
      Recorder timer = new Recorder();
      timer.then = () -> order.add(i);
      wheel.schedule(timer, i * TICK);
    }
    wheel.advance(900 * TICK);
    assertThat(order).containsExactly(10, 20, 30, 700);
  }

  @Test
  void anExceptionStopsNoOtherTimer() {
    TimerWheel wheel = new TimerWheel(0);
    Recorder bad = new Recorder();
    bad.then =
        () -> {
          throw new IllegalStateException("meant to happen in this test");
        };
    Recorder good = new Recorder();
    wheel.schedule(bad, TICK);
    wheel.schedule(good, TICK);
    assertThat(wheel.advance(TICK)).isEqualTo(2);
    assertThat(good.fired).isEqualTo(1);
    assertThat(wheel.timerFailures()).isEqualTo(1);
  }

  @Test
  void neverIsNotScheduled() {
    TimerWheel wheel = new TimerWheel(Long.MIN_VALUE / 2);
    Recorder timer = new Recorder();
    wheel.schedule(timer, Long.MAX_VALUE);
    assertThat(timer.isScheduled()).isFalse();
    wheel.schedule(timer, Long.MAX_VALUE - 1);
    wheel.advance(Long.MIN_VALUE / 2 + 1_000_000 * TICK);
    assertThat(timer.fired).isZero();
  }
}
