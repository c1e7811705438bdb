package org.consultrelay.relay.stun;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that came in, well-formed and with a right fingerprint if it has one. Nothing in it is
 * to be believed before {@link #verify} says {@link Integrity#VALID}.
 */
public final class StunMessage implements StunDecoding {
  /** What {@link #verify} found. */
  public enum Integrity {
    /** The message carries no integrity attribute. */
    ABSENT,
    /** Made with another key, or changed on its way. */
    INVALID,
    /** Made with the key. */
    VALID
  }

  private final StunClass messageClass;
  private final StunMethod method;
  private final TransactionId transactionId;
  private final List<StunAttribute> attributes;
  private final List<Integer> unknownRequired;
  private final byte[] bytes;
  private final int sha1At;
  private final int sha256At;
  private final boolean fingerprint;

  StunMessage(
      StunClass messageClass,
      StunMethod method,
      TransactionId transactionId,
      List<StunAttribute> attributes,
      List<Integer> unknownRequired,
      byte[] bytes,
      int sha1At,
      int sha256At,
      boolean fingerprint) {
    this.messageClass = messageClass;
    this.method = method;
    this.transactionId = transactionId;
    this.attributes = attributes;
    this.unknownRequired = unknownRequired;
    this.bytes = bytes;
    this.sha1At = sha1At;
    this.sha256At = sha256At;
    this.fingerprint = fingerprint;
  }

  /** Request, indication, success or error. */
  public StunClass messageClass() {
    return messageClass;
  }

  /** What it is about. */
  public StunMethod method() {
    return method;
  }

  /** Whether it is of this method and class. */
  public boolean is(StunMethod method, StunClass messageClass) {
    return this.method == method && this.messageClass == messageClass;
  }

  /** Ties a response to its request. */
  public TransactionId transactionId() {
    return transactionId;
  }

  /** How many bytes the whole message is on the wire, 20 to 65,552. */
  public int length() {
    return bytes.length;
  }

  /**
   * The known attributes before the integrity attribute, each type once, of two equal ones the
   * first (RFC 8489 §14); but all peers' and relayed addresses, which may be several (RFC 8656
   * §18).
   */
  public List<StunAttribute> attributes() {
    return attributes;
  }

  /** The attribute of a kind, or null. */
  public <A extends StunAttribute> @Nullable A get(Class<A> kind) {
    for (StunAttribute attribute : attributes) {
      if (kind.isInstance(attribute)) {
        return kind.cast(attribute);
      }
    }
    return null;
  }

  /** All attributes of a kind, in their order. */
  public <A extends StunAttribute> List<A> all(Class<A> kind) {
    return attributes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Whether there is an attribute of a kind. */
  public boolean has(Class<? extends StunAttribute> kind) {
    return get(kind) != null;
  }

  /**
   * Types of comprehension-required attributes that we do not know (RFC 8489 §6.3.1): a request
   * with any is answered 420, once it is authenticated; a response or indication is dropped.
   */
  public List<Integer> unknownRequired() {
    return unknownRequired;
  }

  /** Whether it carries FINGERPRINT (which then was right). */
  public boolean hasFingerprint() {
    return fingerprint;
  }

  /**
   * Which integrity attribute {@link #verify} looks at: MESSAGE-INTEGRITY-SHA256 where there is one
   * (RFC 8489 §9.1.3), so that nobody can make us fall back to SHA-1; null when there is none.
   */
  public @Nullable IntegrityAlgorithm integrityAlgorithm() {
    if (sha256At >= 0) {
      return IntegrityAlgorithm.SHA256;
    }
    return sha1At >= 0 ? IntegrityAlgorithm.SHA1 : null;
  }

  /** Checks the integrity attribute over the bytes as received, in constant time. */
  public Integrity verify(IntegrityKey key) {
    IntegrityAlgorithm algorithm = integrityAlgorithm();
    if (algorithm == null) {
      return Integrity.ABSENT;
    }
    int at = algorithm == IntegrityAlgorithm.SHA256 ? sha256At : sha1At;
    int value = at + StunCodec.ATTRIBUTE_HEADER;
    byte[] received = Arrays.copyOfRange(bytes, value, value + algorithm.length());
    return MessageDigest.isEqual(received, key.digest(algorithm, bytes, at))
        ? Integrity.VALID
        : Integrity.INVALID;
  }
}
