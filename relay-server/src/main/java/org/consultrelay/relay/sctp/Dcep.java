package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** Messages that open channels (RFC 8832 §5) and what payload protocol identifiers mean. */
final class Dcep {
  static final int CONTROL = 50;
  static final int STRING = 51;
  static final int BINARY_PARTIAL = 52;
  static final int BINARY = 53;
  static final int STRING_PARTIAL = 54;
  static final int STRING_EMPTY = 56;
  static final int BINARY_EMPTY = 57;

  static final int ACK = 2;
  static final int OPEN = 3;

  private static final int FIXED = 12;
  private static final int UNORDERED = 0x80;

  private Dcep() {}

  /**
   * A DATA_CHANNEL_OPEN.
   *
   * @param label of any bytes, of which those that are not UTF-8 are replaced
   */
  record Open(String label, String protocol, Reliability reliability) {}

  static byte[] ack() {
    return new byte[] {ACK};
  }

  static byte[] write(Open open) {
    byte[] label = open.label.getBytes(StandardCharsets.UTF_8);
    byte[] protocol = open.protocol.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[FIXED + label.length + protocol.length];
    MemorySegment memory = MemorySegment.ofArray(bytes);
    int type =
        switch (open.reliability.delivery()) {
          case Reliability.Reliable _ -> 0;
          case Reliability.MaxRetransmits _ -> 1;
          case Reliability.MaxLifetime _ -> 2;
        };
    long parameter =
        switch (open.reliability.delivery()) {
          case Reliability.Reliable _ -> 0;
          case Reliability.MaxRetransmits(long count) -> count;
          case Reliability.MaxLifetime(long millis) -> millis;
        };
    Bytes.put8(memory, 0, OPEN);
    Bytes.put8(memory, 1, open.reliability.ordered() ? type : type | UNORDERED);
    Bytes.put32(memory, 4, (int) parameter);
    Bytes.put16(memory, 8, label.length);
    Bytes.put16(memory, 10, protocol.length);
    Bytes.put(memory, FIXED, label);
    Bytes.put(memory, FIXED + label.length, protocol);
    return bytes;
  }

  /** Reads a DATA_CHANNEL_OPEN; null if it is malformed, or longer than we take. */
  static @Nullable Open read(byte[] bytes, int maxLabel) {
    MemorySegment memory = MemorySegment.ofArray(bytes);
    if (bytes.length < FIXED || bytes[0] != OPEN) {
      return null;
    }
    int label = Bytes.u16(memory, 8);
    int protocol = Bytes.u16(memory, 10);
    if (label > maxLabel || protocol > maxLabel || FIXED + label + protocol != bytes.length) {
      return null;
    }
    int type = Bytes.u8(memory, 1);
    long parameter = Bytes.u32(memory, 4);
    Reliability.Delivery delivery =
        switch (type & ~UNORDERED) {
          case 0 -> new Reliability.Reliable();
          case 1 -> new Reliability.MaxRetransmits(parameter);
          case 2 -> new Reliability.MaxLifetime(parameter);
          default -> null;
        };
    if (delivery == null) {
      return null;
    }
    return new Open(
        new String(bytes, FIXED, label, StandardCharsets.UTF_8),
        new String(bytes, FIXED + label, protocol, StandardCharsets.UTF_8),
        new Reliability((type & UNORDERED) == 0, delivery));
  }
}
