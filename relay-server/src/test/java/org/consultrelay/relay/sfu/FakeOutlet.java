package org.consultrelay.relay.sfu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.Bytes;

/** Keeps what is sent, in the clear. */
final class FakeOutlet implements MediaOutlet {
  /** An RTP packet as it left. */
  record Sent(byte[] bytes, int headerLength, int ssrc, long index) {
    RtpPacket rtp() {
      RtpPacket packet = new RtpPacket();
      if (!packet.parse(MemorySegment.ofArray(bytes), 0, bytes.length)
          || !packet.decrypted(bytes.length)
          || packet.headerLength() != headerLength
          || packet.ssrc() != ssrc
          || packet.sequenceNumber() != (index & 0xFFFF)) {
        throw new AssertionError("not the packet that it is said to be");
      }
      return packet;
    }

    byte[] payload() {
      return Arrays.copyOfRange(bytes, headerLength, bytes.length);
    }
  }

  final List<Sent> rtp = new ArrayList<>();
  final List<byte[]> rtcp = new ArrayList<>();
  boolean open = true;
  boolean broken;
  private final MemorySegment memory = Arena.ofAuto().allocate(2_048);

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public long claim(int length) {
    if (length > 2_048) {
      throw new AssertionError("a claim of " + length);
    }
    return 0;
  }

  @Override
  public void sendRtp(
      long at,
      int headerLength,
      MemorySegment source,
      long payloadOffset,
      int payloadLength,
      int ssrc,
      long index) {
    if (broken) {
      throw new IllegalStateException("broken on purpose");
    }
    byte[] bytes = new byte[headerLength + payloadLength];
    MemorySegment target = MemorySegment.ofArray(bytes);
    MemorySegment.copy(memory, at, target, 0, headerLength);
    MemorySegment.copy(source, payloadOffset, target, headerLength, payloadLength);
    rtp.add(new Sent(bytes, headerLength, ssrc, index));
  }

  @Override
  public void sendRtcp(long at, int length) {
    rtcp.add(Bytes.toArray(memory, at, length));
  }

  Sent last() {
    return rtp.getLast();
  }

  /** The types in a compound, in order. */
  static List<String> types(byte[] compound) {
    List<String> types = new ArrayList<>();
    RtcpReader reader = reader(compound);
    while (reader.next()) {
      types.add(reader.type().name());
    }
    return types;
  }

  static RtcpReader reader(byte[] compound) {
    RtcpReader reader = new RtcpReader();
    if (!reader.wrap(MemorySegment.ofArray(compound), 0, compound.length)) {
      throw new AssertionError("not RTCP: " + reader.failure());
    }
    return reader;
  }

  /** How many packets of that type have left. */
  long count(String type) {
    return rtcp.stream().flatMap(compound -> types(compound).stream()).filter(type::equals).count();
  }
}
