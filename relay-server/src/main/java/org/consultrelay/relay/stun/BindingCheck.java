package org.consultrelay.relay.stun;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import org.consultrelay.relay.wire.HmacSha1;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The ordinary connectivity check (RFC 8445 §7.2.4), which each browser repeats every few seconds
 * as long as a call lasts (RFC 7675): read, verified and answered without allocating. A flyweight:
 * one per loop, it holds the check parsed last.
 *
 * <p>It takes the usual form only: a Binding request with USERNAME, PRIORITY, ICE-CONTROLLING,
 * MESSAGE-INTEGRITY, FINGERPRINT, and at most USE-CANDIDATE, SOFTWARE and what may be ignored
 * besides. Whatever is odd is left to {@link StunCodec#decode}, and all that is taken here that one
 * takes too and means the same. Nothing in a check is to be believed before {@link #verify}.
 */
public final class BindingCheck {
  /** The longest check that is looked at, in bytes; browsers' have about 120. */
  public static final int MAX_LENGTH = 1_536;

  /** The most bytes of an answer. */
  public static final int MAX_ANSWER = 76;

  private static final int HEADER = StunCodec.HEADER;
  private static final int ATTRIBUTE_HEADER = StunCodec.ATTRIBUTE_HEADER;
  private static final int REQUEST = 0x0001;
  private static final int SUCCESS = 0x0101;
  private static final int USERNAME = 0x0006;
  private static final int MESSAGE_INTEGRITY = 0x0008;
  private static final int XOR_MAPPED_ADDRESS = 0x0020;
  private static final int PRIORITY = 0x0024;
  private static final int USE_CANDIDATE = 0x0025;
  private static final int SOFTWARE = 0x8022;
  private static final int ICE_CONTROLLING = 0x802A;
  private static final int INTEGRITY_LENGTH = ATTRIBUTE_HEADER + HmacSha1.LENGTH;
  private static final int FINGERPRINT_LENGTH = ATTRIBUTE_HEADER + 4;
  private static final int MAX_USERNAME = 508;
  private static final int MAX_SOFTWARE = 763;

  // What was seen of the attributes: a second one of a kind is odd.
  private static final int SEEN_USERNAME = 1;
  private static final int SEEN_PRIORITY = 2;
  private static final int SEEN_CONTROLLING = 4;
  private static final int SEEN_INTEGRITY = 8;
  private static final int SEEN_USE_CANDIDATE = 16;
  private static final int SEEN_SOFTWARE = 32;
  private static final int NEEDED =
      SEEN_USERNAME | SEEN_PRIORITY | SEEN_CONTROLLING | SEEN_INTEGRITY;

  private final MessageDigest sha1 = HmacSha1.sha1();
  private final CRC32 crc = new CRC32();
  private final byte[] bytes = new byte[MAX_LENGTH];
  private final ByteBuffer view = ByteBuffer.wrap(bytes);
  private final byte[] answer = new byte[MAX_ANSWER];
  private final ByteBuffer answerView = ByteBuffer.wrap(answer);
  private final byte[] code = new byte[HmacSha1.LENGTH];
  private int seen;
  private int usernameAt;
  private int usernameLength;
  private int priorityAt;
  private int integrityAt;
  private @Nullable IntegrityKey verifiedWith;

  /** Holds no check yet. */
  public BindingCheck() {}

  /**
   * Takes a copy of a datagram if it is a check of the usual form. Anything may be in it.
   *
   * @param offset where the datagram begins, in bytes
   * @param length of the datagram, in bytes
   * @return false when something about it is odd or wrong, whatever: then nothing else here may be
   *     called
   */
  public boolean parse(MemorySegment memory, long offset, int length) {
    verifiedWith = null;
    seen = 0;
    if (length < HEADER || length > MAX_LENGTH || (length & 3) != 0) {
      return false;
    }
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
    if (u16(0) != REQUEST
        || u16(2) != length - HEADER
        || view.getInt(4) != StunCodec.MAGIC_COOKIE) {
      return false;
    }
    int count = 0;
    for (int at = HEADER; at < length; ) {
      // All lengths are multiples of four, so a header always fits here.
      int type = u16(at);
      int valueLength = u16(at + 2);
      int next = at + ATTRIBUTE_HEADER + ((valueLength + 3) & ~3);
      if (next > length || ++count > StunCodec.MAX_ATTRIBUTES) {
        return false;
      }
      if (type == StunCodec.FINGERPRINT) {
        return valueLength == 4
            && next == length
            && (seen & NEEDED) == NEEDED
            && view.getInt(at + ATTRIBUTE_HEADER) == fingerprint(bytes, at);
      }
      if (!takes(type, at, valueLength)) {
        return false;
      }
      at = next;
    }
    return false; // without FINGERPRINT
  }

  private boolean takes(int type, int at, int length) {
    if ((seen & SEEN_INTEGRITY) != 0) {
      return false; // what follows it is not protected
    }
    int value = at + ATTRIBUTE_HEADER;
    return switch (type) {
      case USERNAME -> {
        usernameAt = value;
        usernameLength = length;
        yield length <= MAX_USERNAME && first(SEEN_USERNAME);
      }
      case PRIORITY -> {
        priorityAt = value;
        yield length == 4 && first(SEEN_PRIORITY);
      }
      case MESSAGE_INTEGRITY -> {
        integrityAt = at;
        yield length == HmacSha1.LENGTH && first(SEEN_INTEGRITY);
      }
      case ICE_CONTROLLING -> length == 8 && first(SEEN_CONTROLLING);
      case USE_CANDIDATE -> length == 0 && first(SEEN_USE_CANDIDATE);
      case SOFTWARE -> length <= MAX_SOFTWARE && first(SEEN_SOFTWARE);
      default -> type >= StunCodec.FIRST_OPTIONAL && !AttributeCodec.knows(type);
    };
  }

  private boolean first(int kind) {
    boolean isFirst = (seen & kind) == 0;
    seen |= kind;
    return isFirst;
  }

  /**
   * Whether USERNAME is for this fragment: begins with it and a colon (RFC 8445 §7.2.2).
   *
   * @param ufrag the ASCII of a fragment
   */
  public boolean isAddressedTo(byte[] ufrag) {
    if (usernameLength <= ufrag.length || bytes[usernameAt + ufrag.length] != ':') {
      return false;
    }
    for (int i = 0; i < ufrag.length; i++) {
      if (bytes[usernameAt + i] != ufrag[i]) {
        return false;
      }
    }
    return true;
  }

  /** PRIORITY, 0 to 2^32 - 1. */
  public long priority() {
    return view.getInt(priorityAt) & 0xFFFF_FFFFL;
  }

  /** Whether it nominates its pair (RFC 8445 §7.1.2). */
  public boolean useCandidate() {
    return (seen & SEEN_USE_CANDIDATE) != 0;
  }

  /** The first 32 bits of the transaction id, as {@link TransactionId#high()}. */
  public int idHigh() {
    return view.getInt(8);
  }

  /** The last 64 bits of the transaction id, as {@link TransactionId#low()}. */
  public long idLow() {
    return view.getLong(12);
  }

  /** Checks MESSAGE-INTEGRITY (RFC 8489 §14.5), in constant time. */
  public boolean verify(IntegrityKey key) {
    verifiedWith = null;
    // With the length as if it were the last attribute. No one reads the real one any more.
    view.putShort(2, (short) (integrityAt + INTEGRITY_LENGTH - HEADER));
    key.hmacSha1().compute(sha1, bytes, 0, integrityAt, code, 0);
    int difference = 0;
    for (int i = 0; i < HmacSha1.LENGTH; i++) {
      difference |= code[i] ^ bytes[integrityAt + ATTRIBUTE_HEADER + i];
    }
    if (difference != 0) {
      return false;
    }
    verifiedWith = key;
    return true;
  }

  /**
   * Writes the success response (RFC 8445 §7.3.1.2): XOR-MAPPED-ADDRESS, integrity with the key
   * that the check was verified with, FINGERPRINT. The same bytes that {@link StunWriter} makes.
   *
   * @param from where the check came from
   * @param target where to write, up to {@link #MAX_ANSWER} bytes
   * @return the response's length in bytes: 64 to an IPv4 address, 76 to an IPv6 one
   * @throws IllegalStateException when the check is not verified
   */
  public int answer(TransportAddress from, MemorySegment target, long offset) {
    IntegrityKey key = verifiedWith;
    if (key == null) {
      throw new IllegalStateException("an answer to a check that is not verified");
    }
    ByteBuffer to = answerView;
    to.putShort(0, (short) SUCCESS);
    to.putInt(4, StunCodec.MAGIC_COOKIE).putInt(8, idHigh()).putLong(12, idLow());
    int at = xorMappedAddress(from);
    to.putShort(at, (short) MESSAGE_INTEGRITY).putShort(at + 2, (short) HmacSha1.LENGTH);
    to.putShort(2, (short) (at + INTEGRITY_LENGTH - HEADER));
    key.hmacSha1().compute(sha1, answer, 0, at, answer, at + ATTRIBUTE_HEADER);
    at += INTEGRITY_LENGTH;
    to.putShort(2, (short) (at + FINGERPRINT_LENGTH - HEADER));
    to.putShort(at, (short) StunCodec.FINGERPRINT).putShort(at + 2, (short) 4);
    to.putInt(at + ATTRIBUTE_HEADER, fingerprint(answer, at));
    int length = at + FINGERPRINT_LENGTH;
    MemorySegment.copy(answer, 0, target, ValueLayout.JAVA_BYTE, offset, length);
    return length;
  }

  /** Writes XOR-MAPPED-ADDRESS (RFC 8489 §14.2) as the first attribute. Returns where it ends. */
  private int xorMappedAddress(TransportAddress from) {
    ByteBuffer to = answerView;
    boolean ipv4 = from.isIpv4();
    int length = ipv4 ? 8 : 20;
    int value = HEADER + ATTRIBUTE_HEADER;
    to.putShort(HEADER, (short) XOR_MAPPED_ADDRESS).putShort(HEADER + 2, (short) length);
    to.putShort(value, (short) (ipv4 ? 1 : 2));
    to.putShort(value + 2, (short) (from.port() ^ StunCodec.MAGIC_COOKIE >>> 16));
    if (ipv4) {
      to.putInt(value + 4, from.ipv4() ^ StunCodec.MAGIC_COOKIE);
    } else {
      // The cookie and the transaction id stand together in the header.
      to.putLong(value + 4, from.high() ^ to.getLong(4));
      to.putLong(value + 12, from.low() ^ to.getLong(12));
    }
    return value + length;
  }

  private int fingerprint(byte[] of, int length) {
    crc.reset();
    crc.update(of, 0, length);
    return (int) crc.getValue() ^ StunCodec.FINGERPRINT_MASK;
  }

  private int u16(int at) {
    return view.getShort(at) & 0xFFFF;
  }
}
