package org.consultrelay.relay.ice;

import java.util.Locale;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A candidate as a session description carries it (RFC 8839 §5.1, RFC 6544 §4.5).
 *
 * @param foundation 1 to 32 ice-chars; equal for candidates that share type, base and server
 * @param component 1 to 256; with rtcp-mux always 1
 * @param priority 0 to 2^32 - 1 (RFC 8445 §5.1.2)
 * @param address an IP address; names are never looked up
 * @param related what raddr and rport say; null when absent or not an IP address
 * @param tcpType for TCP only, else null
 */
public record IceCandidate(
    String foundation,
    int component,
    Transport transport,
    long priority,
    TransportAddress address,
    Type type,
    @Nullable TransportAddress related,
    @Nullable TcpType tcpType) {

  /** What checks travel on. */
  public enum Transport {
    /** Datagrams. */
    UDP,
    /** RFC 4571 frames. */
    TCP
  }

  /** How the candidate was found, with the type preference that RFC 8445 §5.1.2.2 recommends. */
  public enum Type {
    /** An address of the host's own. */
    HOST(126),
    /** Learnt from a STUN server. */
    SRFLX(100),
    /** Learnt from a check. */
    PRFLX(110),
    /** An address at a TURN server. */
    RELAY(0);

    private final int preference;

    Type(int preference) {
      this.preference = preference;
    }

    /** 0 to 126; higher is better. */
    public int preference() {
      return preference;
    }

    String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Who opens a TCP connection (RFC 6544 §4.5). */
  public enum TcpType {
    /** This side opens. */
    ACTIVE,
    /** This side listens: ours. */
    PASSIVE,
    /** Both at once. */
    SO;

    String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A UDP host candidate of ours, first component. */
  public static IceCandidate host(TransportAddress address, int localPreference) {
    return new IceCandidate(
        foundation(address, Transport.UDP),
        1,
        Transport.UDP,
        priority(Type.HOST.preference(), localPreference, 1),
        address,
        Type.HOST,
        null,
        null);
  }

  /**
   * A listening TCP host candidate of ours, first component. Its type preference is lower than that
   * of any UDP one but a relay's (RFC 6544 §4.2): media prefers UDP wherever it goes through.
   */
  public static IceCandidate tcpPassive(TransportAddress address, int localPreference) {
    return new IceCandidate(
        foundation(address, Transport.TCP),
        1,
        Transport.TCP,
        priority(90, localPreference, 1),
        address,
        Type.HOST,
        null,
        TcpType.PASSIVE);
  }

  /**
   * The priority formula (RFC 8445 §5.1.2.1).
   *
   * @param typePreference 0 to 126
   * @param localPreference 0 to 65,535
   * @param component 1 to 256
   */
  public static long priority(int typePreference, int localPreference, int component) {
    if (typePreference < 0
        || typePreference > 126
        || localPreference < 0
        || localPreference > 65_535
        || component < 1
        || component > 256) {
      throw new IllegalArgumentException(
          "priority of " + typePreference + ", " + localPreference + ", " + component);
    }
    return ((long) typePreference << 24) + ((long) localPreference << 8) + (256 - component);
  }

  // Same host, family and transport: same foundation, across restarts and ports.
  private static String foundation(TransportAddress address, Transport transport) {
    int hash = Long.hashCode(address.high()) * 31 + Long.hashCode(address.low());
    return Integer.toUnsignedString(hash) + (transport == Transport.UDP ? 1 : 2);
  }

  /** The value of the candidate attribute, from "candidate:" on (RFC 8839 §5.1). */
  public String toAttribute() {
    StringBuilder line = new StringBuilder(96);
    line.append("candidate:").append(foundation);
    line.append(' ').append(component);
    line.append(' ').append(transport.name().toLowerCase(Locale.ROOT));
    line.append(' ').append(priority);
    line.append(' ').append(address.hostAddress());
    line.append(' ').append(address.port());
    line.append(" typ ").append(type.token());
    if (related != null) {
      line.append(" raddr ").append(related.hostAddress());
      line.append(" rport ").append(related.port());
    }
    if (tcpType != null) {
      line.append(" tcptype ").append(tcpType.token());
    }
    return line.toString();
  }
}
