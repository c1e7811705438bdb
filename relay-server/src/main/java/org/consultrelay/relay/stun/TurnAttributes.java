package org.consultrelay.relay.stun;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressErrorCode;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.Data;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.EvenPort;
import org.consultrelay.relay.stun.StunAttribute.Icmp;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.PasswordAlgorithm;
import org.consultrelay.relay.stun.StunAttribute.PasswordAlgorithms;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.ReservationToken;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of TURN (RFC 8656 §18) and of password algorithms (RFC 8489 §14.11) that are
 * numbers: ice4j lacks half of them, so these few lines serve all. Addresses go through ice4j.
 */
final class TurnAttributes {
  static final int CHANNEL_NUMBER = 0x000C;
  static final int LIFETIME = 0x000D;
  static final int XOR_PEER_ADDRESS = 0x0012;
  static final int DATA = 0x0013;
  static final int XOR_RELAYED_ADDRESS = 0x0016;
  private static final int REQUESTED_ADDRESS_FAMILY = 0x0017;
  private static final int EVEN_PORT = 0x0018;
  private static final int REQUESTED_TRANSPORT = 0x0019;
  private static final int DONT_FRAGMENT = 0x001A;
  private static final int PASSWORD_ALGORITHM = 0x001D;
  private static final int RESERVATION_TOKEN = 0x0022;
  private static final int ADDITIONAL_ADDRESS_FAMILY = 0x8000;
  private static final int ADDRESS_ERROR_CODE = 0x8001;
  private static final int PASSWORD_ALGORITHMS = 0x8002;
  private static final int ICMP = 0x8004;
  private static final int HEADER = StunCodec.ATTRIBUTE_HEADER;

  private TurnAttributes() {}

  /** Whether this type is one of those. */
  static boolean knows(int type) {
    return switch (type) {
      case CHANNEL_NUMBER,
          LIFETIME,
          DATA,
          REQUESTED_ADDRESS_FAMILY,
          EVEN_PORT,
          REQUESTED_TRANSPORT,
          DONT_FRAGMENT,
          PASSWORD_ALGORITHM,
          RESERVATION_TOKEN,
          ADDITIONAL_ADDRESS_FAMILY,
          ADDRESS_ERROR_CODE,
          PASSWORD_ALGORITHMS,
          ICMP ->
          true;
      default -> false;
    };
  }

  /** Whether an attribute may stand in a message more than once. */
  static boolean repeats(int type) {
    return type == XOR_PEER_ADDRESS || type == XOR_RELAYED_ADDRESS || type == ADDRESS_ERROR_CODE;
  }

  /** Decodes one; null when the value has not the form of its type. */
  static @Nullable StunAttribute decode(int type, byte[] attribute) {
    int length = attribute.length - HEADER;
    ByteBuffer value = ByteBuffer.wrap(attribute, HEADER, length);
    return switch (type) {
      case DATA -> {
        byte[] bytes = new byte[length];
        value.get(bytes);
        yield new Data(bytes);
      }
      case DONT_FRAGMENT -> length == 0 ? new DontFragment() : null;
      case EVEN_PORT -> length == 1 ? new EvenPort(value.get() < 0) : null;
      case RESERVATION_TOKEN -> length == 8 ? new ReservationToken(value.getLong()) : null;
      case ICMP ->
          length == 8
              ? new Icmp(
                  value.getShort(HEADER + 2) >> 9 & 0x7F,
                  value.getShort(HEADER + 2) & 0x1FF,
                  value.getInt(HEADER + 4))
              : null;
      case ADDRESS_ERROR_CODE -> length >= 4 ? addressError(value) : null;
      case PASSWORD_ALGORITHMS -> algorithms(value);
      case PASSWORD_ALGORITHM -> {
        List<Integer> numbers = numbers(value);
        yield numbers != null && numbers.size() == 1
            ? new PasswordAlgorithm(numbers.getFirst())
            : null;
      }
      default -> length == 4 ? number(type, value.getInt()) : null;
    };
  }

  private static @Nullable StunAttribute number(int type, int value) {
    return switch (type) {
      case CHANNEL_NUMBER -> new ChannelNumber(value >>> 16);
      case LIFETIME -> new Lifetime(value & 0xFFFF_FFFFL);
      case REQUESTED_TRANSPORT -> new RequestedTransport(value >>> 24);
      case REQUESTED_ADDRESS_FAMILY -> {
        AddressFamily family = family(value >>> 24);
        yield family == null ? null : new RequestedAddressFamily(family);
      }
      default -> {
        AddressFamily family = family(value >>> 24);
        yield family == null ? null : new AdditionalAddressFamily(family);
      }
    };
  }

  private static @Nullable AddressFamily family(int number) {
    return switch (number) {
      case 1 -> AddressFamily.IPV4;
      case 2 -> AddressFamily.IPV6;
      default -> null;
    };
  }

  private static @Nullable StunAttribute addressError(ByteBuffer value) {
    AddressFamily family = family(value.get());
    value.get();
    int code = (value.get() & 7) * 100 + (value.get() & 0xFF);
    return family == null ? null : new AddressErrorCode(family, code);
  }

  private static @Nullable StunAttribute algorithms(ByteBuffer value) {
    List<Integer> numbers = numbers(value);
    return numbers == null ? null : new PasswordAlgorithms(numbers);
  }

  private static @Nullable List<Integer> numbers(ByteBuffer value) {
    List<Integer> numbers = new ArrayList<>(2);
    while (value.remaining() >= 4) {
      numbers.add(value.getShort() & 0xFFFF);
      int parameters = (value.getShort() & 0xFFFF) + 3 & ~3;
      if (parameters > value.remaining()) {
        return null;
      }
      value.position(value.position() + parameters);
    }
    return value.hasRemaining() ? null : numbers;
  }

  /** Header and value of one; null when it is not one of these. */
  static byte @Nullable [] encode(StunAttribute attribute) {
    return switch (attribute) {
      case ChannelNumber(int number) -> word(CHANNEL_NUMBER, number << 16);
      case Lifetime(long seconds) -> word(LIFETIME, (int) seconds);
      case RequestedTransport(int protocol) -> word(REQUESTED_TRANSPORT, protocol << 24);
      case RequestedAddressFamily(AddressFamily family) ->
          word(REQUESTED_ADDRESS_FAMILY, family.number() << 24);
      case AdditionalAddressFamily(AddressFamily family) ->
          word(ADDITIONAL_ADDRESS_FAMILY, family.number() << 24);
      case DontFragment() -> begin(DONT_FRAGMENT, 0).array();
      case EvenPort(boolean next) -> begin(EVEN_PORT, 1).put((byte) (next ? 0x80 : 0)).array();
      case ReservationToken(long token) -> begin(RESERVATION_TOKEN, 8).putLong(token).array();
      case Data(byte[] bytes) -> begin(DATA, bytes.length).put(bytes).array();
      case Icmp(int type, int code, int data) ->
          begin(ICMP, 8)
              .putShort((short) 0)
              .putShort((short) (type << 9 | code))
              .putInt(data)
              .array();
      case AddressErrorCode(AddressFamily family, int code) ->
          begin(ADDRESS_ERROR_CODE, 4)
              .put((byte) family.number())
              .put((byte) 0)
              .put((byte) (code / 100))
              .put((byte) (code % 100))
              .array();
      case PasswordAlgorithm(int number) -> word(PASSWORD_ALGORITHM, number << 16);
      case PasswordAlgorithms(List<Integer> numbers) -> {
        byte[] bytes = begin(PASSWORD_ALGORITHMS, 4 * numbers.size()).array();
        for (int i = 0; i < numbers.size(); i++) {
          int number = numbers.get(i);
          bytes[HEADER + 4 * i] = (byte) (number >> 8);
          bytes[HEADER + 4 * i + 1] = (byte) number;
        }
        yield bytes;
      }
      default -> null;
    };
  }

  private static byte[] word(int type, int value) {
    return begin(type, 4).putInt(value).array();
  }

  private static ByteBuffer begin(int type, int length) {
    return ByteBuffer.allocate(HEADER + length).putShort((short) type).putShort((short) length);
  }
}
