package org.consultrelay.relay.stun;

import java.util.Arrays;

/**
 * Writes one message: choose its kind, add attributes in order, then call one of the methods that
 * end it. Padding is zero (RFC 8489 §14), so nothing of ours leaks through it.
 */
public final class StunWriter {
  private final TransactionId id;
  private byte[] bytes = new byte[128];
  private int length = StunCodec.HEADER;

  private StunWriter(StunClass messageClass, StunMethod method, TransactionId id) {
    this.id = id;
    put16(0, messageClass.type(method.code()));
    put32(4, StunCodec.MAGIC_COOKIE);
    put32(8, id.high());
    put32(12, (int) (id.low() >>> 32));
    put32(16, (int) id.low());
  }

  /** A request. */
  public static StunWriter request(StunMethod method, TransactionId id) {
    return new StunWriter(StunClass.REQUEST, method, id);
  }

  /** An indication: nobody answers it. */
  public static StunWriter indication(StunMethod method, TransactionId id) {
    return new StunWriter(StunClass.INDICATION, method, id);
  }

  /** A success response to a request. */
  public static StunWriter success(StunMessage request) {
    return new StunWriter(StunClass.SUCCESS, request.method(), request.transactionId());
  }

  /**
   * An error response to a request, with its ERROR-CODE.
   *
   * @param code 300 to 699
   * @param reason a few words for whoever reads a packet trace
   */
  public static StunWriter error(StunMessage request, int code, String reason) {
    return new StunWriter(StunClass.ERROR, request.method(), request.transactionId())
        .add(new StunAttribute.ErrorCode(code, reason));
  }

  /** Adds an attribute. Throws {@link IllegalArgumentException} when its value is out of range. */
  public StunWriter add(StunAttribute attribute) {
    byte[] encoded = AttributeCodec.encode(attribute, id);
    // ice4j pads some kinds of attribute, one of them too much: only the length inside counts.
    int encodedLength = StunCodec.ATTRIBUTE_HEADER + StunCodec.u16(encoded, 2);
    int at = grow(encodedLength);
    System.arraycopy(encoded, 0, bytes, at, encodedLength);
    return this;
  }

  /** Ends the message without integrity and fingerprint: the shortest form. */
  public byte[] plain() {
    return finished();
  }

  /** Ends the message with FINGERPRINT (RFC 8489 §14.7). */
  public byte[] fingerprinted() {
    int at = grow(StunCodec.ATTRIBUTE_HEADER + 4);
    put16(2, length - StunCodec.HEADER);
    put16(at, StunCodec.FINGERPRINT);
    put16(at + 2, 4);
    put32(at + StunCodec.ATTRIBUTE_HEADER, StunCodec.fingerprint(bytes, at));
    return finished();
  }

  /** Ends the message with an integrity attribute and FINGERPRINT, as ICE wants it. */
  public byte[] signed(IntegrityKey key, IntegrityAlgorithm algorithm) {
    integrity(key, algorithm);
    return fingerprinted();
  }

  /** Ends the message with an integrity attribute only. */
  public byte[] signedPlain(IntegrityKey key, IntegrityAlgorithm algorithm) {
    integrity(key, algorithm);
    return finished();
  }

  private void integrity(IntegrityKey key, IntegrityAlgorithm algorithm) {
    int at = grow(StunCodec.ATTRIBUTE_HEADER + algorithm.length());
    put16(at, algorithm.attributeType());
    put16(at + 2, algorithm.length());
    byte[] digest = key.digest(algorithm, bytes, at);
    System.arraycopy(digest, 0, bytes, at + StunCodec.ATTRIBUTE_HEADER, digest.length);
  }

  private byte[] finished() {
    put16(2, length - StunCodec.HEADER);
    return Arrays.copyOf(bytes, length);
  }

  /** Makes room for an attribute with its padding. Returns where it begins. */
  private int grow(int attributeLength) {
    int at = length;
    length += (attributeLength + 3) & ~3;
    if (length - StunCodec.HEADER > 0xFFFF) {
      throw new IllegalArgumentException("a STUN message of " + length + " bytes");
    }
    if (length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
    }
    return at;
  }

  private void put16(int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  private void put32(int at, int value) {
    put16(at, value >> 16);
    put16(at + 2, value);
  }
}
