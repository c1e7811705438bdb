package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.SECOND;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;

import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;

class VideoFlowTest {
  private final MediaCounters counters = new MediaCounters();
  private final VideoFlow flow = new VideoFlow(counters, new LineRecord(), true);

  @Test
  void theFirstPictureIsTimedFromWhenThereWasSomethingToSend() {
    flow.offered(SECOND);
    flow.offered(2 * SECOND);
    flow.sent(0, SECOND + 150 * MILLI);
    flow.offered(5 * SECOND);
    flow.sent(0, 5 * SECOND);
    assertThat(counters.firstFrame.sum()).isEqualTo(150 * MILLI);
    assertThat(counters.firstFrame.count(4)).as("up to 200 ms").isEqualTo(1);
  }

  @Test
  void waitingThatTheSubscriberAskedForIsNotTimed() {
    flow.offered(SECOND);
    flow.interrupted();
    flow.offered(9 * SECOND);
    flow.sent(0, 9 * SECOND + MILLI);
    assertThat(counters.firstFrame.sum()).isEqualTo(MILLI);
  }

  @Test
  void onlyGapsThatAreNoMutesCount() {
    flow.sent(0, SECOND);
    flow.sent(0, SECOND + 499 * MILLI);
    assertThat(counters.gaps).isZero();
    flow.sent(0, SECOND + 1_199 * MILLI);
    assertThat(counters.gaps).isEqualTo(1);
    assertThat(counters.gapNanos).isEqualTo(700 * MILLI);
    flow.sent(0, 60 * SECOND);
    flow.interrupted();
    flow.sent(0, 61 * SECOND);
    assertThat(counters.gaps).isEqualTo(1);
  }

  @Test
  void aSharedScreenMayStandStill() {
    VideoFlow screen = new VideoFlow(counters, new LineRecord(), false);
    screen.sent(0, SECOND);
    screen.sent(0, 3 * SECOND);
    assertThat(counters.gaps).isZero();
  }

  @Test
  void sizesThatChangeCount() {
    flow.sent(0, 0);
    flow.sent(2, 1);
    flow.sent(2, 2);
    flow.sent(1, 3);
    flow.sent(0, 4);
    assertThat(counters.switchesUp).isEqualTo(1);
    assertThat(counters.switchesDown).isEqualTo(2);
  }

  @Test
  void stallsEndAtTheLatestWithTheVideo() {
    flow.stalled(true);
    flow.stalled(true);
    assertThat(counters.stallsBegun).isEqualTo(1);
    assertThat(counters.videos).isEqualTo(1);
    flow.closed();
    assertThat(counters.stallsEnded).isEqualTo(1);
    assertThat(counters.videos).isZero();
  }

  /** Through the endpoints: what is counted is what is sent. */
  @Test
  void aSubscriptionCounts() {
    SfuFixture sfu = new SfuFixture();
    Publication track = sfu.publisher.publish(SfuFixture.video(10, 11));
    Subscription subscription = sfu.subscriber.subscribe(track, send(Codec.VP8, 500, true));
    assertThat(sfu.counters.videos).isEqualTo(1);
    sfu.receive(packet(1));
    sfu.turn.end(sfu.now);
    assertThat(sfu.down.rtp).isEmpty();
    sfu.now += 300 * MILLI;
    sfu.receive(key(2));
    sfu.turn.end(sfu.now);
    assertThat(sfu.counters.firstFrame.sum()).isEqualTo(300 * MILLI);
    sfu.now += 2 * SECOND;
    sfu.receive(packet(3));
    sfu.turn.end(sfu.now);
    assertThat(sfu.counters.gapNanos).isEqualTo(2 * SECOND);
    subscription.close();
    assertThat(sfu.counters.videos).isZero();
  }

  @Test
  void lossOnTheWayInIsCountedOnceAndStaysWhenWhatWasLateComes() {
    SfuFixture sfu = new SfuFixture();
    sfu.publisher.publish(SfuFixture.video(10, 11));
    sfu.publisher.onOutletOpen(sfu.now);
    for (int number : new int[] {1, 2, 5, 6}) {
      sfu.receive(number == 1 ? key(1) : packet(number));
    }
    sfu.turn.end(sfu.now);
    sfu.now += SECOND;
    sfu.publisher.onDeadline(sfu.now);
    assertThat(sfu.counters.expected).isEqualTo(6);
    assertThat(sfu.counters.lost).isEqualTo(2);
    sfu.receive(packet(4));
    sfu.receive(packet(8));
    sfu.turn.end(sfu.now);
    sfu.now += SECOND;
    sfu.publisher.onDeadline(sfu.now);
    assertThat(sfu.counters.expected).isEqualTo(8);
    assertThat(sfu.counters.lost).isEqualTo(2);
  }

  @Test
  void linesAreLookedAtOnceASecond() {
    SfuFixture sfu = new SfuFixture();
    Publication track = sfu.publisher.publish(SfuFixture.video(10, 11));
    sfu.subscriber.subscribe(track, send(Codec.VP8, 500, true));
    sfu.subscriber.onOutletOpen(sfu.now);
    second(sfu);
    assertThat(sfu.counters.lines.sum()).as("nobody has said what the line carries").isZero();
    sfu.rtcp(sfu.subscriber, writer -> writer.remb(1, 250_000, new int[] {500}, 1));
    second(sfu);
    second(sfu);
    assertThat(sfu.counters.lines.count(2)).as("200 to 300 kbit/s").isEqualTo(2);
    assertThat(sfu.counters.roundTrips.sum()).as("no report came").isZero();
  }

  private static void second(SfuFixture sfu) {
    for (int i = 0; i < 100; i++) {
      sfu.now += 10 * MILLI;
      sfu.subscriber.onDeadline(sfu.now);
    }
  }
}
