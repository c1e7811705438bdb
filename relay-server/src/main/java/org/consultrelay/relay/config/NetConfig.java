package org.consultrelay.relay.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Media sockets and loops.
 *
 * @param io which kind of datagram ports
 * @param bind the addresses that media sockets are bound to; empty: every address of the machine
 *     that is up
 * @param advertise public addresses in place of bound ones, for 1:1 NAT
 * @param mediaPort UDP port of the first loop; loop n has {@code mediaPort + n}; 0: each a free one
 * @param onePort whether all loops share {@code mediaPort}
 * @param loops how many media loops, 1 or more
 * @param receiveBuffer asked of the kernel for each media socket
 * @param sendBuffer asked of the kernel for each media socket
 * @param packetMemory for packets on their way and kept for retransmission, per loop
 */
public record NetConfig(
    IoChoice io,
    List<InetAddress> bind,
    List<AdvertisedAddress> advertise,
    int mediaPort,
    boolean onePort,
    int loops,
    ByteSize receiveBuffer,
    ByteSize sendBuffer,
    ByteSize packetMemory) {
  private static final ByteSize LEAST_BUFFER = new ByteSize(64 << 10);
  private static final ByteSize MOST_BUFFER = ByteSize.ofMebibytes(1_024);

  /** Copies the lists. */
  public NetConfig {
    bind = List.copyOf(bind);
    advertise = List.copyOf(advertise);
  }

  /** The UDP port of a loop, loops counted from 0; 0 when any free port will do. */
  public int mediaPort(int loop) {
    return mediaPort == 0 || onePort ? mediaPort : mediaPort + loop;
  }

  static NetConfig read(SettingReader settings, boolean dev, int processors) {
    List<InetAddress> bind = readBind(settings, dev);
    return new NetConfig(
        settings.choice("net.io", IoChoice.AUTO),
        bind,
        readAdvertise(settings, bind),
        settings.port("net.mediaPort", 7882),
        settings.flag("net.onePort", false),
        settings.countOrAuto("net.loops", processors, 1, 1_024),
        settings.size("net.receiveBuffer", ByteSize.ofMebibytes(4), LEAST_BUFFER, MOST_BUFFER),
        settings.size("net.sendBuffer", ByteSize.ofMebibytes(4), LEAST_BUFFER, MOST_BUFFER),
        settings.size(
            "net.packetMemory",
            ByteSize.ofMebibytes(256),
            ByteSize.ofMebibytes(4),
            ByteSize.ofMebibytes(65_536)));
  }

  private static List<InetAddress> readBind(SettingReader settings, boolean dev) {
    List<InetAddress> bind = new ArrayList<>();
    for (String text : settings.list("net.bind")) {
      Optional<InetAddress> address = AddressText.parse(text);
      if (address.isEmpty()) {
        settings.mistake(
            "net.bind",
            SettingReader.quote(text) + " is not an IP address",
            "use one such as 192.0.2.7 or 2001:db8::7");
      } else if (address.get().isAnyLocalAddress()) {
        // A candidate must name an address that a peer can send to (RFC 8445 section 5.1.1).
        settings.mistake(
            "net.bind",
            SettingReader.quote(text) + " names no address that peers could reach",
            "leave net.bind empty for every address of the machine");
      } else if (bind.contains(address.get())) {
        settings.mistake("net.bind", SettingReader.quote(text) + " is there twice", "name it once");
      } else {
        bind.add(address.get());
      }
    }
    return bind.isEmpty() && dev ? List.of(Defaults.LOOPBACK) : bind;
  }

  private static List<AdvertisedAddress> readAdvertise(
      SettingReader settings, List<InetAddress> bind) {
    List<AdvertisedAddress> advertise = new ArrayList<>();
    Set<InetAddress> taken = new HashSet<>();
    for (String text : settings.list("net.advertise")) {
      Optional<AdvertisedAddress> parsed = parseAdvertised(text);
      if (parsed.isEmpty()) {
        settings.mistake(
            "net.advertise",
            SettingReader.quote(text) + " is not an address nor a pair of them",
            "use one such as 203.0.113.7 or 203.0.113.7=10.0.0.7 (public=bound)");
        continue;
      }
      AdvertisedAddress entry = parsed.get();
      String problem = objection(entry, bind, advertise, taken);
      if (!problem.isEmpty()) {
        settings.mistake(
            "net.advertise",
            SettingReader.quote(text) + " " + problem,
            "write public=bound, each bound address once and as in net.bind");
        continue;
      }
      entry.bound().ifPresent(taken::add);
      advertise.add(entry);
    }
    return advertise;
  }

  private static Optional<AdvertisedAddress> parseAdvertised(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return AddressText.parse(text)
          .filter(address -> !address.isAnyLocalAddress())
          .map(address -> new AdvertisedAddress(address, Optional.empty()));
    }
    Optional<InetAddress> bound = AddressText.parse(text.substring(equals + 1).strip());
    return AddressText.parse(text.substring(0, equals).strip())
        .filter(address -> !address.isAnyLocalAddress() && bound.isPresent())
        .map(address -> new AdvertisedAddress(address, bound));
  }

  /** Why an entry cannot stand beside the earlier ones; empty when it can. */
  private static String objection(
      AdvertisedAddress entry,
      List<InetAddress> bind,
      List<AdvertisedAddress> earlier,
      Set<InetAddress> taken) {
    if (entry.bound().isPresent()) {
      InetAddress bound = entry.bound().get();
      if (!bind.contains(bound)) {
        return "stands for an address that is not in net.bind";
      }
      if (!AddressText.sameFamily(bound, entry.publicAddress())) {
        return "pairs an IPv4 with an IPv6 address";
      }
      if (taken.contains(bound)) {
        return "stands for an address that has a public one already";
      }
    } else if (!bind.isEmpty()
        && bind.stream().noneMatch(b -> AddressText.sameFamily(b, entry.publicAddress()))) {
      return "is of a family that net.bind has no address of";
    }
    for (AdvertisedAddress other : earlier) {
      boolean oneIsBare = entry.bound().isEmpty() || other.bound().isEmpty();
      if (oneIsBare && AddressText.sameFamily(entry.publicAddress(), other.publicAddress())) {
        return "leaves open which bound address it stands for";
      }
    }
    return "";
  }
}
