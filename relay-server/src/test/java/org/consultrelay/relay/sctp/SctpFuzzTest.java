package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever comes in: no exception, nothing without bounds. Seeds are printed on failure. */
class SctpFuzzTest {
  private static final int SEEDS = 300;

  @Test
  void changedPacketsDoNoHarm() {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        run(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void run(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SimulatedPair pair = new SimulatedPair(seed, Line.lossy(0.05));
    List<byte[]> seen = new ArrayList<>();
    pair.filter =
        packet -> {
          if (seen.size() < 500) {
            seen.add(packet);
          } else {
            seen.set(random.nextInt(500), packet);
          }
          return true;
        };
    for (Side side : List.of(pair.left, pair.right)) {
      side.onClosed = _ -> {};
      side.channels.open("x", "", Reliability.RELIABLE, pair.now);
      side.channels.open("y", "", Reliability.LOSSY, pair.now);
    }
    pair.start();
    for (int turn = 0; turn < 150; turn++) {
      pair.run(0.02);
      for (int i = 0; i < 10 && !seen.isEmpty(); i++) {
        byte[] packet = change(seen.get(random.nextInt(seen.size())).clone(), random);
        DataChannels to = random.nextBoolean() ? pair.left.channels : pair.right.channels;
        to.onPacket(MemorySegment.ofArray(packet), 0, packet.length, pair.now);
      }
      for (Side side : List.of(pair.left, pair.right)) {
        for (DataChannel channel : List.copyOf(side.opened)) {
          if (random.nextInt(4) == 0) {
            channel.send(true, new byte[random.nextInt(3_000)], pair.now);
          } else if (random.nextInt(60) == 0) {
            channel.close(pair.now);
          }
        }
        assertThat(side.channels.bufferedBytes()).isLessThanOrEqualTo(1 << 20);
        assertThat(side.opened.size()).isLessThan(2_000);
      }
    }
  }

  private static byte[] change(byte[] packet, SplittableRandom random) {
    byte[] changed = packet;
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          if (changed.length > 12) {
            // Lengths, types, flags and small numbers more than the rest.
            int at = 12 + random.nextInt(Math.min(changed.length - 12, 28));
            changed[at] = (byte) random.nextInt();
          }
        }
        case 1 -> {
          int at = random.nextInt(changed.length);
          changed[at] = (byte) random.nextInt();
        }
        case 2 -> changed = Arrays.copyOf(changed, 1 + random.nextInt(changed.length));
        default -> {
          byte[] longer = Arrays.copyOf(changed, changed.length + random.nextInt(64));
          for (int j = changed.length; j < longer.length; j++) {
            longer[j] = (byte) random.nextInt();
          }
          changed = longer;
        }
      }
    }
    return changed.length >= 12 && random.nextInt(20) != 0 ? Packets.seal(changed) : changed;
  }

  @Test
  void randomChunksDoNoHarm() {
    SplittableRandom random = new SplittableRandom(7);
    int[] types = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 192, 64, 128, 255};
    for (int round = 0; round < 300; round++) {
      SimulatedPair pair = SimulatedPair.connected(round, Line.CLEAN);
      int[] tag = {0};
      pair.filter =
          packet -> {
            tag[0] = Packets.tag(packet);
            return false;
          };
      pair.right.channels.open("x", "", Reliability.RELIABLE, pair.now);
      for (int i = 0; i < 200; i++) {
        int type = types[random.nextInt(types.length)];
        if (type == Chunks.ABORT || type == Chunks.SHUTDOWN) {
          continue; // those end it, as they should
        }
        byte[] value = new byte[random.nextInt(64)];
        random.nextBytes(value);
        if (random.nextBoolean() && value.length > 4) {
          // Near what is expected: small numbers.
          Arrays.fill(value, 0, 4, (byte) 0);
        }
        byte[] packet =
            Packets.packet(
                type == Chunks.INIT ? 0 : tag[0],
                writer ->
                    writer.chunk(type, random.nextInt(16)).put(value, 0, value.length).endChunk());
        pair.left.channels.onPacket(MemorySegment.ofArray(packet), 0, packet.length, pair.now);
        pair.now += random.nextInt(1_000_000_000);
        pair.left.channels.onDeadline(pair.now);
      }
    }
  }

  @Test
  void aPeerThatOnlySendsBeginningsIsBounded() {
    // Every second TSN, each a message's beginning: nothing can be delivered, nothing forgotten.
    SctpCounters counters = new SctpCounters();
    Reassembly reassembly =
        new Reassembly(
            SctpLimits.DEFAULT.maxMessageSize(),
            counters,
            (stream, protocol, payload) -> {
              throw new AssertionError("delivered");
            });
    int capacity = SctpLimits.DEFAULT.receiveBuffer();
    ReceiveBuffer buffer = new ReceiveBuffer(0, capacity, reassembly, counters);
    for (int i = 0; i < 20_000; i++) {
      buffer.onData(new IncomingChunk(2 * i + 1, Chunks.BEGIN, i & 0xFFFF, 0, 51, new byte[1_100]));
      assertThat(buffer.held()).isLessThanOrEqualTo(capacity);
    }
    for (int i = 9_000; i >= 1; i--) {
      buffer.onData(new IncomingChunk(2 * i, Chunks.BEGIN, 1, 0, 51, new byte[1_100]));
      assertThat(buffer.held()).isLessThanOrEqualTo(2 * capacity);
    }
    assertThat(counters.drops(SctpDrop.WINDOW)).isGreaterThan(10_000);
    assertThat(buffer.window()).isZero();
  }
}
