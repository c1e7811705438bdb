package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.Needs;
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
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.NtpTime;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtxPayload;
import org.consultrelay.relay.sfu.MediaCounters;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.sfu.ReceiveParameters;
import org.consultrelay.relay.sfu.SendParameters;
import org.consultrelay.relay.srtp.SrtpKeys;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.srtp.SrtpSender;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Forwarding allocates nothing: losses, retransmissions in both directions, reports and feedback
 * included.
 */
class ForwardingAllocationTest {
  private static final int PACKETS = 20_000;
  private static final int ROUNDS = 60;
  private static final int PER_TURN = 5;
  private static final int SUBSCRIBERS = 3;
  private static final long TURN_NANOS = 10_000_000;
  private static final int PAYLOAD = 700;
  private static final int VIDEO = 96;
  private static final int RTX = 97;
  private static final int SSRC = 10;
  private static final int RTX_SSRC = 11;

  private final Arena arena = Arena.ofConfined();
  private final SlotPool slots = new SlotPool(arena.allocate(SlotPool.STRIDE * 2_048L));
  private final TimerWheel timers = new TimerWheel(0);
  private final MemorySegment scratch = arena.allocate(4_096);
  private final RtpHeaderWriter header = new RtpHeaderWriter();
  private final RtcpWriter rtcp = new RtcpWriter();
  private final int[] asked = new int[1];
  private final SrtpSender[] senders = new SrtpSender[1 + SUBSCRIBERS];
  private final TransportAddress[] addresses = new TransportAddress[1 + SUBSCRIBERS];
  private final long[] highestSent = new long[1 + SUBSCRIBERS];
  private HeaderExtensionMap extensions = HeaderExtensionMap.EMPTY;
  private Demultiplexer demultiplexer;
  private DatagramHandler port;
  private SendBatch batch;
  private long index = 100;
  private long rtxIndex = 1;
  private int transportNumber;
  private long now;

  @ParameterizedTest
  @EnumSource(SrtpProfile.class)
  void twentyThousandPacketsToThreeAllocateNothing(SrtpProfile profile) {
    Needs.that(RelaySide.CIPHERS.profiles().contains(profile), RelaySide.CIPHERS.description());
    setUp(profile);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int turn = 0; turn < PACKETS / PER_TURN; turn++) {
        turn(turn);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    MediaCounters media = demultiplexer.mediaCounters();
    assertThat(media.forwarded).isGreaterThan(PACKETS * (SUBSCRIBERS - 1));
    assertThat(media.recovered).isPositive();
    assertThat(media.retransmitted).isPositive();
    assertThat(media.nackSent).isPositive();
    assertThat(media.rtcpSent).isGreaterThan(PACKETS / PER_TURN / 5);
    assertThat(media.rtcpReceived).isPositive();
    assertThat(timers.timerFailures()).isZero();
    assertThat(least).as("bytes allocated by %s packets, at best", PACKETS).isZero();
    arena.close();
  }

  private void setUp(SrtpProfile profile) {
    DtlsContext dtls =
        new DtlsContext(
            DtlsCertificate.generate(new SecureRandom()),
            List.of(),
            DtlsLimits.DEFAULT,
            new HandshakeGate(1, 1),
            Runnable::run);
    demultiplexer =
        new Demultiplexer(
            slots,
            timers,
            Runnable::run,
            RelaySide.CIPHERS,
            dtls,
            IceTimeouts.of(Duration.ofHours(9), Duration.ofHours(9), Duration.ofHours(9)),
            new UnauthenticatedBudget(1, 1, 0, 0),
            new SplittableRandom(5));
    batch = new SendBatch(arena.allocate(256 << 10), _ -> {}, new PortCounters(), false, true);
    port = demultiplexer.port(batch);
    extensions = SimulatedPeer.extensions(1, 2, 3);
    Publication video = null;
    for (int i = 0; i <= SUBSCRIBERS; i++) {
      byte[] key = new byte[profile.keyLength()];
      key[0] = (byte) i;
      SrtpKeys keys = new SrtpKeys(profile, key, new byte[profile.saltLength()]);
      senders[i] = RelaySide.CIPHERS.sender(keys);
      addresses[i] = TransportAddress.ipv4(0xC0000210 + i, 9);
      PeerTransport peer = demultiplexer.open(new Nobody(), "cname", 0);
      peer.adopt(addresses[i], 0);
      peer.media().negotiated(extensions, i != 2, i == 3);
      peer.open(keys, keys);
      if (video == null) {
        video =
            peer.media()
                .publish(
                    new ReceiveParameters("1", Codec.VP8, VIDEO, RTX, SSRC, RTX_SSRC, true, true));
      } else {
        boolean rtx = i != 2;
        peer.media()
            .subscribe(
                video,
                new SendParameters(
                    "v", Codec.VP8, VIDEO, rtx ? RTX : -1, 1_000 + i, rtx ? 2_000 + i : 0, true));
      }
    }
  }

  /** A frame of five packets, one in fifty of which comes late and as a retransmission. */
  private void turn(int turn) {
    now += TURN_NANOS;
    for (int i = 0; i < PER_TURN; i++) {
      index++;
      if (index % 50 == 0) {
        continue;
      }
      receiveRtp(index, i == 0 && turn % 100 == 0, i == PER_TURN - 1);
    }
    if (index / 50 > (index - PER_TURN) / 50 && turn > 0) {
      receiveRtx(index / 50 * 50 - 50);
    }
    if (turn % 100 == 50) {
      reports();
    }
    if (turn % 10 == 5) {
      nacks();
    }
    port.endOfTurn(now);
    batch.flush();
    timers.advance(now - TURN_NANOS / 2);
    batch.flush();
    timers.advance(now);
    batch.flush();
  }

  private int begin(int payloadType, int ssrc, long itsIndex, boolean marker) {
    header.begin(
        scratch, 0, 100, marker, payloadType, (int) itsIndex & 0xFFFF, (int) (now / 11_111), ssrc);
    header.extension16(extensions.id(HeaderExtension.TRANSPORT_CC), transportNumber++ & 0xFFFF);
    return header.finish();
  }

  private void receiveRtp(long itsIndex, boolean key, boolean last) {
    int length = begin(VIDEO, SSRC, itsIndex, last);
    payload(length, key);
    receive(0, senders[0].protectRtp(scratch, 0, length, scratch, length, PAYLOAD, SSRC, itsIndex));
  }

  private void receiveRtx(long original) {
    long itsIndex = rtxIndex++;
    int length = begin(RTX, RTX_SSRC, itsIndex, false);
    RtxPayload.write(scratch, length, (int) original & 0xFFFF);
    payload(length + RtxPayload.HEADER, false);
    receive(
        0,
        senders[0].protectRtp(
            scratch, 0, length, scratch, length, PAYLOAD + RtxPayload.HEADER, RTX_SSRC, itsIndex));
  }

  private void payload(int at, boolean key) {
    // A VP8 descriptor and the first byte of a key frame, or of anything else.
    Bytes.put8(scratch, at, key ? 0x10 : 0);
    Bytes.put8(scratch, at + 1, key ? 0 : 1);
  }

  private void reports() {
    rtcp.begin(scratch, 0, 1_200);
    rtcp.senderReport(SSRC, NtpTime.ofEpochNanos(now), (int) (now / 11_111), index, index);
    receive(0, senders[0].protectRtcp(scratch, 0, rtcp.length()));
    for (int i = 1; i <= SUBSCRIBERS; i++) {
      rtcp.begin(scratch, 0, 1_200);
      rtcp.receiverReport(1);
      rtcp.reportBlock(1_000 + i, 3, 4, 5, 6, 7, 8);
      receive(i, senders[i].protectRtcp(scratch, 0, rtcp.length()));
    }
  }

  private void nacks() {
    for (int i = 1; i <= SUBSCRIBERS; i++) {
      // Any number of the last 65,536 is asked for some time: most miss, some hit.
      asked[0] = (int) (highestSent[i] += 3) & 0xFFFF;
      rtcp.begin(scratch, 0, 1_200);
      for (int k = 0; k < 20; k++) {
        asked[0] = asked[0] + 701 & 0xFFFF;
        rtcp.nack(1, 1_000 + i, asked, 1);
      }
      receive(i, senders[i].protectRtcp(scratch, 0, rtcp.length()));
    }
  }

  private void receive(int peer, int length) {
    int slot = slots.claim();
    assertSlot(slot);
    long at = SlotPool.offset(slot);
    Bytes.copy(scratch, 0, slots.memory(), at, length);
    TransportAddress from = addresses[peer];
    if (!port.onDatagram(slot, at, length, from.high(), from.low(), from.port(), now)) {
      slots.release(slot);
    }
  }

  private static void assertSlot(int slot) {
    if (slot < 0) {
      throw new AssertionError("no slot is left");
    }
  }

  private static final class Nobody implements PeerTransport.Listener {
    @Override
    public void connected(PeerTransport transport) {}

    @Override
    public void ended(PeerTransport transport, TransportEnd reason) {}
  }
}
