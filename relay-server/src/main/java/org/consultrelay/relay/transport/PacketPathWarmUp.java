package org.consultrelay.relay.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.ice.UnauthenticatedBudget;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.PortCounters;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.sfu.ReceiveParameters;
import org.consultrelay.relay.sfu.SendParameters;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpKeys;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.srtp.SrtpSender;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * Sends some thousand packets through the packet path before anybody calls, so that the first call
 * of the day finds it compiled. Nothing leaves the process.
 */
public final class PacketPathWarmUp {
  private static final int TURNS = 3_000;
  private static final int PACKETS_PER_TURN = 4;
  private static final int PAYLOAD = 900;
  private static final long TURN_NANOS = 10_000_000;
  private static final int PUBLISHED_SSRC = 77;

  private final SlotPool slots;
  private final Demultiplexer demultiplexer;
  private final DatagramHandler port;
  private final TimerWheel timers = new TimerWheel(0);
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private long sent;

  private PacketPathWarmUp(SrtpCiphers ciphers, Arena arena) {
    slots = new SlotPool(arena.allocate((long) SlotPool.STRIDE * 2_048));
    SecureRandom random = new SecureRandom();
    DtlsContext dtls =
        new DtlsContext(
            DtlsCertificate.generate(random),
            List.of(),
            DtlsLimits.DEFAULT,
            new HandshakeGate(1, 1),
            Runnable::run);
    demultiplexer =
        new Demultiplexer(
            slots,
            timers,
            Runnable::run,
            ciphers,
            dtls,
            IceTimeouts.of(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1)),
            new UnauthenticatedBudget(1, 1, 0, 0),
            new SplittableRandom(1));
    SendBatch batch =
        new SendBatch(
            arena.allocate(256 << 10),
            flushed -> sent += flushed.runs(),
            new PortCounters(),
            false,
            true);
    port = demultiplexer.port(batch);
  }

  /** Warms up with every cipher there is. Takes some tenths of a second. */
  public static void run(SrtpCiphers ciphers) {
    for (SrtpProfile profile : ciphers.profiles()) {
      try (Arena arena = Arena.ofConfined()) {
        new PacketPathWarmUp(ciphers, arena).run(ciphers, profile, arena);
      }
    }
  }

  private void run(SrtpCiphers ciphers, SrtpProfile profile, Arena arena) {
    SrtpKeys keys =
        new SrtpKeys(profile, new byte[profile.keyLength()], new byte[profile.saltLength()]);
    PeerTransport publisher = peer(1, keys);
    Publication video =
        publisher
            .media()
            .publish(new ReceiveParameters("0", Codec.VP8, 96, 97, PUBLISHED_SSRC, 0, true, true));
    for (int i = 0; i < 2; i++) {
      peer(2 + i, keys)
          .media()
          .subscribe(video, new SendParameters("0", Codec.VP8, 96, 97, 1_000 + i, 2_000 + i, true));
    }
    MemorySegment payload = arena.allocate(PAYLOAD);
    try (SrtpSender sender = ciphers.sender(keys)) {
      long now = 0;
      for (int turn = 0; turn < TURNS; turn++) {
        now += TURN_NANOS;
        for (int i = 0; i < PACKETS_PER_TURN; i++) {
          receive(sender, payload, 1L + (long) turn * PACKETS_PER_TURN + i, turn, now);
        }
        port.endOfTurn(now);
        timers.advance(now);
      }
      if (demultiplexer.mediaCounters().forwarded != 2L * TURNS * PACKETS_PER_TURN || sent == 0) {
        throw new IllegalStateException("the packet path does not carry what it is given");
      }
      publisher.close(now);
    }
  }

  private void receive(SrtpSender sender, MemorySegment payload, long index, int turn, long now) {
    int slot = slots.claim();
    long at = SlotPool.offset(slot);
    boolean first = index % PACKETS_PER_TURN == 1;
    // A VP8 descriptor: a key frame begins with each turn's first packet (RFC 7741 §4).
    Bytes.put8(payload, 0, first ? 0x10 : 0x00);
    writer.begin(
        slots.memory(),
        at,
        SlotPool.CAPACITY,
        index % PACKETS_PER_TURN == 0,
        96,
        (int) index & 0xFFFF,
        turn * 900,
        PUBLISHED_SSRC);
    int header = writer.finish();
    int length =
        sender.protectRtp(slots.memory(), at, header, payload, 0, PAYLOAD, PUBLISHED_SSRC, index);
    TransportAddress from = address(1);
    if (!port.onDatagram(slot, at, length, from.high(), from.low(), from.port(), now)) {
      slots.release(slot);
    }
  }

  private PeerTransport peer(int number, SrtpKeys keys) {
    PeerTransport transport = demultiplexer.open(new Nobody(), "warm-up", 0);
    transport.adopt(address(number), 0);
    transport.open(keys, keys);
    return transport;
  }

  /** Of the documentation range (RFC 5737): nobody's. */
  private static TransportAddress address(int number) {
    return TransportAddress.ipv4(0xC000_0200 | number, 9);
  }

  private static final class Nobody implements PeerTransport.Listener {
    @Override
    public void connected(PeerTransport transport) {}

    @Override
    public void ended(PeerTransport transport, TransportEnd reason) {}
  }
}
