package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.RTX;
import static org.consultrelay.relay.sfu.SfuFixture.SECOND;
import static org.consultrelay.relay.sfu.SfuFixture.VIDEO;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;

/** A track that comes in three sizes, each a stream of its own. */
class SimulcastTest {
  private static final int OUT = 500;
  private static final List<SimulcastStream> STREAMS =
      List.of(
          new SimulcastStream("q", 0, 0, 320, 180, 150_000),
          new SimulcastStream("h", 0, 0, 640, 360, 500_000),
          new SimulcastStream("f", 0, 0, 1_280, 720, 1_700_000));

  private final SfuFixture sfu = new SfuFixture();
  private final Publication track =
      sfu.publisher.publish(
          new ReceiveParameters(
              "1", Codec.VP8, VIDEO, RTX, -1, 0, 0, true, true, STREAMS, List.of(), false));
  private final Subscription subscription =
      sfu.subscriber.subscribe(track, send(Codec.VP8, OUT, true));

  private List<Integer> lastBytes() {
    return sfu.down.rtp.stream().map(sent -> sent.bytes()[sent.bytes().length - 1] & 0xFF).toList();
  }

  /** One packet of each size: 10, 20, 30 and the number say which. */
  private void all(int number, boolean keys) {
    int ssrc = 10;
    for (String rid : List.of("q", "h", "f")) {
      SfuFixture.In in = keys ? key(ssrc + number) : packet(ssrc + number);
      sfu.receive(in.of(VIDEO, ssrc).mid("1").rid(rid));
      ssrc += 10;
    }
    sfu.turn.end(sfu.now);
  }

  private void onlyTheFirst(int count, int number) {
    String[] rids = {"q", "h", "f"};
    for (int i = 0; i < count; i++) {
      sfu.receive(packet(10 * (i + 1) + number).of(VIDEO, 10 * (i + 1)).mid("1").rid(rids[i]));
    }
    sfu.turn.end(sfu.now);
  }

  @Test
  void whoSaysThatTheLineCarriesLessGetsLessAtOnce() {
    subscription.onOutletOpen(sfu.now);
    pass(SECOND);
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isEqualTo(2);
    sfu.rtcp(sfu.subscriber, writer -> writer.remb(1, 300_000, new int[] {OUT}, 1));
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isZero();
  }

  @Test
  void aSizeThatThePublishersLineDoesNotCarryIsNotAskedFor() {
    List<Integer> wanted = new ArrayList<>();
    track.onDemand(() -> wanted.add(track.wantedPlace()));
    sfu.publisher.onOutletOpen(sfu.now);
    int number = 0;
    for (int i = 0; i < 11 * 30; i++) {
      sfu.now += SECOND / 30;
      number++;
      if (number % 5 != 0) {
        sfu.receive(packet(number).of(VIDEO, 10).mid("1").rid("q"));
        sfu.turn.end(sfu.now);
      }
      sfu.publisher.onDeadline(sfu.now);
    }
    assertThat(wanted).containsExactly(0);
    assertThat(track.isRelieved()).isTrue();
    assertThat(sfu.counters.sizesDeclined).isEqualTo(1);
    assertThat(subscription.share().wantedSpatial()).as("if it comes, it is sent").isEqualTo(2);
  }

  @Test
  void theLargestIsSentUnlessLessIsWanted() {
    all(1, true);
    all(2, false);
    assertThat(lastBytes()).containsExactly(11, 21, 31, 32);
    subscription.wish(new VideoWish(300, 150, 0, 0, 0), sfu.now);
    sfu.subscriber.onDeadline(sfu.now);
    all(3, false);
    assertThat(lastBytes())
        .as("until the smaller one can start")
        .containsExactly(11, 21, 31, 32, 33);
    all(4, true);
    all(5, false);
    assertThat(lastBytes()).containsExactly(11, 21, 31, 32, 33, 14, 15);
    int first = sfu.down.rtp.getFirst().rtp().sequenceNumber();
    for (int i = 0; i < sfu.down.rtp.size(); i++) {
      assertThat(sfu.down.rtp.get(i).rtp().sequenceNumber()).isEqualTo(first + i);
      assertThat(sfu.down.rtp.get(i).rtp().ssrc()).isEqualTo(OUT);
    }
  }

  @Test
  void aStreamThatStopsIsReplacedByTheNextSmaller() {
    all(1, true);
    for (int i = 0; i < 20; i++) {
      sfu.now += 100 * MILLI;
      onlyTheFirst(2, 2 + i);
    }
    sfu.now += 100 * MILLI;
    sfu.receive(key(42).of(VIDEO, 20).mid("1").rid("h"));
    sfu.turn.end(sfu.now);
    assertThat(lastBytes()).containsExactly(11, 21, 31, 42);
    assertThat(sfu.up.count("PLI")).as("it is asked for a key frame").isPositive();
  }

  @Test
  void aRetransmissionFindsItsStreamByItsName() {
    all(1, true);
    all(3, false);
    SfuFixture.In again = packet(900).of(RTX, 31).mid("1").repairedRid("f");
    again.payload(0, 32, 0, 1, 2, 32);
    sfu.turn(again);
    assertThat(sfu.counters.recovered).isEqualTo(1);
    assertThat(lastBytes()).containsExactly(11, 21, 31, 33, 32);
  }

  @Test
  void aStreamWithoutAKnownNameIsNobodys() {
    sfu.turn(key(1).of(VIDEO, 77).mid("1").rid("x"), key(1).of(VIDEO, 78).mid("1"));
    assertThat(sfu.counters.droppedUnknownStream).isEqualTo(2);
    assertThat(track.hasMedia()).isFalse();
  }

  @Test
  void aLineThatCarriesLittleGetsTheSmallest() {
    sfu.rtcp(sfu.subscriber, writer -> writer.remb(1, 300_000, new int[] {OUT}, 1));
    subscription.onOutletOpen(sfu.now);
    sfu.subscriber.onDeadline(sfu.now);
    all(1, true);
    for (int i = 2; i < 20; i++) {
      sfu.now += 50 * MILLI;
      sfu.subscriber.onDeadline(sfu.now);
      all(i % 8, true);
    }
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isZero();
    sfu.now += SECOND;
    sfu.rtcp(sfu.subscriber, writer -> writer.remb(1, 5_000_000, new int[] {OUT}, 1));
    sfu.now += 2 * SECOND;
    sfu.subscriber.onDeadline(sfu.now);
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isEqualTo(2);
  }

  @Test
  void aLineFoundToCarryWhatIsWantedGetsIt() {
    subscription.onOutletOpen(sfu.now);
    all(1, true);
    sfu.now += 3 * SECOND;
    BitrateAllocator allocator = new BitrateAllocator();
    List<Subscription> videos = List.of(subscription);
    allocator.allocate(videos, 300_000, false, sfu.now);
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isZero();
    long wanted = allocator.wantedBits();
    sfu.now += 10 * SECOND;
    allocator.allocate(videos, wanted, false, sfu.now);
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isEqualTo(2);
  }

  @Test
  void aLineThatCarriesAllIsNotProbedForMore() {
    subscription.onOutletOpen(sfu.now);
    all(1, true);
    sfu.now += 3 * SECOND;
    BitrateAllocator allocator = new BitrateAllocator();
    List<Subscription> videos = List.of(subscription);
    allocator.allocate(videos, 300_000, false, sfu.now);
    assertThat(allocator.isNarrow()).isTrue();
    long wanted = allocator.wantedBits();
    sfu.now += 10 * SECOND;
    allocator.allocate(videos, wanted, false, sfu.now);
    assertThat(allocator.isNarrow()).isFalse();
    assertThat(allocator.wantedBits()).isLessThan(wanted * 9 / 10);
    // It lasts though the line has no more than that.
    allocator.allocate(videos, allocator.wantedBits() + 1, false, sfu.now);
    assertThat(allocator.isNarrow()).isFalse();
  }

  @Test
  void aLineThatCarriesNotEvenThatPausesWhereItMay() {
    all(1, true);
    sfu.rtcp(sfu.subscriber, writer -> writer.remb(1, 50_000, new int[] {OUT}, 1));
    subscription.onOutletOpen(sfu.now);
    sfu.subscriber.onDeadline(sfu.now);
    assertThat(subscription.isStalled()).isFalse();
    List<Boolean> stalls = new ArrayList<>();
    subscription.pausable(true, stalls::add);
    subscription.onOutletOpen(sfu.now);
    sfu.subscriber.onDeadline(sfu.now);
    assertThat(subscription.isStalled()).isTrue();
    assertThat(stalls).containsExactly(true);
    int sent = sfu.down.rtp.size();
    all(2, true);
    assertThat(sfu.down.rtp).hasSize(sent);
  }

  /**
   * The smallest size for two seconds, some 150 kbit/s; of two frame rates, half of the packets
   * belong to the lower one.
   */
  private void smallest(boolean twoFrameRates) {
    for (int i = 1; i < 40; i++) {
      sfu.now += 50 * MILLI;
      int descriptor = twoFrameRates ? (i % 2) * 0x40 : 0;
      SfuFixture.In in = packet(i).payload(0x90, 0x20, descriptor, i % 2, 2, i);
      in.payload = Arrays.copyOf(in.payload, 900);
      sfu.receive(in.of(VIDEO, 10).mid("1").rid("q"));
      sfu.turn.end(sfu.now);
    }
  }

  private void carries(int bitsPerSecond) {
    sfu.rtcp(sfu.subscriber, writer -> writer.remb(1, bitsPerSecond, new int[] {OUT}, 1));
    subscription.onOutletOpen(sfu.now);
    sfu.subscriber.onDeadline(sfu.now);
  }

  @Test
  void aPictureThatNearlyFitsIsNotTakenAway() {
    subscription.pausable(true, stalled -> {});
    smallest(false);
    carries(130_000);
    assertThat(subscription.isStalled()).as("150 of 124 kbit/s").isFalse();
    carries(100_000);
    assertThat(subscription.isStalled()).as("150 of 95 kbit/s").isTrue();
  }

  @Test
  void whatDoesNotLastIsTriedLaterAndLater() {
    subscription.pausable(true, stalled -> {});
    List<Integer> seconds = new ArrayList<>();
    for (int pause = 0; pause < 4; pause++) {
      // Two seconds and more: it is not fresh any more.
      smallest(false);
      sfu.now += SECOND;
      carries(60_000);
      assertThat(subscription.isStalled()).isTrue();
      int waited = 0;
      while (subscription.isStalled()) {
        waited++;
        sfu.now += SECOND;
        carries(300_000);
      }
      seconds.add(waited);
    }
    assertThat(seconds).containsExactly(2, 4, 8, 16);
  }

  @Test
  void whatWasPausedComesBackWhenItsLowestFrameRateFits() {
    subscription.pausable(true, stalled -> {});
    smallest(true);
    carries(50_000);
    assertThat(subscription.isStalled()).isTrue();
    // The publisher is told, and sends no more.
    sfu.now += 3 * SECOND;
    carries(140_000);
    assertThat(subscription.isStalled()).as("a half of 150 kbit/s would do").isFalse();
  }

  @Test
  void aPauseForWantOfTimeIsNoLineThatFailed() {
    subscription.pausable(true, stalled -> {});
    BitrateAllocator allocator = new BitrateAllocator();
    List<Subscription> videos = List.of(subscription);
    for (int pause = 0; pause < 4; pause++) {
      smallest(false);
      allocator.allocate(videos, 3_000_000, true, sfu.now);
      assertThat(subscription.isStalled()).isTrue();
      sfu.now += 100 * MILLI;
      allocator.allocate(videos, 3_000_000, false, sfu.now);
      assertThat(subscription.isStalled()).as("the line carries it, as before").isFalse();
    }
    smallest(false);
    sfu.now += SECOND;
    allocator.allocate(videos, 60_000, false, sfu.now);
    assertThat(subscription.isStalled()).as("now it is the line").isTrue();
    sfu.now += 2 * SECOND;
    allocator.allocate(videos, 300_000, false, sfu.now);
    assertThat(subscription.isStalled()).as("for the first time").isFalse();
  }

  /** Time passes while all sizes come in, key frames all of them. */
  private void pass(long nanos) {
    long end = sfu.now + nanos;
    for (int i = 1; sfu.now < end; i = i % 8 + 1) {
      sfu.now += 50 * MILLI;
      sfu.subscriber.onDeadline(sfu.now);
      all(i, true);
    }
  }

  private void use(double use) {
    sfu.turn.videoCap().observe(use, sfu.now);
  }

  @Test
  void aLoopWithoutTimeGivesEveryoneLessAndLaterAllAgain() {
    Publication sound = sfu.publisher.publish(SfuFixture.audio(90, false));
    sfu.subscriber.subscribe(sound, send(Codec.OPUS, 700, false));
    List<Boolean> stalls = new ArrayList<>();
    subscription.pausable(true, stalls::add);
    List<Integer> wanted = new ArrayList<>();
    track.onDemand(() -> wanted.add(track.wantedPlace()));
    subscription.onOutletOpen(sfu.now);
    pass(SECOND);
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isEqualTo(2);
    use(1);
    pass(SECOND);
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isEqualTo(1);
    assertThat(wanted).as("nor need the largest be sent here").endsWith(1);
    use(1);
    pass(SECOND);
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isZero();
    use(1);
    pass(SECOND);
    assertThat(stalls).isEmpty();
    use(1);
    pass(SECOND);
    assertThat(stalls).containsExactly(true);
    assertThat(wanted).endsWith(-1);
    int sent = sfu.down.rtp.size();
    sfu.turn(packet(1).of(SfuFixture.AUDIO, 90));
    assertThat(sfu.down.rtp).as("audio never suffers").hasSize(sent + 1);
    for (int i = 0; i < 240; i++) {
      use(0);
      pass(250 * MILLI);
    }
    assertThat(stalls).containsExactly(true, false);
    assertThat(wanted).endsWith(2);
    assertThat(subscription.share().step() / LayerRate.TEMPORAL).isEqualTo(2);
  }

  @Test
  void whoCannotBePausedIsAllTheSameWhenThereIsNoTimeAtAll() {
    subscription.onOutletOpen(sfu.now);
    pass(SECOND);
    for (int i = 0; i < 4; i++) {
      use(1);
      pass(SECOND);
    }
    int sent = sfu.down.rtp.size();
    pass(SECOND);
    assertThat(sfu.down.rtp).hasSize(sent);
  }
}
