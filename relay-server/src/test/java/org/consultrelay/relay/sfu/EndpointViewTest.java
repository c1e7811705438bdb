package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.MILLI;
import static org.consultrelay.relay.sfu.SfuFixture.audio;
import static org.consultrelay.relay.sfu.SfuFixture.key;
import static org.consultrelay.relay.sfu.SfuFixture.packet;
import static org.consultrelay.relay.sfu.SfuFixture.send;
import static org.consultrelay.relay.sfu.SfuFixture.video;

import org.assertj.core.groups.Tuple;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;

/** An endpoint as it is shown. */
class EndpointViewTest {
  private final SfuFixture sfu = new SfuFixture();

  @Test
  void bothWaysAreShown() {
    Publication camera = sfu.publisher.publish(video(10, 11));
    Publication voice = sfu.publisher.publish(audio(20, false));
    Subscription picture = sfu.subscriber.subscribe(camera, send(Codec.VP8, 700, true));
    sfu.subscriber.subscribe(voice, new SendParameters("a", Codec.OPUS, AUDIO, -1, 900, 0, false));
    for (int i = 1; i < 100; i++) {
      sfu.now += 20 * MILLI;
      sfu.turn(i == 1 ? key(i) : packet(i), packet(i).of(AUDIO, 20));
    }
    EndpointView in = sfu.publisher.view(10, sfu.now);
    assertThat(in.outgoing()).isEmpty();
    assertThat(in.incoming()).hasSize(2);
    EndpointView.Incoming shown = in.incoming().getFirst();
    assertThat(shown.codec()).isEqualTo("vp8");
    assertThat(shown.subscribers()).isEqualTo(1);
    assertThat(shown.streams()).hasSize(1);
    assertThat(shown.streams().getFirst().flows()).isTrue();
    assertThat(shown.streams().getFirst().bits()).isPositive();

    EndpointView out = sfu.subscriber.view(10, sfu.now);
    assertThat(out.lineBits()).isEqualTo(-1);
    assertThat(out.outgoing())
        .extracting(EndpointView.Outgoing::codec, EndpointView.Outgoing::size)
        .containsExactly(Tuple.tuple("vp8", 0), Tuple.tuple("opus", -1));
    assertThat(out.outgoing().getFirst().packets()).isEqualTo(99);
    assertThat(out.outgoing().getFirst().state()).isEqualTo(EndpointView.State.SENT);

    picture.setPaused(true, sfu.now);
    assertThat(sfu.subscriber.view(10, sfu.now).outgoing().getFirst().state())
        .isEqualTo(EndpointView.State.PAUSED);
  }

  @Test
  void noMoreThanAsked() {
    for (int i = 0; i < 5; i++) {
      Publication track = sfu.publisher.publish(video(10 + 2 * i, 11 + 2 * i));
      sfu.subscriber.subscribe(track, send(Codec.VP8, 700 + 2 * i, true));
    }
    EndpointView out = sfu.subscriber.view(2, sfu.now);
    assertThat(out.outgoing()).hasSize(2);
    assertThat(out.leftOut()).isEqualTo(3);
    assertThat(sfu.publisher.view(2, sfu.now).incoming()).hasSize(2);
  }
}
