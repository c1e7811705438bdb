package org.consultrelay.relay.turn;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressErrorCode;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.EvenPort;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.ReservationToken;
import org.consultrelay.relay.stun.StunAttribute.UnknownAttributes;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.turn.Authentication.Authenticated;
import org.consultrelay.relay.turn.TurnCounters.AllocateOutcome;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Allocate requests (RFC 8656 §7.2). */
final class AllocateRequests {
  private static final int UDP = 17;

  private final TurnServer server;
  private final TurnService service;
  private final SecureRandom tokens = new SecureRandom();

  AllocateRequests(TurnServer server, TurnService service) {
    this.server = server;
    this.service = service;
  }

  byte[] answer(ClientSession session, Authenticated who, StunMessage request, long nowNanos) {
    TurnTransport transport = session.client().transport();
    Attempt attempt = new Attempt(session, who, request, nowNanos);
    StunWriter refusal = attempt.run();
    server.counters().allocate(transport, attempt.outcome);
    if (refusal != null) {
      return who.sign(refusal);
    }
    byte[] answer = who.sign(attempt.success());
    session.allocated(attempt.allocation, request, answer);
    server.begun(session, attempt.allocation);
    return answer;
  }

  /** One request on its way to an allocation. */
  private final class Attempt {
    private final ClientSession session;
    private final Authenticated who;
    private final StunMessage request;
    private final long nowNanos;
    private final Allocation allocation;
    private final List<StunAttribute> extras = new ArrayList<>(2);
    private AllocateOutcome outcome = AllocateOutcome.REFUSED;

    Attempt(ClientSession session, Authenticated who, StunMessage request, long nowNanos) {
      this.session = session;
      this.who = who;
      this.request = request;
      this.nowNanos = nowNanos;
      this.allocation = new Allocation(server, session.client(), who.user(), nowNanos);
    }

    private StunWriter error(int code, String reason) {
      return StunWriter.error(request, code, reason);
    }

    /** Null when there is an allocation now. */
    @Nullable StunWriter run() {
      RequestedTransport transport = request.get(RequestedTransport.class);
      if (transport == null) {
        return error(400, "no REQUESTED-TRANSPORT");
      }
      if (transport.protocol() != UDP) {
        return error(442, "UDP only");
      }
      if (request.has(DontFragment.class) && !server.forbidsFragments()) {
        // RFC 8656 §7.2: who cannot do it does not know it.
        return error(420, "").add(new UnknownAttributes(List.of(Framing.DONT_FRAGMENT)));
      }
      EvenPort even = request.get(EvenPort.class);
      ReservationToken token = request.get(ReservationToken.class);
      RequestedAddressFamily family = request.get(RequestedAddressFamily.class);
      AdditionalAddressFamily additional = request.get(AdditionalAddressFamily.class);
      boolean keeps = even != null && even.reserveNext();
      if ((token != null && (even != null || family != null || additional != null))
          || (additional != null
              && (family != null || additional.family() == AddressFamily.IPV4 || keeps))) {
        return error(400, "attributes that exclude each other");
      }
      if (server.isDraining() && !TurnService.isSession(who.user())) {
        outcome = AllocateOutcome.NO_CAPACITY;
        return error(508, "this server is being stopped");
      }
      AllocationQuota.Refusal full =
          service
              .quota()
              .admit(who.user(), service.tenantOf(who.user()), session.client().remote());
      if (full != null) {
        outcome =
            switch (full) {
              case USER -> AllocateOutcome.USER_QUOTA;
              case SOURCE -> AllocateOutcome.SOURCE_QUOTA;
              case TENANT -> AllocateOutcome.TENANT_QUOTA;
              case TOTAL -> AllocateOutcome.NO_CAPACITY;
            };
        return full == AllocationQuota.Refusal.TOTAL
            ? error(508, "this server is full")
            : error(486, "too many allocations");
      }
      StunWriter refusal = token != null ? takeReserved(token) : claim(even, family, additional);
      if (refusal != null) {
        service.quota().release(who.user(), session.client().remote());
      }
      return refusal;
    }

    private @Nullable StunWriter takeReserved(ReservationToken token) {
      TransportAddress relayed = service.reservations().take(token.token(), nowNanos);
      if (relayed == null) {
        outcome = AllocateOutcome.NO_PORT;
        return error(508, "nothing is kept under that token");
      }
      return done(relayed);
    }

    private @Nullable StunWriter claim(
        @Nullable EvenPort even,
        @Nullable RequestedAddressFamily family,
        @Nullable AdditionalAddressFamily additional) {
      boolean ipv4 = family == null || family.family() == AddressFamily.IPV4;
      TransportAddress host = service.relayedHost(ipv4);
      if (host == null) {
        if (additional == null || service.relayedHost(false) == null) {
          return error(440, "no addresses of this family");
        }
        // RFC 8656 §7.2: one of two will do, and the client is told which it lacks.
        extras.add(new AddressErrorCode(AddressFamily.IPV4, 440));
        return claimFirst(service.relayedHost(false), null);
      }
      StunWriter refusal = claimFirst(host, even);
      if (refusal == null && additional != null) {
        TransportAddress other = service.relayedHost(false);
        int port = other == null ? -1 : service.ports().claim(false, false);
        if (other == null || port < 0) {
          extras.add(new AddressErrorCode(AddressFamily.IPV6, other == null ? 440 : 508));
        } else {
          done(other.withPort(port));
        }
      }
      return refusal;
    }

    private @Nullable StunWriter claimFirst(
        @Nullable TransportAddress host, @Nullable EvenPort even) {
      boolean next = even != null && even.reserveNext();
      int port =
          host == null || (next && !service.reservations().hasRoom())
              ? -1
              : service.ports().claim(even != null, next);
      if (host == null || port < 0) {
        outcome = AllocateOutcome.NO_PORT;
        return error(508, "no port is free");
      }
      if (next) {
        long kept = tokens.nextLong();
        service.reservations().keep(kept, host.withPort(port + 1), nowNanos);
        extras.add(new ReservationToken(kept));
      }
      return done(host.withPort(port));
    }

    private @Nullable StunWriter done(TransportAddress relayed) {
      allocation.add(new RelayedAddress(allocation, relayed));
      outcome = AllocateOutcome.ALLOCATED;
      return null;
    }

    StunWriter success() {
      int seconds = Requests.lifetime(request, service.options());
      allocation.prolong(seconds, nowNanos);
      StunWriter answer = StunWriter.success(request);
      allocation.relayed().forEach(each -> answer.add(new XorRelayedAddress(each.address())));
      answer.add(new Lifetime(seconds)).add(new XorMappedAddress(session.client().remote()));
      extras.forEach(answer::add);
      return answer;
    }
  }
}
