package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.packet;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of many who may speak the loudest few are sent. */
class LoudestTracksTest {
  private static final int SPEECH = 30;
  private static final int NOISE = 75;
  private static final int NOTHING = -1;
  private static final int UNTOLD = -2;

  private final SfuFixture sfu = new SfuFixture();
  private final List<Subscription> tracks = new ArrayList<>();
  private int number;

  private void open(int count, int limit) {
    for (int i = 0; i < count; i++) {
      ReceiveParameters in =
          new ReceiveParameters("m" + i, Codec.OPUS, AUDIO, -1, 100 + i, 0, false, false);
      tracks.add(
          sfu.subscriber.subscribe(
              sfu.publisher.publish(in),
              new SendParameters("a" + i, Codec.OPUS, AUDIO, -1, 1_000 + i, 0, false)));
    }
    sfu.subscriber.limitAudio(limit);
  }

  /** 20 ms, in which each sends a packet of that level, or nothing. Returns who was sent. */
  private List<Integer> step(int... levels) {
    int before = sfu.down.rtp.size();
    sfu.now += 20 * MILLI;
    number++;
    for (int i = 0; i < levels.length; i++) {
      if (levels[i] != NOTHING) {
        SfuFixture.In in = packet(number).of(AUDIO, 100 + i);
        in.timestamp = number * 960;
        in.level = levels[i] == UNTOLD ? -1 : levels[i];
        sfu.receive(in);
      }
    }
    sfu.turn.end(sfu.now);
    return sfu.down.rtp.subList(before, sfu.down.rtp.size()).stream()
        .map(sent -> sent.ssrc() - 1_000)
        .sorted()
        .toList();
  }

  private List<Integer> steps(int times, int... levels) {
    List<Integer> last = List.of();
    for (int i = 0; i < times; i++) {
      last = step(levels);
    }
    return last;
  }

  private List<FakeOutlet.Sent> sentOf(int track) {
    return sfu.down.rtp.stream().filter(sent -> sent.ssrc() == 1_000 + track).toList();
  }

  @Test
  void withoutALimitAllAreSent() {
    open(4, 0);
    assertThat(steps(50, SPEECH, SPEECH, NOISE, 127)).containsExactly(0, 1, 2, 3);
    assertThat(sfu.counters.leftOutQuiet).isZero();
  }

  @Test
  void asManyAsTheLimitAreNotAffected() {
    open(3, 3);
    for (int i = 0; i < 500; i++) {
      assertThat(step(i % 120, (i * 7) % 120, 127)).containsExactly(0, 1, 2);
    }
  }

  @Test
  void whoeverBeginsToSpeakIsHeardFromTheFirstLoudPacketOn() {
    open(4, 2);
    assertThat(steps(100, SPEECH, SPEECH, NOISE, NOISE)).containsExactly(0, 1);
    assertThat(steps(50, SPEECH, NOISE, NOISE, NOISE)).containsExactly(0, 1);
    assertThat(step(SPEECH, NOISE, SPEECH, NOISE)).contains(0, 2);
    assertThat(steps(100, SPEECH, NOISE, SPEECH, NOISE)).containsExactly(0, 2);
    assertThat(sfu.counters.loudestChanges).isEqualTo(1);
  }

  @Test
  void aMuchLouderOneIsHeardAtOnceThoughAllSpeak() {
    open(3, 2);
    steps(100, 45, 40, NOISE);
    assertThat(step(45, 40, 30)).contains(1, 2);
    assertThat(step(45, 40, 30)).as("from then on").containsExactly(1, 2);
  }

  @Test
  void whatWasLeftOutIsNoGap() {
    open(3, 2);
    steps(100, SPEECH, SPEECH, NOISE);
    steps(200, NOISE, SPEECH, SPEECH);
    steps(100, SPEECH, SPEECH, NOISE);
    steps(400, NOISE, SPEECH, SPEECH);
    steps(30, SPEECH, SPEECH, NOISE);
    List<FakeOutlet.Sent> sent = sentOf(0);
    assertThat(sent).hasSizeBetween(230, 800);
    int pauses = 0;
    for (int i = 1; i < sent.size(); i++) {
      assertThat(sent.get(i).index()).isEqualTo(sent.get(i - 1).index() + 1);
      int passed = sent.get(i).rtp().timestamp() - sent.get(i - 1).rtp().timestamp();
      assertThat(passed).isPositive().isEqualTo(passed / 960 * 960);
      pauses += passed > 960 ? 1 : 0;
    }
    assertThat(pauses).isEqualTo(2);
    // The same clock all the time: the last packet is as far from the first as it was sent.
    assertThat(sent.getLast().rtp().timestamp() - sent.getFirst().rtp().timestamp())
        .isEqualTo(829 * 960);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void thoseWhoAreAboutAsLoudDoNotTakeTurns(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    open(5, 2);
    for (int i = 0; i < 3_000; i++) {
      int[] levels = new int[5];
      for (int t = 0; t < 5; t++) {
        levels[t] = SPEECH + random.nextInt(-5, 6);
      }
      step(levels);
    }
    assertThat(sfu.counters.loudestChanges).isLessThan(10);
  }

  @Test
  void whoSendsNothingInSilenceGivesThePlaceAway() {
    open(3, 2);
    steps(100, SPEECH, SPEECH, NOTHING);
    steps(150, SPEECH, NOTHING, NOTHING);
    assertThat(step(SPEECH, NOTHING, 60)).as("quiet, but louder than silence").contains(2);
    // A packet of comfort noise now and then changes nothing.
    assertThat(step(SPEECH, 127, 60)).containsExactly(0, 2);
  }

  @Test
  void aTrackWithoutLevelsIsSentAlways() {
    open(4, 2);
    assertThat(steps(100, SPEECH, SPEECH, UNTOLD, NOISE)).containsExactly(0, 1, 2);
    assertThat(steps(100, SPEECH, NOISE, UNTOLD, SPEECH)).containsExactly(0, 2, 3);
  }

  @Test
  void aTrackThatStopsTellingItsLevelIsSentAgain() {
    open(4, 2);
    assertThat(steps(100, SPEECH, SPEECH, NOISE, NOISE)).containsExactly(0, 1);
    assertThat(steps(50, SPEECH, SPEECH, UNTOLD, NOISE)).containsExactly(0, 1, 2);
    assertThat(tracks.get(2).audioBits(sfu.now)).isPositive();
    assertThat(steps(50, SPEECH, SPEECH, NOISE, NOISE)).containsExactly(0, 1);
  }

  @Test
  void aTrackThatStopsTellingItsLevelGivesItsPlaceAway() {
    open(4, 2);
    assertThat(steps(100, SPEECH, SPEECH, NOISE, NOISE)).containsExactly(0, 1);
    assertThat(steps(50, UNTOLD, SPEECH, NOISE, NOTHING)).containsExactly(0, 1, 2);
  }

  @Test
  void aLatePacketWithoutALevelSaysNothingOfNow() {
    open(3, 1);
    steps(100, SPEECH, NOISE, NOISE);
    number += 2;
    step(SPEECH, NOISE, NOISE);
    SfuFixture.In late = packet(number - 1).of(AUDIO, 101);
    late.timestamp = (number - 1) * 960;
    sfu.turn(late);
    assertThat(tracks.get(1).publication().loudness().isKnown()).isTrue();
  }

  @Test
  void whoIsPausedOrGoneHasNoPlace() {
    open(4, 2);
    steps(100, SPEECH, SPEECH, NOISE, NOISE);
    tracks.get(0).setPaused(true, sfu.now);
    assertThat(step(SPEECH, SPEECH, NOISE, NOISE)).containsExactly(1, 2);
    tracks.get(1).close();
    assertThat(step(SPEECH, SPEECH, NOISE, NOISE)).containsExactly(2, 3);
    tracks.get(0).setPaused(false, sfu.now);
    assertThat(step(SPEECH, SPEECH, NOISE, NOISE)).hasSize(2).contains(0);
  }

  @Test
  void aRoomThatIsNoLongerLargeHearsAllAgain() {
    open(4, 2);
    assertThat(steps(50, SPEECH, SPEECH, NOISE, NOISE)).containsExactly(0, 1);
    sfu.subscriber.limitAudio(0);
    assertThat(step(SPEECH, SPEECH, NOISE, NOISE)).containsExactly(0, 1, 2, 3);
    sfu.subscriber.limitAudio(3);
    assertThat(step(SPEECH, SPEECH, NOISE, NOISE)).hasSize(3);
  }

  @Test
  void whatIsNotSentTakesNothingOfTheLine() {
    open(3, 2);
    steps(200, SPEECH, SPEECH, NOISE);
    assertThat(tracks.get(0).audioBits(sfu.now)).isPositive();
    assertThat(tracks.get(2).audioBits(sfu.now)).isZero();
  }

  /** Thirty people with open microphones, of whom three at most speak at a time, each by turns. */
  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6, 7})
  void nothingOfAConversationIsLost(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int people = 30;
    open(people, 6);
    int[] until = new int[people];
    int[] voice = new int[people];
    for (int i = 0; i < people; i++) {
      voice[i] = random.nextInt(20, 45);
    }
    long spoken = 0;
    long heard = 0;
    long sentInAll = 0;
    for (int now = 0; now < 6_000; now++) {
      int speaking = 0;
      for (int i = 0; i < people; i++) {
        speaking += until[i] > now ? 1 : 0;
      }
      if (speaking < 3 && random.nextInt(40) == 0) {
        until[random.nextInt(people)] = now + random.nextInt(20, 300);
      }
      int[] levels = new int[people];
      for (int i = 0; i < people; i++) {
        boolean word = until[i] > now && now % 25 < 20;
        levels[i] = word ? voice[i] + random.nextInt(-4, 5) : random.nextInt(65, 90);
      }
      List<Integer> sent = step(levels);
      // Whose place is taken may have been sent just before, in the same turn.
      sentInAll += sent.size();
      for (int i = 0; i < people; i++) {
        if (levels[i] < 55) {
          spoken++;
          heard += sent.contains(i) ? 1 : 0;
        }
      }
      sfu.down.rtp.clear();
    }
    assertThat(spoken).isGreaterThan(5_000);
    assertThat(sentInAll / 6_000.0).isBetween(5.9, 6.1);
    assertThat((double) heard / spoken).isGreaterThan(0.995);
  }

  @Test
  void nothingIsAllocated() {
    open(40, 6);
    LoudestTracks loudest = sfu.subscriber.loudest();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    long taken = 0;
    long now = sfu.now;
    for (int round = 0; round < 30 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20_000; i++) {
        now += MILLI;
        int who = i % 40;
        Subscription track = tracks.get(who);
        track.publication().loudness().heard((i / 4_000 + who) % 40 == 0 ? 10 : 80, now);
        taken += loudest.place(track, now) == LoudestTracks.Place.TAKEN ? 1 : 0;
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(taken).isPositive();
    assertThat(least).isZero();
  }
}
