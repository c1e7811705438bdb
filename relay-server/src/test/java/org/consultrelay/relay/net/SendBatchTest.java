package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendBatchTest {
  private record Packet(Destination to, int length, byte mark) {}

  private final PortCounters counters = new PortCounters();
  private final List<Packet> sent = new ArrayList<>();
  private final List<Integer> runs = new ArrayList<>();

  /** Takes the runs apart again and checks that a kernel would accept them. */
  private void transmit(SendBatch batch) {
    int end = 0;
    for (int i = 0; i < batch.runs(); i++) {
      int size = batch.segmentSize(i);
      assertThat(batch.offset(i)).isEqualTo(end);
      assertThat(batch.segments(i)).isBetween(1, 64);
      assertThat(batch.bytes(i)).isLessThanOrEqualTo(65_000);
      assertThat(batch.segments(i)).isEqualTo((batch.bytes(i) + size - 1) / size);
      for (int at = 0; at < batch.bytes(i); at += size) {
        int length = Math.min(size, batch.bytes(i) - at);
        byte mark = batch.memory().get(ValueLayout.JAVA_BYTE, (long) end + at);
        sent.add(new Packet(batch.destination(i), length, mark));
      }
      runs.add(batch.segments(i));
      end += batch.bytes(i);
    }
  }

  private SendBatch batch(boolean ipv4Only, boolean segmentation) {
    return new SendBatch(
        MemorySegment.ofArray(new byte[1 << 18]), this::transmit, counters, ipv4Only, segmentation);
  }

  private static void write(SendBatch batch, Destination to, int length, byte mark) {
    long at = batch.claim(length + 10);
    batch.memory().set(ValueLayout.JAVA_BYTE, at, mark);
    batch.commit(to, length);
  }

  private static Destination destination(int port) {
    return Destination.of(TransportAddress.ipv4(0x7F00_0001, port));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everythingLeavesInOrderWhateverTheRuns(long seed) {
    Random random = new Random(seed);
    SendBatch batch = batch(false, seed % 3 != 0);
    Destination[] peers = {destination(1), destination(2), destination(3)};
    List<Packet> written = new ArrayList<>();
    int[] lengths = {1, 60, 1200, 1500};
    Destination to = peers[0];
    int length = 1200;
    for (int i = 0; i < 5000; i++) {
      if (random.nextInt(12) == 0) {
        to = peers[random.nextInt(peers.length)];
      }
      if (random.nextInt(20) == 0) {
        length = lengths[random.nextInt(lengths.length)];
      }
      if (random.nextInt(50) == 0) {
        batch.claim(1500); // given up
      }
      if (random.nextInt(200) == 0) {
        batch.flush();
        assertThat(batch.isEmpty()).isTrue();
      }
      byte mark = (byte) random.nextInt();
      write(batch, to, length, mark);
      written.add(new Packet(to, length, mark));
    }
    batch.flush();
    assertThat(sent).as("seed %d", seed).isEqualTo(written);
  }

  @Test
  void aShorterPacketEndsARun() {
    SendBatch batch = batch(false, true);
    Destination to = destination(1);
    for (int length : new int[] {1200, 1200, 700, 700, 1200, 60, 61}) {
      write(batch, to, length, (byte) 0);
    }
    batch.flush();
    assertThat(runs).containsExactly(3, 1, 2, 1);
  }

  @Test
  void aRunHasNoMoreThanTheKernelTakes() {
    SendBatch batch = batch(false, true);
    for (int i = 0; i < 130; i++) {
      write(batch, destination(1), 100, (byte) 0);
    }
    Destination to = destination(1);
    for (int i = 0; i < 130; i++) {
      write(batch, to, 100, (byte) 0);
    }
    for (int i = 0; i < 55; i++) {
      write(batch, to, 1500, (byte) 0);
    }
    batch.flush();
    assertThat(runs.subList(0, 130)).containsOnly(1);
    assertThat(runs.subList(130, runs.size())).containsExactly(64, 64, 2, 43, 12);
  }

  @Test
  void withoutSegmentationEveryPacketIsAMessage() {
    SendBatch batch = batch(false, true);
    Destination to = destination(1);
    write(batch, to, 100, (byte) 0);
    to.segmentation = false;
    Destination other = destination(2);
    write(batch, to, 101, (byte) 0);
    write(batch, to, 101, (byte) 0);
    write(batch, other, 101, (byte) 0);
    batch.disableSegmentation();
    write(batch, other, 101, (byte) 0);
    write(batch, other, 101, (byte) 0);
    batch.flush();
    assertThat(runs).containsExactly(1, 1, 1, 1, 1, 1);
  }

  @Test
  void ipv6OverAnIpv4SocketIsCountedAndLeftOut() {
    SendBatch batch = batch(true, true);
    Destination inet6 = Destination.of(new TransportAddress(1L << 61, 1, 9));
    write(batch, destination(1), 100, (byte) 1);
    write(batch, inet6, 100, (byte) 2);
    write(batch, destination(2), 100, (byte) 3);
    batch.flush();
    assertThat(sent).extracting(Packet::mark).containsExactly((byte) 1, (byte) 3);
    assertThat(counters.drops(DropReason.UNREACHABLE)).isEqualTo(1);
  }

  @Test
  void writingMoreThanWasClaimedIsABug() {
    SendBatch batch = batch(false, true);
    batch.claim(100);
    assertThatThrownBy(() -> batch.commit(destination(1), 101))
        .isInstanceOf(IllegalStateException.class);
    batch.commit(destination(1), 100);
    assertThatThrownBy(() -> batch.commit(destination(1), 100))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.claim(SendBatch.MAX_RUN_BYTES + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
