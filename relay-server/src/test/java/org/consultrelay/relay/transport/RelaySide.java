package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.PortCounters;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * The relay's real packet path without its sockets: slots, wheel, demultiplexer and send batch, and
 * the turns that a media loop makes of them.
 */
final class RelaySide {
  static final TransportAddress ADDRESS = TransportAddress.ipv4(0xC0000201, 7882);
  static final SrtpCiphers CIPHERS = SrtpCiphers.detect();

  static final DtlsLimits DTLS_LIMITS =
      new DtlsLimits(Duration.ofSeconds(20), Duration.ofSeconds(2), Duration.ofMillis(250));

  private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate(new SecureRandom());

  final SlotPool slots;
  final TimerWheel timers = new TimerWheel(0);
  final Demultiplexer demultiplexer;
  final UnauthenticatedBudget budget = new UnauthenticatedBudget(1_000, 1_000, 7, 0);

  /** Datagrams handed in, and those that found no slot. */
  long received;

  long droppedNoSlot;

  private final DatagramHandler port;
  private final SendBatch batch;
  private Consumer<byte[]> tap = _ -> {};
  private BiConsumer<TransportAddress, byte[]> sent = (_, _) -> {};

  RelaySide(SplittableRandom random, Arena arena, int slotCount) {
    this(random, arena, slotCount, IceTimeouts.DEFAULT);
  }

  RelaySide(SplittableRandom random, Arena arena, int slotCount, IceTimeouts timeouts) {
    this(
        random,
        arena,
        slotCount,
        timeouts,
        Runnable::run,
        new DtlsContext(
            CERTIFICATE, List.of(), DTLS_LIMITS, new HandshakeGate(1, 1), Runnable::run));
  }

  /** With DTLS that works, which needs real time and a loop of its own. */
  RelaySide(
      SplittableRandom random,
      Arena arena,
      int slotCount,
      IceTimeouts timeouts,
      Executor loop,
      DtlsContext dtls) {
    slots = new SlotPool(arena.allocate((long) SlotPool.STRIDE * slotCount));
    demultiplexer =
        new Demultiplexer(slots, timers, loop, CIPHERS, dtls, timeouts, budget, random.split());
    batch =
        new SendBatch(arena.allocate(64 << 10), this::transmit, new PortCounters(), false, true);
    port = demultiplexer.port(batch);
  }

  /** Where to what leaves goes, packet by packet. */
  void onSent(BiConsumer<TransportAddress, byte[]> receiver) {
    sent = receiver;
  }

  /** Who sees what is handed in. */
  void onReceived(Consumer<byte[]> receiver) {
    tap = receiver;
  }

  private void transmit(SendBatch full) {
    for (int run = 0; run < full.runs(); run++) {
      int size = full.segmentSize(run);
      int rest = full.bytes(run);
      int at = full.offset(run);
      if (full.segments(run) != (rest + size - 1) / size) {
        throw new AssertionError("a run of " + rest + " bytes that is none");
      }
      while (rest > 0) {
        int length = Math.min(size, rest);
        sent.accept(full.destination(run).address(), Bytes.toArray(full.memory(), at, length));
        at += length;
        rest -= length;
      }
    }
  }

  /**
   * One datagram of a turn, as a port hands it over. Returns false when there is no slot for it.
   */
  boolean receive(byte[] bytes, TransportAddress from, long now) {
    int slot = slots.claim();
    if (slot < 0) {
      droppedNoSlot++;
      return false;
    }
    received++;
    tap.accept(bytes);
    long at = SlotPool.offset(slot);
    int length = Math.min(bytes.length, SlotPool.CAPACITY);
    Bytes.put(slots.memory(), at, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    if (!port.onDatagram(slot, at, length, from.high(), from.low(), from.port(), now)) {
      slots.release(slot);
    }
    return true;
  }

  void endTurn(long now) {
    port.endOfTurn(now);
    flush();
  }

  void tick(long now) {
    timers.advance(now);
    // The wheel swallows what a timer throws: here it must not.
    assertThat(timers.timerFailures()).as("exceptions in timers").isZero();
    flush();
  }

  void flush() {
    batch.flush();
    assertThat(batch.isEmpty()).isTrue();
  }

  /** Slots that are out: kept for retransmission, or leaked. */
  int slotsOut() {
    return slots.slots() - slots.available();
  }
}
