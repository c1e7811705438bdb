package org.consultrelay.relay.stun;

/** What {@link StunCodec#decode} makes of a datagram: a {@link StunMessage} or a reason. */
public sealed interface StunDecoding permits StunMessage, StunDecoding.Malformed {
  /** Not a message that we take; to be dropped and counted. */
  record Malformed(Reason reason) implements StunDecoding {}

  /** Why a datagram was refused. A fixed small set: fit for a metric's label. */
  enum Reason {
    /** Shorter than a header. */
    TOO_SHORT,
    /** The two top bits are not zero or the magic cookie is missing. */
    NOT_STUN,
    /** The length in the header is not a multiple of four or is not the datagram's. */
    BAD_LENGTH,
    /** A method that we do not speak. */
    UNKNOWN_METHOD,
    /** An attribute goes beyond the message. */
    ATTRIBUTE_OVERRUN,
    /** More than {@link StunCodec#MAX_ATTRIBUTES}. */
    TOO_MANY_ATTRIBUTES,
    /** A value of a known attribute has the wrong length or form. */
    BAD_ATTRIBUTE,
    /** FINGERPRINT is wrong, or not the last attribute (RFC 8489 §14.7). */
    BAD_FINGERPRINT
  }
}
