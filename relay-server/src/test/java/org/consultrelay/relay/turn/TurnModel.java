package org.consultrelay.relay.turn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * RFC 8656 in a few maps: what a server with these limits must answer, and what it may relay. As
 * plain as can be, so that it can be read beside the RFC; nothing of the server's own code.
 */
final class TurnModel {
  private static final long SECOND = 1_000_000_000L;

  /** An allocation. */
  static final class Lease {
    final String user;
    final List<TransportAddress> relayed;
    long until;
    private final Map<TransportAddress, Long> permissions = new HashMap<>();
    private final Map<Integer, Bound> channels = new HashMap<>();

    Lease(String user, List<TransportAddress> relayed) {
      this.user = user;
      this.relayed = relayed;
    }

    boolean has(boolean ipv4) {
      return relayed.stream().anyMatch(each -> each.isIpv4() == ipv4);
    }
  }

  private record Bound(TransportAddress peer, long until) {}

  private record Kept(TransportAddress relayed, long until) {}

  private final TurnOptions options;
  private final Set<TransportAddress> denied;
  final Map<TransportAddress, Lease> leases = new HashMap<>();
  private final Map<Long, Kept> kept = new HashMap<>();
  long now;

  /** With hosts that nobody may reach. */
  TurnModel(TurnOptions options, Set<TransportAddress> denied, long now) {
    this.options = options;
    this.denied = denied;
    this.now = now;
  }

  /** What an Allocate asks for; null: nothing is said. */
  record Wish(
      Integer transport,
      AddressFamily family,
      AddressFamily additional,
      Boolean even,
      Long token,
      Long lifetime) {}

  // ---- requests: the code of the error, 0 of success

  int allocate(TransportAddress client, String user, Wish wish) {
    if (leases.containsKey(client)) {
      return 437;
    }
    if (wish.transport == null) {
      return 400;
    }
    if (wish.transport != 17) {
      return 442;
    }
    boolean keeps = wish.even != null && wish.even;
    if (wish.token != null
        && (wish.even != null || wish.family != null || wish.additional != null)) {
      return 400;
    }
    if (wish.additional != null
        && (wish.family != null || wish.additional == AddressFamily.IPV4 || keeps)) {
      return 400;
    }
    if (leases.size() >= options.total()) {
      return 508;
    }
    if (count(each -> each.getKey().withPort(0).equals(client.withPort(0))) >= options.perSource()
        || count(each -> each.getValue().user.equals(user)) >= options.perUser()) {
      return 486;
    }
    return wish.token == null || kept.containsKey(wish.token) ? 0 : 508;
  }

  private interface Condition {
    boolean holds(Map.Entry<TransportAddress, Lease> entry);
  }

  private int count(Condition condition) {
    return (int) leases.entrySet().stream().filter(condition::holds).count();
  }

  /** The server has granted it. */
  void granted(
      TransportAddress client, String user, List<TransportAddress> relayed, long lifetime) {
    Lease lease = new Lease(user, relayed);
    lease.until = now + lifetime * SECOND;
    leases.put(client, lease);
  }

  void keep(long token, TransportAddress relayed) {
    kept.put(token, new Kept(relayed, now + 30 * SECOND));
  }

  TransportAddress take(long token) {
    return kept.remove(token).relayed;
  }

  Set<Long> tokens() {
    return kept.keySet();
  }

  /** How long it lasts when so many seconds were asked for. */
  long lifetime(Long asked) {
    return asked == null ? 600 : Math.clamp(asked, 600L, (long) options.maxLifetimeSeconds());
  }

  int refresh(TransportAddress client, String user, AddressFamily family, Long lifetime) {
    Lease lease = leases.get(client);
    int code = whose(lease, user);
    if (code != 0) {
      return code;
    }
    if (family != null && !lease.has(family == AddressFamily.IPV4)) {
      return 443;
    }
    if (lifetime != null && lifetime == 0) {
      leases.remove(client);
    } else {
      lease.until = now + lifetime(lifetime) * SECOND;
    }
    return 0;
  }

  int permit(TransportAddress client, String user, List<TransportAddress> peers) {
    Lease lease = leases.get(client);
    int code = whose(lease, user);
    for (int i = 0; code == 0 && i < peers.size(); i++) {
      code = refusal(lease, peers.get(i));
    }
    if (code != 0) {
      return code;
    }
    if (peers.isEmpty()) {
      return 400;
    }
    Set<TransportAddress> after = new HashSet<>();
    lease.permissions.forEach((host, until) -> {
      if (until > now) {
        after.add(host);
      }
    });
    int before = after.size();
    peers.forEach(peer -> after.add(peer.withPort(0)));
    if (after.size() > before && after.size() > options.permissions()) {
      return 508;
    }
    peers.forEach(peer -> lease.permissions.put(peer.withPort(0), now + 300 * SECOND));
    return 0;
  }

  int bind(TransportAddress client, String user, int channel, TransportAddress peer) {
    Lease lease = leases.get(client);
    int code = whose(lease, user);
    if (code != 0) {
      return code;
    }
    if (channel < 0x4000 || channel > 0x7FFF) {
      return 400;
    }
    code = refusal(lease, peer);
    if (code != 0) {
      return code;
    }
    TransportAddress holder = holder(client, channel);
    int other = channel(client, peer);
    if ((holder != null && !holder.equals(peer)) || (other != 0 && other != channel)) {
      return 400;
    }
    lease.channels.values().removeIf(bound -> bound.until <= now);
    if (holder == null && lease.channels.size() >= options.channels()) {
      return 508;
    }
    if (permit(client, user, List.of(peer)) != 0) {
      return 508;
    }
    lease.channels.put(channel, new Bound(peer, now + 600 * SECOND));
    return 0;
  }

  private static int whose(Lease lease, String user) {
    return lease == null ? 437 : lease.user.equals(user) ? 0 : 441;
  }

  private int refusal(Lease lease, TransportAddress peer) {
    return !lease.has(peer.isIpv4()) ? 443 : isDenied(peer) ? 403 : 0;
  }

  private boolean isDenied(TransportAddress peer) {
    return denied.contains(peer.withPort(0))
        && !peer.equals(TurnFixture.OWN_MEDIA)
        && taken().stream().noneMatch(each -> each.port() == peer.port());
  }

  // ---- relaying

  /** Whether a Send indication to a peer, or a datagram from it, passes. */
  boolean permits(TransportAddress client, TransportAddress peer) {
    Lease lease = leases.get(client);
    return lease != null && lease.permissions.getOrDefault(peer.withPort(0), now) > now;
  }

  /** Whether a Send indication passes. */
  boolean maySend(TransportAddress client, TransportAddress peer) {
    return permits(client, peer) && !isDenied(peer);
  }

  /** Who a channel is bound to; null: nobody. */
  TransportAddress holder(TransportAddress client, int channel) {
    Lease lease = leases.get(client);
    Bound bound = lease == null ? null : lease.channels.get(channel);
    return bound == null || bound.until <= now ? null : bound.peer;
  }

  /** The channel that stands for a peer; 0: none. */
  int channel(TransportAddress client, TransportAddress peer) {
    Lease lease = leases.get(client);
    for (Map.Entry<Integer, Bound> each :
        lease == null ? Set.<Map.Entry<Integer, Bound>>of() : lease.channels.entrySet()) {
      if (each.getValue().peer.equals(peer) && each.getValue().until > now) {
        return each.getKey();
      }
    }
    return 0;
  }

  // ---- time

  /** Ends what is over at this time. */
  void sweep(long nowNanos) {
    now = nowNanos;
    leases.values().removeIf(lease -> lease.until <= now);
    kept.values().removeIf(each -> each.until <= now);
  }

  /** The relayed addresses that are somebody's. */
  List<TransportAddress> taken() {
    List<TransportAddress> taken = new ArrayList<>();
    leases.values().forEach(lease -> taken.addAll(lease.relayed));
    kept.values().forEach(each -> taken.add(each.relayed));
    return taken;
  }
}
