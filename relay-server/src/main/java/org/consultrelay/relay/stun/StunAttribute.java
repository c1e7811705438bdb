package org.consultrelay.relay.stun;

import java.util.List;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * An attribute with its value checked (RFC 8489 §14, RFC 8445 §16.1). Integrity and fingerprint are
 * not among them: {@link StunMessage#verify} and {@link StunCodec#decode} check those, {@link
 * StunWriter} writes them.
 */
public sealed interface StunAttribute {
  /** USERNAME (RFC 8489 §14.3); at most 508 bytes. */
  record Username(String value) implements StunAttribute {}

  /** REALM (RFC 8489 §14.9); at most 763 bytes. */
  record Realm(String value) implements StunAttribute {}

  /** NONCE (RFC 8489 §14.10); at most 763 bytes. */
  record Nonce(String value) implements StunAttribute {}

  /** SOFTWARE (RFC 8489 §14.14); at most 763 bytes. */
  record Software(String value) implements StunAttribute {}

  /** XOR-MAPPED-ADDRESS (RFC 8489 §14.2): where a request was seen to come from. */
  record XorMappedAddress(TransportAddress address) implements StunAttribute {}

  /**
   * ERROR-CODE (RFC 8489 §14.8).
   *
   * @param code 300 to 699
   * @param reason at most 763 bytes; may be empty
   */
  record ErrorCode(int code, String reason) implements StunAttribute {}

  /** UNKNOWN-ATTRIBUTES (RFC 8489 §14.13): the types that the other side did not know. */
  record UnknownAttributes(List<Integer> types) implements StunAttribute {
    /** Copies the list. */
    public UnknownAttributes {
      types = List.copyOf(types);
    }
  }

  /**
   * PRIORITY (RFC 8445 §7.1.1): what a candidate found through this check is worth.
   *
   * @param value 0 to 2^32 - 1 as it came in; 1 to 2^31 - 1 when it goes out
   */
  record Priority(long value) implements StunAttribute {}

  /** USE-CANDIDATE (RFC 8445 §7.1.2): the controlling side nominates this pair. */
  record UseCandidate() implements StunAttribute {}

  /** ICE-CONTROLLING (RFC 8445 §7.1.3), with the sender's tie-breaker. */
  record IceControlling(long tieBreaker) implements StunAttribute {}

  /** ICE-CONTROLLED (RFC 8445 §7.1.3), with the sender's tie-breaker. */
  record IceControlled(long tieBreaker) implements StunAttribute {}
}
