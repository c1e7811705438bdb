package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.sfu.SfuFixture.AUDIO;
import static org.consultrelay.relay.sfu.SfuFixture.SECOND;
import static org.consultrelay.relay.sfu.SfuFixture.packet;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.sfu.RedReader.Block;
import org.junit.jupiter.api.Test;

/** Redundant audio: passed on, taken apart, put together. */
class AudioRedundancyTest {
  private static final int RED = 63;
  private static final int OUT_PLAIN = 109;
  private static final int OUT_RED = 110;
  private static final int OUT = 900;

  private final SfuFixture sfu = new SfuFixture();

  private static ReceiveParameters in(int red) {
    return new ReceiveParameters(
        "0", Codec.OPUS, AUDIO, -1, red, 10, 0, false, false, List.of(), List.of(), false);
  }

  private static SendParameters out(int red) {
    return new SendParameters("a", Codec.OPUS, OUT_PLAIN, -1, red, OUT, 0, false);
  }

  private void subscribe(int inRed, int outRed) {
    sfu.subscriber.subscribe(sfu.publisher.publish(in(inRed)), out(outRed));
  }

  /** A packet of 20 ms, each with other bytes. */
  private SfuFixture.In opus(int number) {
    SfuFixture.In in = packet(number).of(AUDIO, 10);
    in.timestamp = number * 960;
    in.payload(number, number + 1, number + 2, number + 3);
    return in;
  }

  private static List<Byte> bytes(int number) {
    return List.of((byte) number, (byte) (number + 1), (byte) (number + 2), (byte) (number + 3));
  }

  private void lost(int fraction) {
    sfu.rtcp(
        sfu.subscriber,
        writer -> {
          writer.receiverReport(1);
          writer.reportBlock(OUT, fraction, 0, 0, 0, 0, 0);
        });
  }

  private FakeOutlet.Sent last(int payloadType) {
    FakeOutlet.Sent sent = sfu.down.last();
    assertThat(sent.rtp().payloadType()).isEqualTo(payloadType);
    return sent;
  }

  private SfuFixture.In red(int number) {
    SfuFixture.In in = opus(number).of(RED, 10);
    // One block of three bytes, 15 << 6 back.
    in.payload(0x80 | AUDIO, 960 >> 6, 0, 3, AUDIO, 7, 8, 9, 1, 2, 3, 4, 5);
    return in;
  }

  @Test
  void whoTakesItGetsItAsItIsUnderHisOwnNumbers() {
    subscribe(RED, OUT_RED);
    MediaEndpoint other = sfu.endpoint(new FakeOutlet(), SfuFixture.OUT);
    FakeOutlet plain = new FakeOutlet();
    MediaEndpoint third = sfu.endpoint(plain, SfuFixture.OUT);
    Publication track = sfu.publisher.publications().getFirst();
    other.subscribe(track, out(OUT_RED));
    third.subscribe(track, out(-1));
    sfu.turn(red(1));
    List<Block> blocks = RedReader.blocks(last(OUT_RED).payload());
    assertThat(blocks)
        .containsExactly(
            new Block(OUT_PLAIN, 960, List.of((byte) 7, (byte) 8, (byte) 9)),
            new Block(OUT_PLAIN, 0, List.of((byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5)));
    assertThat(plain.last().rtp().payloadType()).isEqualTo(OUT_PLAIN);
    assertThat(plain.last().payload()).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void numbersAreThoseOfThePackets() {
    subscribe(RED, -1);
    sfu.turn(red(1), opus(2), red(3));
    List<Integer> numbers = sfu.down.rtp.stream().map(sent -> sent.rtp().sequenceNumber()).toList();
    assertThat(numbers).hasSize(3);
    assertThat(numbers.get(2) - numbers.get(0)).isEqualTo(2);
    assertThat(sfu.down.rtp)
        .allSatisfy(sent -> assertThat(sent.rtp().payloadType()).isEqualTo(OUT_PLAIN));
    assertThat(sfu.down.rtp.get(1).payload()).containsExactly(2, 3, 4, 5);
  }

  @Test
  void whatIsMalformedGoesNowhere() {
    subscribe(RED, -1);
    SfuFixture.In endless = opus(1).of(RED, 10);
    endless.payload(0x80 | AUDIO, 0, 0xFF, 0xFF, AUDIO, 1);
    SfuFixture.In cut = opus(2).of(RED, 10);
    cut.payload(0x80 | AUDIO, 0);
    sfu.turn(opus(0), endless, cut);
    assertThat(sfu.down.rtp).hasSize(1);
    assertThat(sfu.counters.droppedPayloadType).isEqualTo(2);
  }

  @Test
  void thatOfAPublisherWhoSaidNothingOfItIsDropped() {
    subscribe(-1, OUT_RED);
    sfu.turn(opus(1), red(2));
    assertThat(sfu.down.rtp).hasSize(1);
    assertThat(sfu.counters.droppedPayloadType).isEqualTo(1);
  }

  @Test
  void aSubscriberWhoLosesMuchGetsWhatWentBeforeAsWell() {
    subscribe(-1, OUT_RED);
    sfu.turn(opus(1));
    lost(8); // 3.1 %
    sfu.turn(opus(2), opus(3));
    assertThat(RedReader.blocks(last(OUT_RED).payload()))
        .containsExactly(new Block(OUT_PLAIN, 960, bytes(2)), new Block(OUT_PLAIN, 0, bytes(3)));
    lost(26); // a tenth
    sfu.turn(opus(4));
    assertThat(RedReader.blocks(last(OUT_RED).payload()))
        .containsExactly(
            new Block(OUT_PLAIN, 1_920, bytes(2)),
            new Block(OUT_PLAIN, 960, bytes(3)),
            new Block(OUT_PLAIN, 0, bytes(4)));
    // What comes late has missed its time, and goes plain.
    sfu.turn(opus(6), opus(5));
    assertThat(last(OUT_PLAIN).payload()).containsExactly(5, 6, 7, 8);
  }

  @Test
  void nothingGoesTwiceToThoseWhoLoseLittleOrDoNotTakeIt() {
    subscribe(-1, OUT_RED);
    lost(7); // 2.7 %
    sfu.turn(opus(1), opus(2));
    last(OUT_PLAIN);
    FakeOutlet plain = new FakeOutlet();
    MediaEndpoint other = sfu.endpoint(plain, SfuFixture.OUT);
    other.subscribe(sfu.publisher.publications().getFirst(), out(-1));
    sfu.rtcp(
        other,
        writer -> {
          writer.receiverReport(1);
          writer.reportBlock(OUT, 200, 0, 0, 0, 0, 0);
        });
    sfu.turn(opus(3), opus(4));
    assertThat(plain.last().rtp().payloadType()).isEqualTo(OUT_PLAIN);
  }

  @Test
  void itEndsAfterTenSecondsWithoutLoss() {
    subscribe(-1, OUT_RED);
    lost(20);
    for (int i = 1; i < 10; i++) {
      sfu.now += SECOND;
      lost(i == 1 ? 4 : 2);
    }
    sfu.turn(opus(1), opus(2));
    last(OUT_RED);
    sfu.now += 2 * SECOND;
    lost(0);
    sfu.turn(opus(3));
    last(OUT_PLAIN);
  }

  @Test
  void nothingFromBeforeASilence() {
    subscribe(-1, OUT_RED);
    lost(100);
    sfu.turn(opus(1), opus(2));
    last(OUT_RED);
    sfu.turn(opus(8)); // 120 ms later
    last(OUT_PLAIN);
    SfuFixture.In silence = opus(9);
    silence.payload(0x78);
    sfu.turn(silence);
    sfu.turn(opus(10));
    assertThat(RedReader.blocks(last(OUT_RED).payload()))
        .as("silence itself is not worth repeating")
        .containsExactly(new Block(OUT_PLAIN, 1_920, bytes(8)), new Block(OUT_PLAIN, 0, bytes(10)));
  }

  @Test
  void neverLongerThanAPacketMayBe() {
    subscribe(-1, OUT_RED);
    lost(100);
    for (int number = 1; number < 5; number++) {
      SfuFixture.In large = opus(number);
      large.payload(new int[500]);
      sfu.turn(large);
    }
    assertThat(RedReader.blocks(last(OUT_RED).payload())).hasSize(2);
    SfuFixture.In larger = opus(5);
    larger.payload(new int[800]);
    sfu.turn(larger);
    assertThat(last(OUT_PLAIN).payload()).hasSize(800);
  }

  @Test
  void whatIsLostIsInThePacketsBehindIt() {
    subscribe(-1, OUT_RED);
    lost(60);
    SplittableRandom random = new SplittableRandom(11);
    for (int number = 1; number < 2_000; number++) {
      SfuFixture.In in = opus(number);
      in.payload(number >> 8, number & 0xFF, 1, 2 + number % 90);
      sfu.turn(in);
    }
    List<Integer> heard = new ArrayList<>();
    for (FakeOutlet.Sent sent : sfu.down.rtp) {
      boolean red = sent.rtp().payloadType() == OUT_RED;
      if (random.nextInt(100) < 20) {
        continue;
      }
      int itself = sent.rtp().timestamp() / 960;
      if (!red) {
        heard.add(itself);
        continue;
      }
      for (Block block : RedReader.blocks(sent.payload())) {
        int number = itself - block.back() / 960;
        assertThat((block.bytes().get(0) << 8) | (block.bytes().get(1) & 0xFF)).isEqualTo(number);
        heard.add(number);
      }
    }
    // Three in a row must be lost for one to be: 0.8 %.
    assertThat(heard.stream().distinct().count()).isGreaterThan(1_999 * 98 / 100);
  }

  @Test
  void nothingIsAllocated() {
    Arena arena = Arena.ofAuto();
    MemorySegment packet = arena.allocate(200);
    MemorySegment made = arena.allocate(AudioRedundancy.MAX_PAYLOAD);
    RtpHeaderWriter writer = new RtpHeaderWriter();
    RtpPacket rtp = new RtpPacket();
    AudioRedundancy form = new AudioRedundancy(in(-1), out(OUT_RED));
    form.report(100, SECOND);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    long bytes = 0;
    int number = 0;
    for (int round = 0; round < 30 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 5_000; i++) {
        number++;
        writer.begin(packet, 0, 40, false, AUDIO, number, number * 960, 10);
        writer.finish();
        rtp.parse(packet, 0, 150);
        rtp.decrypted(150);
        form.prepare(rtp);
        if (form.isMade()) {
          form.write(made, 0, rtp);
          bytes += form.length();
        }
        form.done(rtp);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(bytes).isPositive();
    assertThat(least).isZero();
  }
}
