package org.consultrelay.relay.transport;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.sfu.ReceiveParameters;
import org.consultrelay.relay.sfu.SendParameters;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.wire.Bytes;

/** Somebody who was let in, has keys, and sends nonsense under them. */
final class Stranger extends SimulatedPeer {
  private static final int[] SSRCS = {1, 2, 3, 0, -1, 77, 0xB100_0000, 0xB100_0001, 0xB100_0002};
  private static final int[] PAYLOAD_TYPES = {96, 97, 111, 96, 97, 111, 0, 63, 5, 127};

  final Publication video;
  private final HeaderExtensionMap extensions = extensions(1, 6, 3);
  private final Map<Integer, Long> indexes = new HashMap<>();

  Stranger(
      SplittableRandom random,
      SimulatedNetwork network,
      RelaySide relay,
      SrtpProfile profile,
      Arena arena) {
    super(random, network, relay, profile, arena);
    transport.media().negotiated(extensions, true, random.nextBoolean());
    video =
        transport
            .media()
            .publish(new ReceiveParameters("1", Codec.VP8, 96, 97, 0, 0, true, true));
    transport.media().publish(new ReceiveParameters("0", Codec.OPUS, 111, -1, 0, 0, true, false));
  }

  void subscribe(Publication publication, int ssrc, boolean rtx) {
    transport
        .media()
        .subscribe(
            publication,
            new SendParameters("v", Codec.VP8, 96, rtx ? 97 : -1, ssrc, ssrc + 1, true));
  }

  /** RTP of random shape, authentic. */
  byte[] nonsenseRtp() {
    int length = 12 + random.nextInt(random.nextInt(10) == 0 ? 1_400 : 80);
    byte[] packet = new byte[length];
    random.nextBytes(packet);
    // Version 2; padding, extension and CSRCs as they come, but half of the time none.
    packet[0] = (byte) (0x80 | (random.nextBoolean() ? 0 : packet[0] & 0x3F));
    packet[1] =
        (byte) (packet[1] & 0x80 | PAYLOAD_TYPES[random.nextInt(PAYLOAD_TYPES.length)]);
    Bytes.put(scratch(), 0, packet);
    int ssrc =
        random.nextInt(50) == 0 ? random.nextInt() : SSRCS[random.nextInt(SSRCS.length)];
    int step = random.nextInt(20) == 0 ? 1 + random.nextInt(3_000) : 1;
    long index = indexes.merge(ssrc, (long) step, Long::sum);
    Bytes.put16(scratch(), 2, (int) index & 0xFFFF);
    Bytes.put32(scratch(), 8, ssrc);
    RtpPacket shape = new RtpPacket();
    int header = shape.parse(scratch(), 0, length) ? shape.headerLength() : 12;
    return sendRtp(header, length - header, ssrc, index, null);
  }

  /** RTCP of random shape, authentic. */
  byte[] nonsenseRtcp(int aboutSsrc) {
    RtcpWriter writer = beginRtcp();
    int[] numbers = new int[40];
    for (int packet = random.nextInt(4); packet >= 0; packet--) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = random.nextInt(65_536);
      }
      switch (random.nextInt(7)) {
        case 0 -> writer.nack(random.nextInt(), aboutSsrc, numbers, numbers.length);
        case 1 -> writer.pli(random.nextInt(), aboutSsrc);
        case 2 -> writer.fir(random.nextInt(), aboutSsrc, random.nextInt(256));
        case 3 ->
            writer.senderReport(
                SSRCS[random.nextInt(SSRCS.length)], random.nextLong(), random.nextInt(), 1, 2);
        case 4 -> {
          writer.receiverReport(random.nextInt());
          writer.reportBlock(aboutSsrc, 255, -5, random.nextInt(), 9, random.nextInt(), random.nextInt());
        }
        case 5 -> writer.remb(1, random.nextLong() >>> 1, numbers, 3);
        default -> writer.sdesCname(random.nextInt(), new byte[random.nextInt(255)]);
      }
    }
    // Some of it damaged before it is encrypted; the first word says that it is RTCP.
    for (int i = random.nextInt(6) - 2; i > 0 && writer.length() > 8; i--) {
      Bytes.put8(scratch(), 8 + random.nextInt(writer.length() - 8), random.nextInt(256));
    }
    return sendRtcp();
  }

  @Override
  HeaderExtensionMap extensions() {
    return extensions;
  }

  @Override
  void onTick(long now) {}

  @Override
  void onRtp(RtpPacket packet, long now) {}

  @Override
  void onRtcp(RtcpReader packet, long now) {}

  @Override
  public void leftRelay(RtpPacket packet, long itsIndex, long now) {}

  @Override
  public void leftRelay(RtcpReader rtcp, long now) {}
}
