package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.NtpTime;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpType;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.RtxPayload;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.sfu.ReceiveParameters;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.wire.Bytes;

/**
 * Somebody with a camera (VP8, 25 frames a second) and a microphone (Opus), who behaves as browsers
 * do: key frames when asked, retransmissions as RTX, transport-wide numbers, sender reports, now
 * and then padding.
 */
final class SimulatedPublisher extends SimulatedPeer {
  static final int VIDEO = 96;
  static final int RTX = 97;
  static final int AUDIO = 111;
  static final byte LEVEL = 0x35;

  private static final long EPOCH_NANOS = 1_700_000_000_000_000_000L;
  private static final long FRAME_NANOS = 40_000_000;
  private static final long AUDIO_NANOS = 20_000_000;
  private static final long REPORT_NANOS = 1_000_000_000;
  private static final int HISTORY = 600;

  final HeaderExtensionMap extensions = extensions(1, 6, 3);
  final Publication videoTrack;
  final Publication audioTrack;
  final TransportNumbers numbers;
  final List<SentStream> videos = new ArrayList<>();
  SentStream video;
  final SentStream audio;
  boolean sending = true;
  boolean padding;

  /** When PLIs left the relay, and what the relay asked for again. */
  final List<Long> keyFrameRequests = new ArrayList<>();

  int nacked;
  int keyFrames;
  int frame;
  long slowestRoundTrip = -1;
  long quickestRoundTrip = Long.MAX_VALUE;
  int receiverReports;

  private final RtpHeaderWriter header = new RtpHeaderWriter();
  private final int[] asked = new int[512];
  private long nextFrame;
  private long nextAudio;
  private long nextReport;
  private boolean keyFrameWanted = true;

  SimulatedPublisher(
      SplittableRandom random,
      SimulatedNetwork network,
      RelaySide relay,
      SrtpProfile profile,
      Arena arena,
      boolean announced) {
    super(random, network, relay, profile, arena);
    numbers = new TransportNumbers(65_536 - random.nextInt(400));
    video = new SentStream(0xA000_0001, 0xA000_0002, VIDEO, 65_536 - 100 - random.nextInt(300));
    videos.add(video);
    audio = new SentStream(0xA000_0003, 0, AUDIO, 65_536 - 50 - random.nextInt(200));
    transport.media().negotiated(extensions, random.nextBoolean(), false);
    audioTrack =
        transport
            .media()
            .publish(
                new ReceiveParameters(
                    "0", Codec.OPUS, AUDIO, -1, announced ? audio.ssrc : 0, 0, false, false));
    videoTrack =
        transport
            .media()
            .publish(
                new ReceiveParameters(
                    "1",
                    Codec.VP8,
                    VIDEO,
                    RTX,
                    announced ? video.ssrc : 0,
                    announced ? video.rtxSsrc : 0,
                    true,
                    true));
  }

  /** Goes on under another SSRC, as after a device change in some clients. */
  void changeVideoSource() {
    video = new SentStream(video.ssrc + 16, video.rtxSsrc + 16, VIDEO, 1 + random.nextInt(30_000));
    videos.add(video);
    keyFrameWanted = true;
  }

  /** The stream with an SSRC. */
  SentPacket sentVideo(byte[] payload) {
    // Streams do not overlap in their frames, but may in their numbers: the frame decides.
    long index = SentPacket.index(payload);
    for (SentStream stream : videos) {
      long at = index - stream.firstIndex;
      if (at >= 0 && at < stream.packets.size()) {
        SentPacket packet = stream.packet(index);
        if (SentPacket.isSame(packet.payload(), payload)) {
          return packet;
        }
      }
    }
    throw new AssertionError("a video payload that the publisher never sent: index " + index);
  }

  @Override
  HeaderExtensionMap extensions() {
    return extensions;
  }

  @Override
  void onTick(long now) {
    if (!sending) {
      return;
    }
    if (nextFrame == 0) {
      nextFrame = now;
      nextAudio = now;
      nextReport = now + REPORT_NANOS / 4;
    }
    if (now >= nextAudio) {
      nextAudio += AUDIO_NANOS;
      SentPacket packet =
          new SentPacket(
              audio.nextIndex(), 0, 0, 1, false, timestamp(now, 48), 60 + random.nextInt(80));
      audio.packets.add(packet);
      send(audio, packet, false);
    }
    if (now >= nextFrame) {
      nextFrame += FRAME_NANOS;
      sendFrame(now);
    }
    if (now >= nextReport) {
      nextReport += REPORT_NANOS;
      report(now);
    }
  }

  private static int timestamp(long now, int perMilli) {
    return (int) (7_777_777 + now / 1_000 * perMilli / 1_000);
  }

  private void sendFrame(long now) {
    boolean key = keyFrameWanted;
    keyFrameWanted = false;
    keyFrames += key ? 1 : 0;
    int parts = key ? 5 + random.nextInt(4) : 1 + random.nextInt(4);
    int size = 300 + random.nextInt(800);
    int timestamp = timestamp(now, 90);
    for (int part = 0; part < parts; part++) {
      boolean last = part == parts - 1;
      int length = last ? SentPacket.shortest() + random.nextInt(size) : size;
      SentPacket packet =
          new SentPacket(
              video.nextIndex(),
              frame,
              part,
              parts,
              key && part == 0,
              timestamp,
              Math.min(length, size));
      video.packets.add(packet);
      send(video, packet, last);
    }
    frame++;
    if (padding && random.nextInt(25) == 0) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        SentPacket packet = SentPacket.paddingOnly(video.nextIndex(), timestamp);
        video.packets.add(packet);
        send(video, packet, false);
      }
    }
  }

  private void send(SentStream stream, SentPacket packet, boolean marker) {
    int place = numbers.next();
    int headerLength =
        header(stream.payloadType, stream.ssrc, packet, (int) packet.index, marker, place);
    int length = packet.payloadLength;
    Bytes.put(scratch(), headerLength, packet.payload());
    if (packet.isPaddingOnly()) {
      length = pad(headerLength, 200);
    }
    stream.octets += packet.payloadLength;
    packet.datagram =
        sendRtp(
            headerLength,
            length,
            stream.ssrc,
            packet.index,
            now -> {
              packet.arrived = true;
              numbers.arrived(place, now);
            });
  }

  private int pad(int headerLength, int length) {
    Bytes.put8(scratch(), 0, Bytes.u8(scratch(), 0) | 0x20);
    for (int i = 0; i < length; i++) {
      Bytes.put8(scratch(), headerLength + i, i == length - 1 ? length : 0);
    }
    return length;
  }

  private int header(
      int payloadType, int ssrc, SentPacket packet, int sequence, boolean marker, int place) {
    header.begin(scratch(), 0, 200, marker, payloadType, sequence, packet.timestamp, ssrc);
    String mid = payloadType == AUDIO ? "0" : "1";
    header.extensionBytes(
        extensions.id(HeaderExtension.MID),
        mid.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    header.extension16(extensions.id(HeaderExtension.TRANSPORT_CC), numbers.number(place));
    if (payloadType == AUDIO) {
      header.extension8(extensions.id(HeaderExtension.AUDIO_LEVEL), LEVEL);
    }
    return header.finish();
  }

  /** Sends RTX (RFC 4588). */
  private void sendAgain(SentStream stream, SentPacket packet) {
    int place = numbers.next();
    long index = ++stream.rtxIndex;
    int headerLength =
        header(
            RTX,
            stream.rtxSsrc,
            packet,
            (int) index,
            packet.endsFrame() && !packet.isPaddingOnly(),
            place);
    RtxPayload.write(scratch(), headerLength, (int) packet.index & 0xFFFF);
    Bytes.put(scratch(), headerLength + RtxPayload.HEADER, packet.payload());
    sendRtp(
        headerLength,
        RtxPayload.HEADER + packet.payloadLength,
        stream.rtxSsrc,
        index,
        now -> {
          packet.arrived = true;
          numbers.arrived(place, now);
        });
  }

  private void report(long now) {
    for (SentStream stream : List.of(audio, video)) {
      RtcpWriter writer = beginRtcp();
      writer.senderReport(
          stream.ssrc,
          NtpTime.ofEpochNanos(EPOCH_NANOS + now),
          timestamp(now, stream == audio ? 48 : 90),
          stream.packets.size(),
          stream.octets);
      writer.sdesCname(stream.ssrc, new byte[] {'p'});
      sendRtcp();
    }
  }

  /** The wall clock that our reports carry. */
  static long wallClock(long now) {
    return EPOCH_NANOS + now;
  }

  @Override
  void onRtp(RtpPacket packet, long now) {
    throw new AssertionError("media to somebody who plays nothing");
  }

  @Override
  void onRtcp(RtcpReader reader, long now) {
    switch (reader.type()) {
      case NACK -> {
        assertThat(reader.mediaSsrc()).isIn(videos.stream().map(s -> (Object) s.ssrc).toArray());
        if (reader.mediaSsrc() == video.ssrc) {
          int count = reader.nackSequences(asked);
          for (int i = 0; i < count; i++) {
            SentPacket packet = video.recent(asked[i], HISTORY);
            if (packet != null) {
              sendAgain(video, packet);
            }
          }
        }
      }
      case PLI -> keyFrameWanted |= reader.mediaSsrc() == video.ssrc;
      case FIR -> keyFrameWanted |= reader.firSsrc(0) == video.ssrc;
      case RECEIVER_REPORT -> {
        for (int i = 0; i < reader.reportCount(); i++) {
          receiverReports++;
          long roundTrip =
              NtpTime.roundTripNanos(
                  NtpTime.middle(NtpTime.ofEpochNanos(wallClock(now))),
                  reader.lastSenderReport(i),
                  reader.delaySinceLastSenderReport(i));
          if (roundTrip >= 0) {
            slowestRoundTrip = Math.max(slowestRoundTrip, roundTrip);
            quickestRoundTrip = Math.min(quickestRoundTrip, roundTrip);
          }
        }
      }
      default -> {}
    }
  }

  @Override
  public void leftRelay(RtpPacket packet, long index, long now) {
    throw new AssertionError("media to somebody who plays nothing");
  }

  @Override
  public void leftRelay(RtcpReader reader, long now) {
    while (reader.next()) {
      assertThat(reader.type()).isNotIn(RtcpType.MALFORMED, RtcpType.OTHER, RtcpType.NONE);
      switch (reader.type()) {
        case TRANSPORT_FEEDBACK -> numbers.report(reader, now);
        case PLI -> keyFrameRequests.add(now);
        case NACK -> nacked += reader.nackSequences(asked);
        default -> {}
      }
    }
  }
}
