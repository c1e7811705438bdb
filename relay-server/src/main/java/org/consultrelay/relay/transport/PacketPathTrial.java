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
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * The whole packet path without a network: a publisher's encrypted packets go in, each subscriber's
 * come out into a batch that is thrown away. Warms the path up at start, so that the first call of
 * the day finds it compiled, and lets a bench look at it alone.
 */
public final class PacketPathTrial implements AutoCloseable {
  /** The most packets that {@link #arrive} can prepare. */
  public static final int MAX_ARRIVED = 128;

  private static final int WARM_UP_TURNS = 3_000;
  private static final int WARM_UP_PACKETS = 4;
  private static final long TURN_NANOS = 10_000_000;
  private static final int PUBLISHED_SSRC = 77;
  private static final int VP8 = 96;
  private static final int RTX = 97;

  private final Arena arena = Arena.ofConfined();
  private final SlotPool slots = new SlotPool(arena.allocate(SlotPool.STRIDE * 2_048L));
  private final TimerWheel timers = new TimerWheel(0);
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private final int[] arrivedSlots = new int[MAX_ARRIVED];
  private final int[] arrivedLengths = new int[MAX_ARRIVED];
  private final Demultiplexer demultiplexer;
  private final DatagramHandler port;
  private final Source[] sources;
  private final MemorySegment payload;
  private final int payloadLength;
  private int arrived;
  private int next;
  private long now;

  /**
   * Publishers and their subscribers, connected.
   *
   * @param rooms how many publishers, each with subscribers of its own
   * @param subscribers how many of each publisher
   * @param payloadLength the bytes of each packet's payload, 16 to 1,300
   */
  public PacketPathTrial(
      SrtpCiphers ciphers, SrtpProfile profile, int rooms, int subscribers, int payloadLength) {
    this.payloadLength = payloadLength;
    this.payload = arena.allocate(payloadLength);
    demultiplexer =
        new Demultiplexer(
            slots,
            timers,
            Runnable::run,
            ciphers,
            noHandshakes(),
            IceTimeouts.of(Duration.ofHours(9), Duration.ofHours(9), Duration.ofHours(9)),
            new UnauthenticatedBudget(1, 1, 0, 0),
            new SplittableRandom(1));
    port =
        demultiplexer.port(
            new SendBatch(arena.allocate(256 << 10), _ -> {}, new PortCounters(), false, true));
    SrtpKeys keys =
        new SrtpKeys(profile, new byte[profile.keyLength()], new byte[profile.saltLength()]);
    sources = new Source[rooms];
    for (int room = 0; room < rooms; room++) {
      int first = 1 + room * (1 + subscribers);
      sources[room] = new Source(address(first), ciphers.sender(keys));
      connect(first, subscribers, keys);
    }
  }

  private void connect(int first, int subscribers, SrtpKeys keys) {
    Publication video =
        peer(first, keys)
            .media()
            .publish(
                new ReceiveParameters("0", Codec.VP8, VP8, RTX, PUBLISHED_SSRC, 0, true, true));
    for (int i = 1; i <= subscribers; i++) {
      peer(first + i, keys)
          .media()
          .subscribe(
              video, new SendParameters("0", Codec.VP8, VP8, RTX, 1_000 + i, 200_000 + i, true));
    }
  }

  /** What comes from one publisher's address. */
  private static final class Source {
    private final TransportAddress address;
    private final SrtpSender sender;
    private long index;

    private Source(TransportAddress address, SrtpSender sender) {
      this.address = address;
      this.sender = sender;
    }
  }

  private static DtlsContext noHandshakes() {
    return new DtlsContext(
        DtlsCertificate.generate(new SecureRandom()),
        List.of(),
        DtlsLimits.DEFAULT,
        new HandshakeGate(1, 1),
        Runnable::run);
  }

  /**
   * Warms up with every cipher there is. Takes some tenths of a second.
   *
   * @throws IllegalStateException when the path does not carry what it is given
   */
  public static void warmUp(SrtpCiphers ciphers) {
    for (SrtpProfile profile : ciphers.profiles()) {
      try (PacketPathTrial trial = new PacketPathTrial(ciphers, profile, 1, 2, 900)) {
        for (int turn = 0; turn < WARM_UP_TURNS; turn++) {
          trial.arrive(WARM_UP_PACKETS);
          trial.turn();
        }
        if (trial.forwarded() != 2L * WARM_UP_TURNS * WARM_UP_PACKETS) {
          throw new IllegalStateException("the packet path does not carry what it is given");
        }
      }
    }
  }

  /** Prepares a frame of packets of the next publisher as a socket would have received them. */
  public void arrive(int packets) {
    next = (next + 1) % sources.length;
    Source source = sources[next];
    for (int i = 0; i < packets; i++) {
      int slot = slots.claim();
      long at = SlotPool.offset(slot);
      // A VP8 descriptor: a key frame begins with each turn's first packet (RFC 7741 §4).
      Bytes.put8(payload, 0, i == 0 ? 0x10 : 0x00);
      source.index++;
      writer.begin(
          slots.memory(),
          at,
          SlotPool.CAPACITY,
          i == packets - 1,
          VP8,
          (int) source.index & 0xFFFF,
          (int) (now / 11_111),
          PUBLISHED_SSRC);
      int header = writer.finish();
      arrivedSlots[arrived] = slot;
      arrivedLengths[arrived++] =
          source.sender.protectRtp(
              slots.memory(), at, header, payload, 0, payloadLength, PUBLISHED_SSRC, source.index);
    }
  }

  /**
   * One turn of a loop with all that has arrived, and the timers due: each publisher's turn comes
   * every ten milliseconds.
   */
  public void turn() {
    now += TURN_NANOS / sources.length;
    TransportAddress from = sources[next].address;
    for (int i = 0; i < arrived; i++) {
      if (!port.onDatagram(
          arrivedSlots[i],
          SlotPool.offset(arrivedSlots[i]),
          arrivedLengths[i],
          from.high(),
          from.low(),
          from.port(),
          now)) {
        slots.release(arrivedSlots[i]);
      }
    }
    arrived = 0;
    port.endOfTurn(now);
    timers.advance(now);
  }

  /** Packets that have gone to subscribers, all together. */
  public long forwarded() {
    return demultiplexer.mediaCounters().forwarded;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    for (Source source : sources) {
      source.sender.close();
    }
    arena.close();
  }

  private PeerTransport peer(int number, SrtpKeys keys) {
    PeerTransport transport = demultiplexer.open(new Nobody(), "trial", 0);
    transport.adopt(address(number), 0);
    transport.open(keys, keys);
    return transport;
  }

  /** Of the range for benchmarks (RFC 2544): nobody's. */
  private static TransportAddress address(int number) {
    return TransportAddress.ipv4(0xC612_0000 + number, 9);
  }

  private static final class Nobody implements PeerTransport.Listener {
    @Override
    public void connected(PeerTransport transport) {}

    @Override
    public void ended(PeerTransport transport, TransportEnd reason) {}
  }
}
