package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.ice.CheckAnswer;
import org.consultrelay.relay.sfu.MediaCounters;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that a port can be sent, while a call goes on: random bytes, real datagrams damaged,
 * cut, prolonged and played again, nonsense under good keys; from peers and from anywhere. Nothing
 * throws, no slot is lost, every datagram is counted once, and the call does not notice.
 */
class FrontFuzzTest {
  private static final TransportAddress NOWHERE = TransportAddress.ipv4(0xCB007105, 999);
  private static final int DATAGRAMS = 12_000;

  private final List<byte[]> captured = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void hostileInputIsCountedAndDropped(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (SimulatedConsultation call = new SimulatedConsultation(seed, Conditions.clean(10))) {
      SimulatedSubscriber subscriber = call.subscribe(seed % 2 == 0);
      call.relay.onReceived(bytes -> capture(random, bytes));
      call.network.runUntil(2);
      call.relay.onReceived(_ -> {});
      for (int i = 0; i < DATAGRAMS; i++) {
        byte[] bytes = nasty(random);
        TransportAddress from =
            switch (random.nextInt(3)) {
              case 0 -> NOWHERE;
              case 1 -> call.address(0);
              default -> call.address(1);
            };
        call.network.at(2 + 4.0 * i / DATAGRAMS, () -> call.network.inject(from, bytes));
      }
      call.network.runUntil(7);
      checkCounts(call);
      assertThat(subscriber.video.framesSkipped).isZero();
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 4);
      assertThat(subscriber.nacked).isZero();
      call.checkUnbroken(subscriber);
      call.checkNothingLeaks();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void nonsenseUnderGoodKeysHurtsNobodyElse(long seed) {
    try (SimulatedConsultation call = new SimulatedConsultation(seed, Conditions.clean(10))) {
      SimulatedSubscriber subscriber = call.subscribe(true);
      SrtpProfile profile = RelaySide.CIPHERS.profiles().getFirst();
      Stranger one =
          new Stranger(call.random.split(), call.network, call.relay, profile, call.arena);
      Stranger two =
          new Stranger(call.random.split(), call.network, call.relay, profile, call.arena);
      one.subscribe(call.publisher.videoTrack, 0xB200_0000, true);
      two.subscribe(call.publisher.videoTrack, 0xB200_0000, false);
      two.subscribe(one.video, 0xB300_0000, true);
      Conditions fast = Conditions.clean(1);
      one.open(0, call.address(30), 100, fast, fast);
      two.open(0, call.address(31), 100, fast, fast);
      call.network.runUntil(2);
      long before = call.media().retransmitted;
      for (int i = 0; i < DATAGRAMS; i++) {
        Stranger who = i % 3 == 0 ? two : one;
        boolean rtcp = i % 4 == 1;
        int about = i % 5 == 0 ? 0xB300_0000 : 0xB200_0000;
        call.network.at(
            2 + 4.0 * i / DATAGRAMS,
            () -> {
              if (rtcp) {
                who.nonsenseRtcp(about);
              } else {
                who.nonsenseRtp();
              }
            });
      }
      call.network.runUntil(7);
      checkCounts(call);
      TransportCounters counters = call.relay.demultiplexer.counters();
      assertThat(call.media().received).isGreaterThan(call.media().droppedDuplicate);
      // A header that ends within the tag is another header to who decrypts: a handful.
      assertThat(counters.srtpUnauthenticated).isLessThan(20);
      assertThat(call.media().retransmissionMisses).isPositive();
      // Thousands of NACKs for everything: no more is sent again than was sent, and some saved up.
      assertThat(call.media().retransmitted - before).isLessThan(call.media().forwarded + 3 * 512);
      assertThat(subscriber.video.framesSkipped).isZero();
      assertThat(subscriber.video.lastFrame()).isGreaterThan(call.publisher.frame - 4);
      call.checkKeyFrameThrottle();
      call.checkUnbroken(subscriber);
      one.transport.close(call.network.now());
      two.transport.close(call.network.now());
      call.checkNothingLeaks();
    }
  }

  private void capture(SplittableRandom random, byte[] bytes) {
    boolean rare = (bytes[0] & 0xFF) < 128 || (bytes[1] & 0xE0) == 0xC0;
    if (rare || random.nextInt(10) == 0) {
      captured.add(bytes);
    }
  }

  private byte[] nasty(SplittableRandom random) {
    if (random.nextInt(3) == 0) {
      byte[] bytes = new byte[random.nextInt(random.nextInt(5) == 0 ? 1_536 : 60)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextBoolean()) {
        int[] firsts = {0, 1, 20, 22, 63, 64, 0x80, 0x90, 0xB0, 0xBF, 0xC0, 0xFF};
        bytes[0] = (byte) firsts[random.nextInt(firsts.length)];
      }
      return bytes;
    }
    byte[] real = captured.get(random.nextInt(captured.size()));
    return switch (random.nextInt(4)) {
      case 0 -> real;
      case 1 -> Arrays.copyOf(real, random.nextInt(real.length));
      case 2 -> prolonged(random, real);
      default -> damaged(random, real);
    };
  }

  private static byte[] prolonged(SplittableRandom random, byte[] real) {
    byte[] longer = Arrays.copyOf(real, real.length + 1 + random.nextInt(1_536 - real.length));
    longer[real.length] = (byte) random.nextInt();
    return longer;
  }

  private static byte[] damaged(SplittableRandom random, byte[] real) {
    byte[] damaged = real.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      // Half of it in the header, where it means most.
      int at = random.nextBoolean() ? random.nextInt(12) : random.nextInt(real.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
    }
    return damaged;
  }

  /** Each datagram that was handed in is counted under one reason. */
  private static void checkCounts(SimulatedConsultation call) {
    TransportCounters counters = call.relay.demultiplexer.counters();
    MediaCounters media = call.media();
    long accounted =
        counters.stunReceived
            + counters.dtlsReceived
            + counters.unknownSource
            + counters.unknownProtocol
            + counters.notKeyed
            + counters.rtpMalformed
            + counters.srtpUnauthenticated
            + counters.srtpReplayed
            + counters.srtpMalformed
            + counters.srtpTooManyStreams
            + media.received
            + media.droppedPaddingOnly
            + media.droppedDuplicate
            + media.droppedUnknownStream
            + media.droppedPayloadType
            + media.rtcpReceived;
    // A compound counts as received also when a packet in it does not parse.
    assertThat(call.relay.received - accounted).isBetween(0L, media.droppedRtcp);
    long stun = counters.stunMalformed;
    for (CheckAnswer.Verdict verdict : CheckAnswer.Verdict.values()) {
      stun += counters.checks(verdict);
    }
    for (UnauthenticatedBudget.Decision decision : UnauthenticatedBudget.Decision.values()) {
      stun += call.relay.demultiplexer.plainBinding().count(decision);
    }
    stun += call.relay.demultiplexer.plainBinding().refused();
    assertThat(stun).isEqualTo(counters.stunReceived);
    assertThat(counters.dtlsUnexpected).isEqualTo(counters.dtlsReceived);
  }
}
