package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.srtp.SrtpPath.SSRC;
import static org.consultrelay.relay.srtp.SrtpReceiver.AUTHENTICATION_FAILED;
import static org.consultrelay.relay.srtp.SrtpReceiver.REPLAYED;
import static org.consultrelay.relay.srtp.SrtpReceiver.TOO_MANY_STREAMS;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Order, loss, replay and roll-over of authentic packets. */
class SrtpReceiverTest {

  @ParameterizedTest
  @EnumSource
  void countsRollovers(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 1)) {
      for (long index = 1_000; index < 6L << 16; index += 20_000) {
        assertThat(path.passes(index)).as("index %d", index).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void packetsReorderedAroundRolloversAllPass(SrtpProfile profile) {
    for (int seed = 0; seed < 20; seed++) {
      try (SrtpPath path = new SrtpPath(profile, seed)) {
        long start = 0xFFFF - 60;
        assertThat(path.passes(start)).isTrue();
        List<Long> indices = new ArrayList<>();
        for (int i = 1; i <= 120; i++) {
          // Each is held back from its place by up to 60 others.
          int place = Math.max(0, indices.size() - path.random.nextInt(60));
          indices.add(place, start + i);
        }
        for (long index : indices) {
          assertThat(path.passes(index)).as("seed %d, index %d", seed, index).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aJumpOfLessThanHalfTheRangePassesAndALongerOneIsMistaken(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 2)) {
      long index = 100;
      assertThat(path.passes(index)).isTrue();
      index += 0x7FFF;
      assertThat(path.passes(index)).isTrue();
      index += 0x7FFF;
      assertThat(path.passes(index)).isTrue();
      // 40,000 ahead looks like 25,536 behind: RFC 3711 cannot tell, the tag can.
      assertThat(path.take(path.rtp(SSRC, index + 40_000))).isIn(AUTHENTICATION_FAILED, REPLAYED);
      assertThat(path.passes(index + 1)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsOlderThanTheWindowIsDropped(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 3)) {
      long index = (1L << 16) + 5; // so that the old ones are before the roll-over
      assertThat(path.passes(40_000)).isTrue();
      assertThat(path.passes(index)).isTrue();

      assertThat(path.take(path.rtp(SSRC, index - ReplayWindow.SIZE))).isEqualTo(REPLAYED);
      assertThat(path.passes(index - ReplayWindow.SIZE + 1)).isTrue();
      assertThat(path.take(path.rtp(SSRC, index))).isEqualTo(REPLAYED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReplayedCaptureIsDroppedEntirely(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 4)) {
      List<byte[]> rtp = new ArrayList<>();
      List<byte[]> rtcp = new ArrayList<>();
      for (long index = 65_300; index < 65_800; index++) {
        rtp.add(path.rtp(SSRC, index));
        rtcp.add(path.rtcp(SSRC));
      }
      assertThat(rtp).allSatisfy(packet -> assertThat(path.take(packet)).isPositive());
      assertThat(rtcp).allSatisfy(packet -> assertThat(path.takeRtcp(packet)).isPositive());
      long last = path.receiver.lastIndex();

      // Those from before the roll-over are tried with the one after it: they fail or are too old.
      assertThat(rtp)
          .allSatisfy(
              packet -> assertThat(path.take(packet)).isIn(REPLAYED, AUTHENTICATION_FAILED));
      assertThat(rtcp).allSatisfy(packet -> assertThat(path.takeRtcp(packet)).isEqualTo(REPLAYED));
      assertThat(path.receiver.lastIndex()).isEqualTo(last);
      assertThat(path.passes(65_800)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void rtcpMayComeOutOfOrderAndWithGaps(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 5)) {
      byte[] first = path.rtcp(SSRC);
      byte[] second = path.rtcp(SSRC);
      path.sender.lastRtcpIndex(1_000_000);
      byte[] late = path.rtcp(SSRC);
      byte[] latest = path.rtcp(SSRC);

      assertThat(path.takeRtcp(second)).isEqualTo(28);
      assertThat(path.takeRtcp(first)).isEqualTo(28);
      assertThat(path.takeRtcp(latest)).isEqualTo(28);
      assertThat(path.takeRtcp(late)).isEqualTo(28);
      assertThat(path.takeRtcp(first)).isEqualTo(REPLAYED);
      assertThat(path.receiver.streamCount()).isOne();
      assertThat(path.receiver.lastIndex()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamsHaveRolloversAndWindowsOfTheirOwn(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 6)) {
      for (long index = 30_000; index < 100_000; index += 10_000) {
        assertThat(path.take(path.rtp(1, index))).isPositive();
      }
      assertThat(path.take(path.rtp(2, 30_000))).isPositive();
      assertThat(path.receiver.lastIndex()).isEqualTo(30_000);
      assertThat(path.take(path.rtp(1, 90_001))).isPositive();
      assertThat(path.receiver.lastIndex()).isEqualTo(90_001);
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamsAreBounded(SrtpProfile profile) {
    try (SrtpPath path = new SrtpPath(profile, 7)) {
      for (int ssrc = 0; ssrc < SrtpReceiver.MAX_STREAMS; ssrc++) {
        assertThat((ssrc & 1) == 0 ? path.take(path.rtp(ssrc, 9)) : path.takeRtcp(path.rtcp(ssrc)))
            .isPositive();
      }
      for (int ssrc = 1_000; ssrc < 1_500; ssrc++) {
        assertThat(path.take(path.rtp(ssrc, 9))).isEqualTo(TOO_MANY_STREAMS);
        assertThat(path.takeRtcp(path.rtcp(ssrc))).isEqualTo(TOO_MANY_STREAMS);
      }
      assertThat(path.receiver.streamCount()).isEqualTo(SrtpReceiver.MAX_STREAMS);
      assertThat(path.take(path.rtp(0, 10))).isPositive();
      assertThat(path.takeRtcp(path.rtcp(0))).isPositive();
    }
  }
}
