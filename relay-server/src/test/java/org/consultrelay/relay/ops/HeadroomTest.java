package org.consultrelay.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.consultrelay.relay.config.AdmissionConfig;
import org.consultrelay.relay.config.ConfigLoader;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.RoomRefusal;
import org.junit.jupiter.api.Test;

/** Two loops in virtual time, looked at four times a second. */
class HeadroomTest {
  private static final long STEP = Duration.ofMillis(250).toNanos();
  private static final int TICKS = 50;

  private final List<RoomLoop> rooms = List.of(loop(), loop());
  private final Headroom headroom =
      new Headroom(
          new AdmissionConfig(
              true, 15, 25, 5, 90, Duration.ofMillis(40), 90, Duration.ofSeconds(2)),
          rooms,
          512);
  private final List<Machine> machines = List.of(new Machine(), new Machine());
  private int handshakes;
  private long now = -7;

  /** Nothing of it is used but its identity. */
  private static RoomLoop loop() {
    return new RoomLoop(Runnable::run, () -> 0, new TimerWheel(0), null, List.of());
  }

  /** What a loop does from now on, and what it has counted. */
  private static final class Machine {
    double busy;
    long lateNanos;
    double drops;
    int slotsInUse;
    boolean videoCut;
    boolean stuck;
    long busyNanos;
    long ticks;
    long late;
    long packets;
    double dropped;

    LoopReading step() {
      if (!stuck) {
        busyNanos += (long) (busy * STEP);
        ticks += TICKS;
        late += TICKS * lateNanos;
        packets += 10_000;
        dropped += 10_000 * drops;
      }
      return new LoopReading(
          busyNanos, ticks, late, packets, (long) dropped, slotsInUse, 1_000, videoCut);
    }
  }

  /** How often the switch moved meanwhile. */
  private int pass(double seconds) {
    int moved = 0;
    for (double passed = 0; passed < seconds; passed += 0.25) {
      now += STEP;
      if (headroom.observe(machines.stream().map(Machine::step).toList(), handshakes, now)) {
        moved++;
      }
    }
    return moved;
  }

  private void all(double busy) {
    machines.forEach(each -> each.busy = busy);
  }

  @Test
  void everybodyIsLetInAtRest() {
    pass(10);
    assertThat(headroom.left()).isEqualTo(1);
    assertThat(headroom.room(false)).isNull();
    assertThat(headroom.participant(rooms.getFirst())).isNull();
  }

  @Test
  void otherLimitsCountFromTheNextReadings() {
    all(0.7);
    pass(20);
    assertThat(headroom.room(false)).as("22 % is left").isNull();
    headroom.configure(
        new AdmissionConfig(true, 30, 40, 5, 90, Duration.ofMillis(40), 90, Duration.ofSeconds(2)));
    pass(1);
    assertThat(headroom.room(false)).isEqualTo(RoomRefusal.OVERLOADED);
    assertThat(headroom.room(true)).isNull();
    headroom.configure(
        new AdmissionConfig(true, 30, 40, 5, 75, Duration.ofMillis(40), 90, Duration.ofSeconds(2)));
    pass(20);
    assertThat(headroom.left()).isCloseTo(1 - 0.7 / 0.75, within(0.01));
    headroom.configure(
        new AdmissionConfig(
            false, 30, 40, 5, 75, Duration.ofMillis(40), 90, Duration.ofSeconds(2)));
    assertThat(headroom.room(false)).as("it only measures").isNull();
  }

  @Test
  void whatSmallerPicturesGainIsNotForNewRooms() {
    all(0.4);
    machines.forEach(each -> each.videoCut = true);
    pass(10);
    assertThat(headroom.room(false)).isEqualTo(RoomRefusal.OVERLOADED);
    assertThat(headroom.room(true)).as("an urgent one").isNull();
    assertThat(headroom.participant(rooms.getFirst())).as("to a room that exists").isNull();
    machines.getFirst().videoCut = false;
    pass(1);
    assertThat(headroom.room(false)).as("the other loop has time").isNull();
  }

  @Test
  void newRoomsStopFirstThenUrgentOnesThenPeople() {
    all(0.7);
    pass(20);
    assertThat(headroom.left()).isCloseTo(1 - 0.7 / 0.9, within(0.01));
    assertThat(headroom.room(false)).isNull();
    all(0.80);
    pass(20);
    assertThat(headroom.room(false)).isEqualTo(RoomRefusal.OVERLOADED);
    assertThat(headroom.fullest()).isEqualTo("busy");
    assertThat(headroom.room(true)).as("a share is kept for these").isNull();
    all(0.87);
    pass(20);
    assertThat(headroom.room(true)).isEqualTo(RoomRefusal.OVERLOADED);
    assertThat(headroom.participant(rooms.get(1))).as("calls that exist go first").isNull();
    all(1);
    pass(20);
    assertThat(headroom.left()).isZero();
    assertThat(headroom.participant(rooms.get(1))).isEqualTo(RoomRefusal.OVERLOADED);
    all(0.2);
    pass(20);
    assertThat(headroom.room(false)).isNull();
    assertThat(headroom.participant(rooms.get(1))).isNull();
  }

  @Test
  void whatStoppedStartsOnlyWithRoomToSpare() {
    all(0.80);
    assertThat(pass(20)).isEqualTo(1);
    all(0.72); // 20 % left: more than what stopped it, less than what starts it
    assertThat(pass(60)).isZero();
    assertThat(headroom.takesRooms()).isFalse();
    all(0.60);
    assertThat(pass(20)).isEqualTo(1);
    assertThat(headroom.takesRooms()).isTrue();
    all(0.72);
    assertThat(pass(60)).isZero();
    assertThat(headroom.takesRooms()).isTrue();
  }

  @Test
  void aLoadThatWavesDoesNotMakeItFlutter() {
    SplittableRandom random = new SplittableRandom(11);
    int moved = 0;
    for (int i = 0; i < 1_000; i++) {
      all(0.7 + 0.12 * (random.nextDouble() - 0.5));
      moved += pass(0.25);
    }
    assertThat(moved).isLessThanOrEqualTo(1);
  }

  @Test
  void oneBadMomentIsForgotten() {
    pass(5);
    machines.forEach(each -> each.lateNanos = Duration.ofMillis(400).toNanos());
    pass(0.25);
    machines.forEach(each -> each.lateNanos = 0);
    assertThat(headroom.room(false)).isNull();
    pass(10);
    assertThat(headroom.left()).isGreaterThan(0.99);
  }

  @Test
  void latenessDropsMemoryAndHandshakesCountAsWell() {
    machines.forEach(each -> each.lateNanos = Duration.ofMillis(36).toNanos());
    pass(20);
    assertThat(headroom.takesRooms()).isFalse();
    assertThat(headroom.fullest()).isEqualTo("late");
    machines.forEach(each -> each.lateNanos = 0);
    pass(20);
    assertThat(headroom.takesRooms()).isTrue();
    machines.forEach(each -> each.drops = 0.003);
    pass(20);
    assertThat(headroom.takesRooms()).isFalse();
    assertThat(headroom.fullest()).isEqualTo("drops");
    machines.forEach(each -> each.drops = 0);
    pass(20);
    machines.forEach(each -> each.slotsInUse = 850);
    pass(20);
    assertThat(headroom.takesRooms()).isFalse();
    assertThat(headroom.fullest()).isEqualTo("memory");
    machines.forEach(each -> each.slotsInUse = 100);
    pass(20);
    assertThat(headroom.takesRooms()).isTrue();
    handshakes = 512;
    pass(10);
    assertThat(headroom.takesRooms()).isFalse();
    assertThat(headroom.fullest()).isEqualTo("handshakes");
    assertThat(headroom.participant(rooms.getFirst())).isNull();
  }

  @Test
  void aLoopThatHasStoppedTurningHasNothingLeft() {
    pass(5);
    machines.getFirst().stuck = true;
    pass(10);
    assertThat(headroom.left(0)).isZero();
    assertThat(headroom.participant(rooms.getFirst())).isEqualTo(RoomRefusal.OVERLOADED);
    assertThat(headroom.takesRooms()).as("the other one has").isTrue();
    assertThat(headroom.participant(rooms.getLast())).isNull();
  }

  @Test
  void aDrainComesBeforeEverything() {
    headroom.draining(true);
    assertThat(headroom.room(true)).isEqualTo(RoomRefusal.DRAINING);
    assertThat(headroom.participant(rooms.getFirst())).isNull();
    headroom.draining(false);
    assertThat(headroom.room(false)).isNull();
  }

  @Test
  void switchedOffItOnlyMeasures() throws Exception {
    List<String> off = new ArrayList<>(List.of("admission.enabled=false"));
    AdmissionConfig config =
        new ConfigLoader(true, Optional.empty(), off, java.util.Map.of(), 2).load().admission();
    Headroom measured = new Headroom(config, rooms, 512);
    all(1);
    for (int i = 0; i < 100; i++) {
      now += STEP;
      measured.observe(machines.stream().map(Machine::step).toList(), 0, now);
    }
    assertThat(measured.left()).isZero();
    assertThat(measured.room(false)).isNull();
    assertThat(measured.participant(rooms.getFirst())).isNull();
    measured.draining(true);
    assertThat(measured.room(false)).isEqualTo(RoomRefusal.DRAINING);
  }
}
