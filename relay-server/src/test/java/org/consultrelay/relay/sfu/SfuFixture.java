package org.consultrelay.relay.sfu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;

/** A loop's media without network and keys: endpoints, and packets put into them by hand. */
final class SfuFixture {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000_000_000L;
  static final int VIDEO = 96;
  static final int RTX = 97;
  static final int AUDIO = 111;
  static final HeaderExtensionMap IN = extensions(1, 3, 6);
  static final HeaderExtensionMap OUT = extensions(9, 7, 2);

  final SlotPool pool = new SlotPool(Arena.ofAuto().allocate(SlotPool.STRIDE * 1_000L));
  final MediaCounters counters = new MediaCounters();
  final ForwardingTurn turn = new ForwardingTurn(pool, counters);
  final FakeOutlet up = new FakeOutlet();
  final FakeOutlet down = new FakeOutlet();
  final MediaEndpoint publisher = endpoint(up, IN);
  final MediaEndpoint subscriber = endpoint(down, OUT);
  long rescheduled = Long.MAX_VALUE;
  long now = SECOND;

  MediaEndpoint endpoint(FakeOutlet outlet, HeaderExtensionMap extensions) {
    MediaEndpoint endpoint =
        new MediaEndpoint(turn, outlet, at -> rescheduled = at, new SplittableRandom(3), "cname");
    endpoint.negotiated(extensions, true, false);
    return endpoint;
  }

  static HeaderExtensionMap extensions(int mid, int transportCc, int level) {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    builder.put(HeaderExtension.MID, mid);
    builder.put(HeaderExtension.TRANSPORT_CC, transportCc);
    builder.put(HeaderExtension.AUDIO_LEVEL, level);
    builder.put(HeaderExtension.RID, 10);
    builder.put(HeaderExtension.REPAIRED_RID, 11);
    return builder.build();
  }

  static ReceiveParameters video(int ssrc, int rtxSsrc) {
    return new ReceiveParameters("1", Codec.VP8, VIDEO, RTX, ssrc, rtxSsrc, true, true);
  }

  static ReceiveParameters audio(int ssrc, boolean nack) {
    return new ReceiveParameters("0", Codec.OPUS, AUDIO, -1, ssrc, 0, nack, false);
  }

  static SendParameters send(Codec codec, int ssrc, boolean rtx) {
    return new SendParameters("v", codec, 102, rtx ? 103 : -1, ssrc, rtx ? ssrc + 1 : 0, true);
  }

  /** A packet to be received. */
  static final class In {
    int payloadType = VIDEO;
    int ssrc = 10;
    int sequence;
    int timestamp;
    boolean marker;
    boolean padding;
    String mid = "";
    String rid = "";
    String repairedRid = "";
    int transportNumber = -1;
    int level = -1;
    byte[] payload = {0x10, 1, 2, 3};

    In(int sequence) {
      this.sequence = sequence;
      this.timestamp = sequence * 100;
    }

    In key() {
      payload = new byte[] {0x10, 0, 2, (byte) sequence};
      return this;
    }

    In payload(int... bytes) {
      payload = new byte[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        payload[i] = (byte) bytes[i];
      }
      return this;
    }

    In paddingOnly() {
      padding = true;
      payload = new byte[] {0, 0, 3};
      return this;
    }

    In of(int itsType, int itsSsrc) {
      payloadType = itsType;
      ssrc = itsSsrc;
      return this;
    }

    In rid(String itsRid) {
      rid = itsRid;
      return this;
    }

    In repairedRid(String itsRid) {
      repairedRid = itsRid;
      return this;
    }

    In mid(String itsMid) {
      mid = itsMid;
      return this;
    }
  }

  static In packet(int sequence) {
    In in = new In(sequence);
    in.payload(0, 1, 2, sequence);
    return in;
  }

  static In key(int sequence) {
    return new In(sequence).key();
  }

  /** Receives packets as one turn, without its end. */
  boolean receive(In in) {
    int slot = pool.claim();
    long at = SlotPool.offset(slot);
    MemorySegment memory = pool.memory();
    RtpHeaderWriter writer = new RtpHeaderWriter();
    writer.begin(memory, at, 200, in.marker, in.payloadType, in.sequence, in.timestamp, in.ssrc);
    if (!in.mid.isEmpty()) {
      writer.extensionBytes(IN.id(HeaderExtension.MID), in.mid.getBytes(StandardCharsets.US_ASCII));
    }
    text(writer, HeaderExtension.RID, in.rid);
    text(writer, HeaderExtension.REPAIRED_RID, in.repairedRid);
    if (in.transportNumber >= 0) {
      writer.extension16(IN.id(HeaderExtension.TRANSPORT_CC), in.transportNumber);
    }
    if (in.level >= 0) {
      writer.extension8(IN.id(HeaderExtension.AUDIO_LEVEL), in.level);
    }
    int header = writer.finish();
    Bytes.put(memory, at + header, in.payload);
    if (in.padding) {
      Bytes.put8(memory, at, Bytes.u8(memory, at) | 0x20);
    }
    int length = header + in.payload.length;
    MediaPacket packet = turn.next(slot, now);
    if (!packet.rtp().parse(memory, at, length) || !packet.rtp().decrypted(length)) {
      throw new AssertionError("not RTP");
    }
    boolean taken = publisher.onRtp(packet, now);
    if (!taken) {
      pool.release(slot);
    }
    return taken;
  }

  private static void text(RtpHeaderWriter writer, HeaderExtension extension, String value) {
    if (!value.isEmpty()) {
      writer.extensionBytes(IN.id(extension), value.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Receives packets as one turn. */
  void turn(In... packets) {
    for (In in : packets) {
      receive(in);
    }
    turn.end(now);
  }

  void rtcp(MediaEndpoint to, Consumer<RtcpWriter> packets) {
    byte[] bytes = new byte[1_200];
    RtcpWriter writer = new RtcpWriter();
    writer.begin(MemorySegment.ofArray(bytes), 0, bytes.length);
    packets.accept(writer);
    to.onRtcp(MemorySegment.ofArray(bytes), 0, writer.length(), now);
  }

  void nack(int mediaSsrc, int... sequences) {
    rtcp(subscriber, writer -> writer.nack(1, mediaSsrc, sequences, sequences.length));
  }

  int slotsOut() {
    return pool.slots() - pool.available();
  }
}
