package org.consultrelay.relay.turn;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.UnknownAttributes;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.turn.Authentication.Authenticated;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** What a client whom we know may ask for, and the answers (RFC 8656 §7 to §12). */
final class Requests {
  private final TurnServer server;
  private final AllocateRequests allocates;

  Requests(TurnServer server, TurnService service) {
    this.server = server;
    this.allocates = new AllocateRequests(server, service);
  }

  /** The answer to a request, signed. */
  byte[] answer(ClientSession session, Authenticated who, StunMessage request, long nowNanos) {
    if (!request.unknownRequired().isEmpty()) {
      return who.sign(unknown(request));
    }
    Allocation allocation = session.allocation();
    if (request.method() == StunMethod.ALLOCATE) {
      byte[] repeated = session.repeated(request);
      if (repeated != null) {
        return repeated;
      }
      return allocation != null
          ? who.sign(StunWriter.error(request, 437, "this client has an allocation"))
          : allocates.answer(session, who, request, nowNanos);
    }
    if (allocation == null) {
      return who.sign(StunWriter.error(request, 437, "there is no allocation"));
    }
    if (!allocation.user().equals(who.user())) {
      return who.sign(StunWriter.error(request, 441, "it is somebody else's"));
    }
    return who.sign(
        switch (request.method()) {
          case REFRESH -> refresh(session, allocation, request, nowNanos);
          case CREATE_PERMISSION -> createPermission(allocation, request, nowNanos);
          default -> channelBind(allocation, request, nowNanos);
        });
  }

  /** 420 with what is not known (RFC 8489 §6.3.1). */
  static StunWriter unknown(StunMessage request) {
    return StunWriter.error(request, 420, "").add(new UnknownAttributes(request.unknownRequired()));
  }

  /** How long an allocation may last, in seconds (RFC 8656 §7.2). */
  static int lifetime(StunMessage request, TurnOptions options) {
    Lifetime asked = request.get(Lifetime.class);
    return asked == null
        ? TurnOptions.DEFAULT_LIFETIME_SECONDS
        : Math.clamp(
            asked.seconds(), TurnOptions.DEFAULT_LIFETIME_SECONDS, options.maxLifetimeSeconds());
  }

  private StunWriter refresh(
      ClientSession session, Allocation allocation, StunMessage request, long nowNanos) {
    RequestedAddressFamily family = request.get(RequestedAddressFamily.class);
    if (family != null && allocation.relayed(family.family() == AddressFamily.IPV4) == null) {
      return StunWriter.error(request, 443, "the allocation has no such address");
    }
    Lifetime asked = request.get(Lifetime.class);
    if (asked != null && asked.seconds() == 0) {
      server.end(session);
      return StunWriter.success(request).add(new Lifetime(0));
    }
    int seconds = lifetime(request, server.options());
    allocation.prolong(seconds, nowNanos);
    server.counters().refreshes++;
    return StunWriter.success(request).add(new Lifetime(seconds));
  }

  private StunWriter createPermission(Allocation allocation, StunMessage request, long nowNanos) {
    List<XorPeerAddress> peers = request.all(XorPeerAddress.class);
    if (peers.isEmpty()) {
      return StunWriter.error(request, 400, "no peer");
    }
    // All or none (RFC 8656 §10.2).
    Set<TransportAddress> hosts = new HashSet<>();
    for (XorPeerAddress peer : peers) {
      StunWriter refusal = refusal(allocation, peer.address(), request);
      if (refusal != null) {
        return refusal;
      }
      if (!allocation.permissions().has(peer.address(), nowNanos)) {
        hosts.add(peer.address().withPort(0));
      }
    }
    if (!allocation.permissions().hasRoom(hosts.size(), nowNanos)) {
      return StunWriter.error(request, 508, "too many permissions");
    }
    peers.forEach(peer -> allocation.permissions().install(peer.address(), nowNanos));
    return StunWriter.success(request);
  }

  private StunWriter channelBind(Allocation allocation, StunMessage request, long nowNanos) {
    ChannelNumber channel = request.get(ChannelNumber.class);
    XorPeerAddress peer = request.get(XorPeerAddress.class);
    if (channel == null
        || peer == null
        || channel.number() < Framing.FIRST_CHANNEL
        || channel.number() > Framing.LAST_CHANNEL) {
      return StunWriter.error(request, 400, "no channel number from 0x4000 to 0x7FFF, or no peer");
    }
    TransportAddress address = peer.address();
    StunWriter refusal = refusal(allocation, address, request);
    if (refusal != null) {
      return refusal;
    }
    RelayedAddress via = allocation.relayed(address.isIpv4());
    if (!allocation.peers().mayBind(channel.number(), address, nowNanos)) {
      return StunWriter.error(request, 400, "the channel or the peer is bound otherwise");
    }
    if (via == null
        || !allocation.peers().hasRoomFor(channel.number(), nowNanos)
        || (!allocation.permissions().has(address, nowNanos)
            && !allocation.permissions().hasRoom(1, nowNanos))
        || !allocation.peers().bind(channel.number(), address, via, nowNanos)) {
      return StunWriter.error(request, 508, "too many channels");
    }
    return StunWriter.success(request);
  }

  /** Why a peer is none for this allocation; null when it is one. */
  private @Nullable StunWriter refusal(
      Allocation allocation, TransportAddress peer, StunMessage request) {
    RelayedAddress via = allocation.relayed(peer.isIpv4());
    if (via == null) {
      return StunWriter.error(request, 443, "a peer of another family");
    }
    PeerVerdict verdict = server.judge(peer);
    if (verdict != PeerVerdict.ALLOWED) {
      return StunWriter.error(request, 403, verdict.label());
    }
    return server.canReach(peer, via) ? null : StunWriter.error(request, 508, "no port");
  }
}
