package org.consultrelay.relay.stun;

import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.IceControlled;
import org.consultrelay.relay.stun.StunAttribute.IceControlling;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.Software;
import org.consultrelay.relay.stun.StunAttribute.UnknownAttributes;
import org.consultrelay.relay.stun.StunAttribute.UseCandidate;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.wire.TransportAddress;
import org.ice4j.StunException;
import org.ice4j.Transport;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.AttributeDecoder;
import org.ice4j.attribute.AttributeFactory;
import org.ice4j.attribute.ErrorCodeAttribute;
import org.ice4j.attribute.IceControlAttribute;
import org.ice4j.attribute.NonceAttribute;
import org.ice4j.attribute.PriorityAttribute;
import org.ice4j.attribute.RealmAttribute;
import org.ice4j.attribute.SoftwareAttribute;
import org.ice4j.attribute.UsernameAttribute;
import org.ice4j.attribute.XorMappedAddressAttribute;
import org.jspecify.annotations.Nullable;

/**
 * Between our attributes and their bytes, through ice4j. The only class that knows ice4j: what it
 * is given has been measured first, and is a copy of one attribute, so that a value can not reach
 * into its neighbour.
 *
 * <p>Never call {@code toString} on ice4j's address: it loads a Kotlin configuration that is not on
 * our class path.
 */
final class AttributeCodec {
  private static final int HEADER = StunCodec.ATTRIBUTE_HEADER;
  private static final int MAX_USERNAME = 508;
  private static final int MAX_TEXT = 763;
  private static final int FAMILY_IPV4 = 1;
  private static final int FAMILY_IPV6 = 2;

  private AttributeCodec() {}

  /** Whether this type is one of {@link StunAttribute}'s. */
  static boolean knows(int type) {
    return switch (type) {
      case Attribute.USERNAME,
          Attribute.REALM,
          Attribute.NONCE,
          Attribute.SOFTWARE,
          Attribute.XOR_MAPPED_ADDRESS,
          TurnAttributes.XOR_PEER_ADDRESS,
          TurnAttributes.XOR_RELAYED_ADDRESS,
          Attribute.ERROR_CODE,
          Attribute.UNKNOWN_ATTRIBUTES,
          Attribute.PRIORITY,
          Attribute.USE_CANDIDATE,
          Attribute.ICE_CONTROLLING,
          Attribute.ICE_CONTROLLED ->
          true;
      default -> TurnAttributes.knows(type);
    };
  }

  /**
   * Decodes one attribute of a type that is known.
   *
   * @param bytes header and value, no padding
   * @return null when the value has not the form of its type
   */
  static @Nullable StunAttribute decode(byte[] bytes, TransactionId id) {
    int type = StunCodec.u16(bytes, 0);
    if (TurnAttributes.knows(type)) {
      return TurnAttributes.decode(type, bytes);
    }
    if (!wellFormed(type, bytes)) {
      return null;
    }
    if (type == Attribute.UNKNOWN_ATTRIBUTES) {
      return unknownAttributes(bytes);
    }
    if (type == TurnAttributes.XOR_PEER_ADDRESS || type == TurnAttributes.XOR_RELAYED_ADDRESS) {
      // The same value as XOR-MAPPED-ADDRESS; ice4j knows both, but decodes by the type it reads.
      StunAttribute address = decode(as(Attribute.XOR_MAPPED_ADDRESS, bytes), id);
      return address instanceof XorMappedAddress(TransportAddress value)
          ? type == TurnAttributes.XOR_PEER_ADDRESS
              ? new XorPeerAddress(value)
              : new XorRelayedAddress(value)
          : null;
    }
    Attribute attribute;
    try {
      attribute = AttributeDecoder.decode(bytes, 0, bytes.length);
    } catch (StunException e) {
      return null;
    }
    return switch (attribute) {
      case UsernameAttribute a -> new Username(text(a.getUsername()));
      case RealmAttribute a -> new Realm(text(a.getRealm()));
      case NonceAttribute a -> new Nonce(text(a.getNonce()));
      case SoftwareAttribute a -> new Software(text(a.getSoftware()));
      case XorMappedAddressAttribute a ->
          new XorMappedAddress(TransportAddress.of(a.getAddress(idBytes(id))));
      case ErrorCodeAttribute a -> new ErrorCode(a.getErrorCode(), a.getReasonPhrase());
      case PriorityAttribute a -> new Priority(a.getPriority());
      case IceControlAttribute a ->
          type == Attribute.ICE_CONTROLLING
              ? new IceControlling(a.getTieBreaker())
              : new IceControlled(a.getTieBreaker());
      default -> new UseCandidate();
    };
  }

  /** Lengths and ranges; ice4j trusts both. */
  private static boolean wellFormed(int type, byte[] bytes) {
    int length = bytes.length - HEADER;
    return switch (type) {
      case Attribute.USERNAME -> length <= MAX_USERNAME;
      case Attribute.REALM, Attribute.NONCE, Attribute.SOFTWARE -> length <= MAX_TEXT;
      case Attribute.XOR_MAPPED_ADDRESS,
          TurnAttributes.XOR_PEER_ADDRESS,
          TurnAttributes.XOR_RELAYED_ADDRESS ->
          (length == 8 && bytes[HEADER + 1] == FAMILY_IPV4)
              || (length == 20 && bytes[HEADER + 1] == FAMILY_IPV6);
      case Attribute.ERROR_CODE ->
          length >= 4
              && length <= 4 + MAX_TEXT
              && bytes[HEADER + 2] >= 3
              && bytes[HEADER + 2] <= 6
              && bytes[HEADER + 3] >= 0
              && bytes[HEADER + 3] <= 99;
      case Attribute.UNKNOWN_ATTRIBUTES -> (length & 1) == 0 && length <= 2 * 64;
      case Attribute.PRIORITY -> length == 4;
      case Attribute.ICE_CONTROLLING, Attribute.ICE_CONTROLLED -> length == 8;
      default -> length == 0;
    };
  }

  /** Header and value of an attribute; what stands after the value does not belong to it. */
  static byte[] encode(StunAttribute attribute, TransactionId id) {
    return switch (attribute) {
      case Username(String value) ->
          AttributeFactory.createUsernameAttribute(utf8(value, MAX_USERNAME)).encode();
      case Realm(String value) ->
          AttributeFactory.createRealmAttribute(utf8(value, MAX_TEXT)).encode();
      case Nonce(String value) ->
          AttributeFactory.createNonceAttribute(utf8(value, MAX_TEXT)).encode();
      case Software(String value) ->
          AttributeFactory.createSoftwareAttribute(utf8(value, MAX_TEXT)).encode();
      case XorMappedAddress(TransportAddress address) ->
          AttributeFactory.createXorMappedAddressAttribute(ice4j(address), idBytes(id)).encode();
      case XorPeerAddress(TransportAddress address) ->
          as(TurnAttributes.XOR_PEER_ADDRESS, encode(new XorMappedAddress(address), id));
      case XorRelayedAddress(TransportAddress address) ->
          as(TurnAttributes.XOR_RELAYED_ADDRESS, encode(new XorMappedAddress(address), id));
      case ErrorCode(int code, String reason) ->
          AttributeFactory.createErrorCodeAttribute((char) code, reason).encode();
      case UnknownAttributes(List<Integer> types) -> unknownAttributes(types);
      case Priority(long value) -> AttributeFactory.createPriorityAttribute(value).encode();
      case UseCandidate() -> AttributeFactory.createUseCandidateAttribute().encode();
      case IceControlling(long tieBreaker) ->
          AttributeFactory.createIceControllingAttribute(tieBreaker).encode();
      case IceControlled(long tieBreaker) ->
          AttributeFactory.createIceControlledAttribute(tieBreaker).encode();
      default -> {
        byte[] bytes = TurnAttributes.encode(attribute);
        if (bytes == null) {
          throw new AssertionError("an attribute that nobody writes");
        }
        yield bytes;
      }
    };
  }

  /** The same value as another type. */
  private static byte[] as(int type, byte[] attribute) {
    byte[] copy = attribute.clone();
    copy[0] = (byte) (type >> 8);
    copy[1] = (byte) type;
    return copy;
  }

  // ice4j pads an odd list by repeating a type, as RFC 3489 said; RFC 8489 §14.13 pads as usual.
  private static UnknownAttributes unknownAttributes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER);
    List<Integer> types = new ArrayList<>();
    while (buffer.hasRemaining()) {
      types.add(buffer.getShort() & 0xFFFF);
    }
    return new UnknownAttributes(types);
  }

  private static byte[] unknownAttributes(List<Integer> types) {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER + 2 * types.size());
    buffer.putShort((short) Attribute.UNKNOWN_ATTRIBUTES).putShort((short) (2 * types.size()));
    for (int type : types) {
      buffer.putShort((short) type);
    }
    return buffer.array();
  }

  private static org.ice4j.TransportAddress ice4j(TransportAddress address) {
    byte[] host = address.toInetAddress().getAddress();
    try {
      return new org.ice4j.TransportAddress(host, address.port(), Transport.UDP);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are always an address", e);
    }
  }

  private static byte[] idBytes(TransactionId id) {
    return ByteBuffer.allocate(12).putInt(id.high()).putLong(id.low()).array();
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text, int limit) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > limit) {
      throw new IllegalArgumentException(bytes.length + " bytes where " + limit + " are allowed");
    }
    return bytes;
  }
}
