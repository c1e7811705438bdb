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

  /** CHANNEL-NUMBER (RFC 8656 §18.1). */
  record ChannelNumber(int number) implements StunAttribute {}

  /**
   * LIFETIME (RFC 8656 §18.2).
   *
   * @param seconds 0 to 2^32 - 1
   */
  record Lifetime(long seconds) implements StunAttribute {}

  /** XOR-PEER-ADDRESS (RFC 8656 §18.3): a peer as the server sees it. May come several times. */
  record XorPeerAddress(TransportAddress address) implements StunAttribute {}

  /** DATA (RFC 8656 §18.4): what goes to or came from a peer. Not copied. */
  @SuppressWarnings("ArrayRecordComponent") // a message's own copy; compared nowhere
  record Data(byte[] bytes) implements StunAttribute {}

  /** XOR-RELAYED-ADDRESS (RFC 8656 §18.5): what was allocated. May come twice. */
  record XorRelayedAddress(TransportAddress address) implements StunAttribute {}

  /** REQUESTED-ADDRESS-FAMILY (RFC 8656 §18.6). */
  record RequestedAddressFamily(AddressFamily family) implements StunAttribute {}

  /**
   * EVEN-PORT (RFC 8656 §18.7).
   *
   * @param reserveNext whether the next higher port is to be kept
   */
  record EvenPort(boolean reserveNext) implements StunAttribute {}

  /**
   * REQUESTED-TRANSPORT (RFC 8656 §18.8).
   *
   * @param protocol an IP protocol number; 17 is UDP
   */
  record RequestedTransport(int protocol) implements StunAttribute {}

  /** DONT-FRAGMENT (RFC 8656 §18.9). */
  record DontFragment() implements StunAttribute {}

  /** RESERVATION-TOKEN (RFC 8656 §18.10): 8 bytes that name a port that is kept. */
  record ReservationToken(long token) implements StunAttribute {}

  /** ADDITIONAL-ADDRESS-FAMILY (RFC 8656 §18.11). */
  record AdditionalAddressFamily(AddressFamily family) implements StunAttribute {}

  /**
   * ADDRESS-ERROR-CODE (RFC 8656 §18.12): why there is no address of a family.
   *
   * @param family which
   * @param code 300 to 699
   */
  record AddressErrorCode(AddressFamily family, int code) implements StunAttribute {}

  /**
   * ICMP (RFC 8656 §18.13): what the network said about data for a peer.
   *
   * @param type ICMP's, 0 to 127
   * @param code ICMP's, 0 to 511
   * @param data what the type means by it, such as the next hop's MTU
   */
  record Icmp(int type, int code, int data) implements StunAttribute {}

  /** PASSWORD-ALGORITHM (RFC 8489 §14.12): the one that a request's key was made with. */
  record PasswordAlgorithm(int number) implements StunAttribute {
    /** MD5's number. */
    public static final int MD5 = 1;

    /** SHA-256's number. */
    public static final int SHA_256 = 2;
  }

  /** PASSWORD-ALGORITHMS (RFC 8489 §14.11), the best first; without parameters. */
  record PasswordAlgorithms(List<Integer> numbers) implements StunAttribute {
    /** Copies the list. */
    public PasswordAlgorithms {
      numbers = List.copyOf(numbers);
    }
  }

  /** A family of addresses as STUN numbers it (RFC 8489 §14.1). */
  enum AddressFamily {
    /** IPv4. */
    IPV4(1),
    /** IPv6. */
    IPV6(2);

    private final int number;

    AddressFamily(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }
}
