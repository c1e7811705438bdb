package org.consultrelay.relay.sfu;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.layers.PacketFacts;
import org.consultrelay.relay.layers.StreamSwitch;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.RtxPayload;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Writes the packets of one subscription and hands them to the subscriber's outlet, numbered for
 * its line. The switch says with which numbers.
 */
final class PacketSender {
  private static final int MAX_PADDING = 224;

  private final MediaOutlet outlet;
  private final Line line;
  private final StreamSwitch streams;
  private final int payloadType;
  private final int ssrc;
  private final int rtxPayloadType;
  private final int rtxSsrc;
  private final OutgoingHeader header;
  private final boolean numbered;
  private final @Nullable AudioRedundancy redundancy;
  private long rtxIndex;

  /**
   * A sender.
   *
   * @param redundancy in which form audio goes out; null where there is one form only
   * @param firstRtx the index before the first retransmission's
   */
  PacketSender(
      MediaEndpoint subscriber,
      SendParameters parameters,
      StreamSwitch streams,
      @Nullable AudioRedundancy redundancy,
      long firstRtx) {
    this.outlet = subscriber.outlet();
    this.line = subscriber.line();
    this.payloadType = parameters.payloadType();
    this.ssrc = parameters.ssrc();
    this.rtxPayloadType = parameters.rtxPayloadType();
    this.rtxSsrc = parameters.rtxSsrc();
    this.streams = streams;
    this.redundancy = redundancy;
    this.header =
        new OutgoingHeader(subscriber.headerWriter(), subscriber.extensions(), parameters.mid());
    // A packet that is sent again without RTX must be the same to the bit, number and all.
    this.numbered = header.hasNumbers() && (!parameters.nack() || hasRtx());
    this.rtxIndex = firstRtx;
  }

  boolean hasRtx() {
    return rtxPayloadType >= 0;
  }

  /** Whether what it sends tells how much the line carries. */
  boolean isNumbered() {
    return numbered;
  }

  /**
   * Sends the packet that the switch has decided on. Returns the bytes of its payload.
   *
   * @param fills whether it goes without its payload, to fill a number
   */
  int send(RtpPacket rtp, PacketFacts facts, boolean fills, long nowNanos) {
    if (redundancy != null && !fills) {
      return sendAudio(redundancy, rtp, facts, nowNanos);
    }
    int payload = fills ? 0 : rtp.payloadLength();
    int number = numbered ? line.nextNumber() : OutgoingHeader.NO_NUMBER;
    long out = streams.out();
    long at = outlet.claim(header.longest(facts, streams) + payload);
    int length =
        header.write(
            outlet.memory(),
            at,
            rtp,
            facts,
            streams,
            payloadType,
            (int) out & 0xFFFF,
            ssrc,
            number,
            fills);
    if (!fills) {
      streams.patch(rtp.memory(), rtp.payloadOffset(), facts);
    }
    outlet.sendRtp(at, length, rtp.memory(), rtp.payloadOffset(), payload, ssrc, out);
    if (!fills) {
      streams.restore(rtp.memory(), rtp.payloadOffset(), facts);
    }
    if (numbered) {
      line.sent(number, length + payload, nowNanos);
    }
    return payload;
  }

  private int sendAudio(AudioRedundancy form, RtpPacket rtp, PacketFacts facts, long nowNanos) {
    form.prepare(rtp);
    int payload = form.length();
    int number = numbered ? line.nextNumber() : OutgoingHeader.NO_NUMBER;
    long out = streams.out();
    long at = outlet.claim(header.longest(facts, streams) + payload);
    int length =
        header.write(
            outlet.memory(),
            at,
            rtp,
            facts,
            streams,
            form.payloadType(),
            (int) out & 0xFFFF,
            ssrc,
            number,
            false);
    if (form.isMade()) {
      MemorySegment memory = outlet.memory();
      form.write(memory, at + length, rtp);
      outlet.sendRtp(at, length, memory, at + length, payload, ssrc, out);
    } else {
      form.retype(rtp);
      outlet.sendRtp(at, length, rtp.memory(), form.offset(), payload, ssrc, out);
    }
    form.done(rtp);
    if (numbered) {
      line.sent(number, length + payload, nowNanos);
    }
    return payload;
  }

  /**
   * Sends the packet that the switch has decided on again, by RTX (RFC 4588). Returns its bytes.
   *
   * @param fills whether it went without its payload
   */
  int sendRtx(RtpPacket rtp, PacketFacts facts, boolean fills, long nowNanos) {
    int bytes = fills ? 0 : rtp.payloadLength();
    int number = numbered ? line.nextNumber() : OutgoingHeader.NO_NUMBER;
    long index = ++rtxIndex;
    long at = outlet.claim(header.longest(facts, streams) + RtxPayload.HEADER + bytes);
    MemorySegment memory = outlet.memory();
    int length =
        header.write(
            memory,
            at,
            rtp,
            facts,
            streams,
            rtxPayloadType,
            (int) index & 0xFFFF,
            rtxSsrc,
            number,
            fills);
    long payload = at + length;
    RtxPayload.write(memory, payload, (int) streams.out() & 0xFFFF);
    // Behind the original number the payload stands in another place: the one copy of a rare
    // packet.
    Bytes.copy(rtp.memory(), rtp.payloadOffset(), memory, payload + RtxPayload.HEADER, bytes);
    if (!fills) {
      streams.patch(memory, payload + RtxPayload.HEADER, facts);
    }
    outlet.sendRtp(at, length, memory, payload, RtxPayload.HEADER + bytes, rtxSsrc, index);
    int whole = length + RtxPayload.HEADER + bytes;
    if (numbered) {
      line.sent(number, whole, nowNanos);
    }
    return whole;
  }

  /**
   * Sends a packet that carries nothing, by RTX: where there is nothing to send again, it tells as
   * much about the line. Returns its bytes.
   *
   * @param bytes about how many are wanted
   */
  int sendPadding(int bytes, long nowNanos) {
    int padding = Math.clamp(bytes, 1, MAX_PADDING);
    int number = line.nextNumber();
    long index = ++rtxIndex;
    long at = outlet.claim(OutgoingHeader.MAX_LENGTH + MAX_PADDING);
    MemorySegment memory = outlet.memory();
    int length =
        header.writePadding(
            memory, at, rtxPayloadType, (int) index & 0xFFFF, streams.timestamp(), rtxSsrc, number);
    long payload = at + length;
    for (int i = 0; i < padding - 1; i++) {
      Bytes.put8(memory, payload + i, 0);
    }
    // RFC 3550 §5.1: the last byte says how many there are.
    Bytes.put8(memory, payload + padding - 1, padding);
    outlet.sendRtp(at, length, memory, payload, padding, rtxSsrc, index);
    line.sent(number, length + padding, nowNanos);
    return length + padding;
  }
}
