package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.NackList;
import org.consultrelay.relay.rtp.NtpTime;
import org.consultrelay.relay.rtp.ReceiveStatistics;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpType;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.RtxPayload;
import org.consultrelay.relay.rtp.SequenceNumbers;
import org.consultrelay.relay.sfu.SendParameters;
import org.consultrelay.relay.sfu.Subscription;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who plays one publisher: asks for what is missing after a wait for reordered packets,
 * reports once a second, and asks for a key frame when the decoder is stuck.
 */
final class SimulatedSubscriber extends SimulatedPeer {
  private static final int VIDEO = 102;
  private static final int RTX = 103;
  private static final int AUDIO = 109;
  private static final int OWN_SSRC = 1;
  private static final long REORDER_NANOS = 15_000_000;
  private static final long REPORT_NANOS = 1_000_000_000;
  private static final long PLI_NANOS = 400_000_000;

  final HeaderExtensionMap extensions = extensions(9, 2, 7);
  final SimulatedPublisher publisher;
  final ReceivedVideo video;
  final Subscription videoTrack;
  final Subscription audioTrack;
  final int ssrc;
  final boolean rtx;

  /** What left the relay for us, by outgoing number: the publisher's packet. */
  final TreeMap<Long, SentPacket> sentVideo = new TreeMap<>();

  final TreeMap<Long, Long> sentAudio = new TreeMap<>();
  int videoPackets;
  int retransmitted;
  int nacked;
  int keyFrameRequests;
  int senderReports;
  int audioReceived;

  private final NackList missing = new NackList(REORDER_NANOS);
  private final ReceiveStatistics videoStatistics = new ReceiveStatistics(90_000);
  private final ReceiveStatistics audioStatistics = new ReceiveStatistics(48_000);
  private final int[] asked = new int[128];
  private int lastNumber = -1;
  private long nextReport;
  private long lastPli = Long.MIN_VALUE / 2;
  private long waitingSince = -1;

  SimulatedSubscriber(
      SplittableRandom random,
      SimulatedNetwork network,
      RelaySide relay,
      SrtpProfile profile,
      Arena arena,
      SimulatedPublisher publisher,
      int ssrc,
      boolean rtx) {
    super(random, network, relay, profile, arena);
    this.publisher = publisher;
    this.ssrc = ssrc;
    this.rtx = rtx;
    this.video = new ReceivedVideo(publisher);
    transport.media().negotiated(extensions, random.nextBoolean(), false);
    audioTrack =
        transport
            .media()
            .subscribe(
                publisher.audioTrack,
                new SendParameters("a", Codec.OPUS, AUDIO, -1, ssrc + 2, 0, false));
    videoTrack =
        transport
            .media()
            .subscribe(
                publisher.videoTrack,
                new SendParameters(
                    "v", Codec.VP8, VIDEO, rtx ? RTX : -1, ssrc, rtx ? ssrc + 1 : 0, true));
  }

  @Override
  HeaderExtensionMap extensions() {
    return extensions;
  }

  @Override
  void onTick(long now) {
    if (missing.deadline() <= now) {
      int count = missing.collect(now, 150 * Conditions.MILLI, asked);
      if (count > 0) {
        nacked += count;
        beginRtcp().nack(OWN_SSRC, ssrc, asked, count);
        sendRtcp();
      }
    }
    if (missing.takeKeyFrameNeeded()) {
      video.giveUp();
    }
    askForKeyFrame(now);
    if (now >= nextReport && videoStatistics.started()) {
      nextReport = now + REPORT_NANOS;
      report(now);
    }
  }

  private void askForKeyFrame(long now) {
    if (!video.needsKey()) {
      waitingSince = -1;
      return;
    }
    if (waitingSince < 0) {
      // At the start, give the relay the time to ask by itself.
      waitingSince = video.decoded == 0 ? now + PLI_NANOS : now;
    }
    if (now >= waitingSince && now - lastPli >= PLI_NANOS) {
      lastPli = now;
      keyFrameRequests++;
      beginRtcp().pli(OWN_SSRC, ssrc);
      sendRtcp();
    }
  }

  private void report(long now) {
    RtcpWriter writer = beginRtcp();
    writer.receiverReport(OWN_SSRC);
    videoStatistics.takeReport();
    writer.reportBlock(ssrc, videoStatistics, now);
    if (audioStatistics.started()) {
      audioStatistics.takeReport();
      writer.reportBlock(ssrc + 2, audioStatistics, now);
    }
    writer.sdesCname(OWN_SSRC, new byte[] {'s'});
    sendRtcp();
  }

  @Override
  void onRtp(RtpPacket packet, long now) {
    if (packet.ssrc() == ssrc) {
      check(packet.payloadType() == VIDEO, "payload type");
      long index = videoStatistics.extend(packet.sequenceNumber());
      videoStatistics.received(index, packet.timestamp(), packet.length(), now);
      onVideo(packet, index, now);
    } else if (rtx && packet.ssrc() == ssrc + 1) {
      check(packet.payloadType() == RTX, "payload type");
      check(RtxPayload.restore(packet, VIDEO, ssrc), "RTX");
      onVideo(packet, videoStatistics.extend(packet.sequenceNumber()), now);
    } else {
      check(packet.ssrc() == ssrc + 2 && packet.payloadType() == AUDIO, "SSRC or payload type");
      audioStatistics.received(
          audioStatistics.extend(packet.sequenceNumber()),
          packet.timestamp(),
          packet.length(),
          now);
      byte[] payload = payload(packet);
      SentPacket sent = publisher.audio.packet(SentPacket.index(payload));
      check(Arrays.equals(payload, sent.payload()), "audio payload");
      check(packet.timestamp() == sent.timestamp, "audio timestamp");
      audioReceived++;
    }
  }

  /** Per packet; cheaper than an assertion's object each. */
  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("wrong: " + what);
    }
  }

  private void onVideo(RtpPacket packet, long index, long now) {
    missing.received(index, now);
    SentPacket sent = video.insert(index, payload(packet), packet.marker(), packet.timestamp());
    if (sent != null && sent.key) {
      missing.keyFrame(index);
    }
  }

  /** Packets that the relay sent again, as RTX or as they were. */
  int resends() {
    return retransmitted + repeats();
  }

  private static byte[] payload(RtpPacket packet) {
    return Bytes.toArray(packet.memory(), packet.payloadOffset(), packet.payloadLength());
  }

  @Override
  void onRtcp(RtcpReader reader, long now) {
    if (reader.type() == RtcpType.SENDER_REPORT) {
      senderReports++;
      ReceiveStatistics statistics =
          reader.senderSsrc() == ssrc ? videoStatistics : audioStatistics;
      statistics.senderReport(reader.ntpTimestamp(), now);
    }
  }

  /** Every packet has the next number, but for those that may have to be repeated to the bit. */
  private void checkNumber(RtpPacket packet) {
    boolean video = packet.ssrc() != ssrc + 2;
    check(packet.has(HeaderExtension.TRANSPORT_CC) == (!video || rtx), "a transport-wide number");
    long at = packet.extensionOffset(HeaderExtension.TRANSPORT_CC);
    if (at >= 0) {
      int number = Bytes.u16(packet.memory(), at);
      check(number == ((lastNumber + 1) & 0xFFFF), "the next transport-wide number");
      lastNumber = number;
    }
  }

  @Override
  public void leftRelay(RtpPacket packet, long index, long now) {
    packet.indexExtensions(extensions);
    String mid = packet.ssrc() == ssrc + 2 ? "a" : "v";
    checkNumber(packet);
    if (packet.paddingLength() != 0 || !mid.equals(text(packet, HeaderExtension.MID))) {
      throw new AssertionError("the header of packet " + index);
    }
    if (packet.ssrc() == ssrc) {
      byte[] payload = payload(packet);
      SentPacket sent =
          payload.length == 0
              ? SentPacket.paddingOnly(-1, packet.timestamp())
              : publisher.sentVideo(payload);
      sentVideo.put(index, sent);
      videoPackets++;
    } else if (packet.ssrc() == ssrc + 2) {
      long level = packet.extensionOffset(HeaderExtension.AUDIO_LEVEL);
      check(
          level >= 0 && Bytes.u8(packet.memory(), level) == SimulatedPublisher.LEVEL,
          "audio level");
      sentAudio.put(index, SentPacket.index(payload(packet)));
    } else {
      check(packet.ssrc() == ssrc + 1, "SSRC");
      retransmitted++;
      int original = RtxPayload.originalSequenceNumber(packet);
      byte[] payload = payload(packet);
      if (payload.length > RtxPayload.HEADER) {
        // As good as the packet itself, which may have come before we could start.
        sentVideo.putIfAbsent(
            SequenceNumbers.extend(sentVideo.lastKey(), original),
            publisher.sentVideo(Arrays.copyOfRange(payload, RtxPayload.HEADER, payload.length)));
      }
    }
  }

  private static @Nullable String text(RtpPacket packet, HeaderExtension extension) {
    long at = packet.extensionOffset(extension);
    if (at < 0) {
      return null;
    }
    MemorySegment memory = packet.memory();
    byte[] bytes = Bytes.toArray(memory, at, packet.extensionLength(extension));
    return new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Override
  public void leftRelay(RtcpReader reader, long now) {
    boolean first = true;
    int described = 0;
    int reports = 0;
    while (reader.next()) {
      RtcpType type = reader.type();
      assertThat(type)
          .isIn(RtcpType.SENDER_REPORT, RtcpType.RECEIVER_REPORT, RtcpType.SOURCE_DESCRIPTION);
      if (first) {
        assertThat(type).isNotEqualTo(RtcpType.SOURCE_DESCRIPTION);
        first = false;
      }
      switch (type) {
        case SENDER_REPORT -> {
          reports++;
          assertThat(reader.senderSsrc()).isIn(ssrc, ssrc + 2);
          // The publisher's clock, late by the way to us at most.
          long clock = NtpTime.toEpochNanos(reader.ntpTimestamp());
          assertThat(SimulatedPublisher.wallClock(now) - clock).isBetween(0L, 400_000_000L);
          boolean isVideo = reader.senderSsrc() == ssrc;
          int sent = isVideo ? videoPackets : sentAudio.size();
          assertThat(reader.packetCount()).as("packets sent").isEqualTo(sent);
        }
        case RECEIVER_REPORT -> reports++;
        default -> described++;
      }
    }
    assertThat(described).as("each report with its CNAME").isEqualTo(reports);
  }
}
