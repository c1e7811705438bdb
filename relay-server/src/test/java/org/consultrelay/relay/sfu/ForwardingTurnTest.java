package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.audio;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;
import static org.consultrelay.relay.sfu.SfuFixture.video;

import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;

class ForwardingTurnTest {
  private final SfuFixture sfu = new SfuFixture();
  private final Publication picture = sfu.publisher.publish(video(10, 11));
  private final Publication sound = sfu.publisher.publish(audio(20, false));

  @Test
  void forwardsEarlyWhenItIsFull() {
    sfu.subscriber.subscribe(picture, send(Codec.VP8, 500, true));
    sfu.receive(key(1));
    for (int i = 2; i <= ForwardingTurn.CAPACITY; i++) {
      sfu.receive(packet(i));
    }
    assertThat(sfu.down.rtp).isEmpty();
    sfu.receive(packet(ForwardingTurn.CAPACITY + 1));
    assertThat(sfu.down.rtp).hasSize(ForwardingTurn.CAPACITY);
    sfu.turn.end(sfu.now);
    assertThat(sfu.down.rtp).hasSize(ForwardingTurn.CAPACITY + 1);
    long first = sfu.down.rtp.getFirst().index();
    for (int i = 0; i < sfu.down.rtp.size(); i++) {
      assertThat(sfu.down.rtp.get(i).index()).isEqualTo(first + i);
    }
    sfu.publisher.close();
    assertThat(sfu.slotsOut()).isZero();
  }

  @Test
  void goesSubscriberBySubscriberWithinAStream() {
    FakeOutlet both = sfu.down;
    sfu.subscriber.subscribe(picture, send(Codec.VP8, 500, true));
    sfu.subscriber.subscribe(picture, send(Codec.VP8, 700, true));
    sfu.subscriber.subscribe(sound, send(Codec.OPUS, 600, false));
    sfu.turn(key(1), packet(1).of(AUDIO, 20), packet(2));
    assertThat(both.rtp.stream().map(FakeOutlet.Sent::ssrc))
        .containsExactly(500, 500, 700, 700, 600);
  }

  @Test
  void aFailureCostsNeitherSlotsNorTheOthersTheirPackets() {
    FakeOutlet other = new FakeOutlet();
    MediaEndpoint listener = sfu.endpoint(other, SfuFixture.OUT);
    sfu.subscriber.subscribe(picture, send(Codec.VP8, 500, true));
    listener.subscribe(sound, send(Codec.OPUS, 600, false));
    sfu.turn(key(1), packet(1).of(AUDIO, 20));
    sfu.down.broken = true;
    sfu.receive(packet(2));
    sfu.receive(packet(2).of(AUDIO, 20));
    assertThatThrownBy(() -> sfu.turn.end(sfu.now)).isInstanceOf(IllegalStateException.class);
    assertThat(other.rtp).hasSize(2);
    sfu.down.broken = false;
    sfu.turn(packet(3), packet(3).of(AUDIO, 20));
    assertThat(other.rtp).hasSize(3);
    assertThat(sfu.down.rtp).hasSize(2);
    sfu.publisher.close();
    assertThat(sfu.slotsOut()).isZero();
  }
}
