package org.consultrelay.relay.stun;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import org.consultrelay.relay.stun.StunDecoding.Malformed;
import org.consultrelay.relay.stun.StunDecoding.Reason;
import org.consultrelay.relay.wire.Bytes;

/** Tells STUN from other packets and decodes it (RFC 8489 §5, §6.3, RFC 7983 §7). */
public final class StunCodec {
  /** How many attributes a message may have; more is hostile. */
  public static final int MAX_ATTRIBUTES = 32;

  static final int HEADER = 20;
  static final int ATTRIBUTE_HEADER = 4;
  static final int MAGIC_COOKIE = 0x2112_A442;
  static final int FINGERPRINT = 0x8028;
  static final int FINGERPRINT_MASK = 0x5354_554E;
  static final int FIRST_OPTIONAL = 0x8000;

  private StunCodec() {}

  /**
   * Whether a packet is to be taken for STUN: first byte 0 to 3 (RFC 7983 §7), magic cookie, a
   * length that is a multiple of four. Allocates nothing.
   *
   * @param offset where the packet begins, in bytes
   * @param length of the packet, in bytes
   */
  public static boolean looksLikeStun(MemorySegment memory, long offset, int length) {
    return length >= HEADER
        && Bytes.u8(memory, offset) <= 3
        && Bytes.i32(memory, offset + 4) == MAGIC_COOKIE
        && (Bytes.u16(memory, offset + 2) & 3) == 0;
  }

  /**
   * Decodes a datagram, or one message cut from a stream. Everything in it may be hostile: a
   * message comes back only when each length holds, each known attribute has its form and the
   * fingerprint, if there is one, is right. Attributes after the integrity attribute are ignored,
   * but for FINGERPRINT and MESSAGE-INTEGRITY-SHA256 (RFC 8489 §14.5, §14.6).
   *
   * @param datagram is kept; the caller changes it no more
   */
  public static StunDecoding decode(byte[] datagram) {
    if (datagram.length < HEADER) {
      return new Malformed(Reason.TOO_SHORT);
    }
    int type = u16(datagram, 0);
    if (type >= 0x4000 || i32(datagram, 4) != MAGIC_COOKIE) {
      return new Malformed(Reason.NOT_STUN);
    }
    int length = u16(datagram, 2);
    if ((length & 3) != 0 || length + HEADER != datagram.length) {
      return new Malformed(Reason.BAD_LENGTH);
    }
    StunMethod method = StunMethod.ofCode(StunClass.methodOfType(type));
    return method == null
        ? new Malformed(Reason.UNKNOWN_METHOD)
        : attributes(datagram, StunClass.ofType(type), method);
  }

  private static StunDecoding attributes(byte[] bytes, StunClass messageClass, StunMethod method) {
    TransactionId id =
        new TransactionId(
            i32(bytes, 8), ((long) i32(bytes, 12) << 32) | Integer.toUnsignedLong(i32(bytes, 16)));
    List<StunAttribute> known = new ArrayList<>(6);
    List<Integer> unknown = null;
    int sha1At = -1;
    int sha256At = -1;
    boolean fingerprint = false;
    int[] seen = new int[MAX_ATTRIBUTES];
    int count = 0;
    for (int at = HEADER; at < bytes.length; ) {
      // The message length is a multiple of four, so a header always fits here.
      int type = u16(bytes, at);
      int length = u16(bytes, at + 2);
      int next = at + ATTRIBUTE_HEADER + ((length + 3) & ~3);
      if (next > bytes.length) {
        return new Malformed(Reason.ATTRIBUTE_OVERRUN);
      }
      if (count == MAX_ATTRIBUTES) {
        return new Malformed(Reason.TOO_MANY_ATTRIBUTES);
      }
      boolean repeated = contains(seen, count, type);
      seen[count++] = type;
      if (type == FINGERPRINT) {
        if (length != 4 || next != bytes.length || !fingerprintHolds(bytes, at)) {
          return new Malformed(Reason.BAD_FINGERPRINT);
        }
        fingerprint = true;
      } else if (type == IntegrityAlgorithm.SHA256.attributeType()) {
        if (sha256At < 0) {
          if (length != IntegrityAlgorithm.SHA256.length()) {
            return new Malformed(Reason.BAD_ATTRIBUTE);
          }
          sha256At = at;
        }
      } else if (type == IntegrityAlgorithm.SHA1.attributeType()) {
        if (sha1At < 0 && sha256At < 0) {
          if (length != IntegrityAlgorithm.SHA1.length()) {
            return new Malformed(Reason.BAD_ATTRIBUTE);
          }
          sha1At = at;
        }
      } else if (sha1At < 0 && sha256At < 0 && (!repeated || TurnAttributes.repeats(type))) {
        if (AttributeCodec.knows(type)) {
          StunAttribute attribute =
              AttributeCodec.decode(
                  Arrays.copyOfRange(bytes, at, at + ATTRIBUTE_HEADER + length), id);
          if (attribute == null) {
            return new Malformed(Reason.BAD_ATTRIBUTE);
          }
          known.add(attribute);
        } else if (type < FIRST_OPTIONAL) {
          unknown = unknown == null ? new ArrayList<>(2) : unknown;
          unknown.add(type);
        }
      }
      at = next;
    }
    return new StunMessage(
        messageClass,
        method,
        id,
        Collections.unmodifiableList(known),
        unknown == null ? List.of() : Collections.unmodifiableList(unknown),
        bytes,
        sha1At,
        sha256At,
        fingerprint);
  }

  private static boolean fingerprintHolds(byte[] bytes, int at) {
    // The header already counts the fingerprint, which is the last attribute.
    return i32(bytes, at + ATTRIBUTE_HEADER) == fingerprint(bytes, at);
  }

  /** FINGERPRINT's value over the first {@code length} bytes (RFC 8489 §14.7). */
  static int fingerprint(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue() ^ FINGERPRINT_MASK;
  }

  private static boolean contains(int[] types, int count, int type) {
    for (int i = 0; i < count; i++) {
      if (types[i] == type) {
        return true;
      }
    }
    return false;
  }

  static int u16(byte[] bytes, int at) {
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }

  private static int i32(byte[] bytes, int at) {
    return (u16(bytes, at) << 16) | u16(bytes, at + 2);
  }
}
