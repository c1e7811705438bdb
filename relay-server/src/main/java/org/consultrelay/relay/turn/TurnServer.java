package org.consultrelay.relay.turn;

import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunClass;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.turn.TurnCounters.Unanswered;
import org.consultrelay.relay.wire.AddressMap;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** The TURN server of one loop: its clients and their allocations. One thread, no socket. */
public final class TurnServer {
  /** How often {@link #sweep} wants to be called, in nanoseconds. */
  public static final long SWEEP_INTERVAL = 1_000_000_000L;

  /** After how long a connection without an allocation is closed, in nanoseconds. */
  private static final long IDLE = 30_000_000_000L;

  private final TurnService service;
  private final RelayedSockets sockets;
  private final OwnMedia ownMedia;
  private final PeerRules rules;
  private final UnauthenticatedBudget budget;
  private final Authenticator authenticator;
  private final Requests requests;
  private final TurnCounters counters = new TurnCounters();
  private final Framing framing = new Framing();
  private final AddressMap<Allocation> byRelayed = new AddressMap<>();
  private final Set<ClientSession> sessions = new HashSet<>();
  private final List<DatagramClients> datagrams = new ArrayList<>();
  private final TokenBucket toPeer;
  private final TokenBucket fromPeer;
  private long indications;
  private long now;
  private boolean draining;

  /**
   * A server without clients.
   *
   * @param service what all loops share
   * @param sockets opens what peers see
   * @param ownMedia this relay's media
   * @param rules who may be reached
   * @param budget for those who have not shown who they are
   */
  public TurnServer(
      TurnService service,
      RelayedSockets sockets,
      OwnMedia ownMedia,
      PeerRules rules,
      UnauthenticatedBudget budget,
      long nowNanos) {
    this.service = service;
    this.sockets = sockets;
    this.ownMedia = ownMedia;
    this.rules = rules;
    this.budget = budget;
    this.authenticator = new Authenticator(service);
    this.requests = new Requests(this, service);
    this.now = nowNanos;
    long rate = service.options().totalBytesPerSecond();
    this.toPeer = new TokenBucket(rate, nowNanos);
    this.fromPeer = new TokenBucket(rate, nowNanos);
  }

  /** The clients of one more datagram port. */
  public DatagramClients datagrams(DatagramClients.Factory factory) {
    DatagramClients clients = new DatagramClients(this, factory);
    datagrams.add(clients);
    return clients;
  }

  /** A client has connected, by a stream or by DTLS. */
  public ClientSession accept(TurnClient client, long nowNanos) {
    at(nowNanos);
    ClientSession session = new ClientSession(this, client, nowNanos);
    sessions.add(session);
    return session;
  }

  /** The loop's time; read by what is written between calls. */
  public void at(long nowNanos) {
    now = nowNanos;
  }

  /**
   * From now on there are no new allocations, or there are again. Participants of our own rooms may
   * make some all the while: they must be able to come back.
   */
  public void draining(boolean drains) {
    draining = drains;
  }

  /** What it did. Any thread may read. */
  public TurnCounters counters() {
    return counters;
  }

  /**
   * The way from this relay's media to a client.
   *
   * @param relayed where the client's packets came from, to the media
   * @param ownAddress the number of the media's own address
   * @return null when there is none any more. Allocates: to be kept
   */
  public @Nullable PacketSink shortWay(TransportAddress relayed, int ownAddress) {
    Allocation allocation = byRelayed.get(relayed);
    return allocation == null ? null : allocation.shortWay(ownMedia.address(ownAddress));
  }

  /** Ends what is over. To be called every {@link #SWEEP_INTERVAL}. */
  public void sweep(long nowNanos) {
    at(nowNanos);
    List<ClientSession> over = new ArrayList<>();
    for (ClientSession session : sessions) {
      Allocation allocation = session.allocation();
      if (allocation == null) {
        if (nowNanos - session.since() > IDLE) {
          over.add(session);
        }
      } else if (allocation.isOver(nowNanos) || !service.mayUse(allocation.user())) {
        over.add(session);
      }
    }
    for (ClientSession session : over) {
      if (session.allocation() == null) {
        counters.idleClosed++;
      } else {
        counters.expired++;
      }
      end(session);
      sessions.remove(session);
      session.client().close();
    }
    service.reservations().expire(nowNanos);
  }

  /** How many sessions and relayed addresses it knows: none when all is over. */
  int held() {
    return sessions.size() + byRelayed.size();
  }

  /** A message that is not data: whole, of anybody. */
  void onMessage(
      ClientSession session,
      TurnClient client,
      MemorySegment memory,
      long offset,
      int length,
      long nowNanos) {
    if (!StunCodec.looksLikeStun(memory, offset, length)
        || !(StunCodec.decode(Bytes.toArray(memory, offset, length))
            instanceof StunMessage message)) {
      counters.drop(Drop.MALFORMED);
      return;
    }
    if (message.messageClass() != StunClass.REQUEST) {
      counters.unanswered[Unanswered.NO_REQUEST.ordinal()]++;
      return;
    }
    if (message.method() == StunMethod.BINDING) {
      onBinding(message, client, session.allocation() != null);
      return;
    }
    if (message.method() == StunMethod.SEND || message.method() == StunMethod.DATA) {
      counters.unanswered[Unanswered.NO_REQUEST.ordinal()]++;
      return;
    }
    Instant wall = service.clock().instant();
    switch (authenticator.check(message, client.remote(), session.known(), wall)) {
      case Authentication.Refused(int code, byte[] answer) -> {
        if (mayAnswer(client, message, answer.length)) {
          switch (code) {
            case 401 -> counters.challenged++;
            case 438 -> counters.staleNonces++;
            default -> counters.badRequests++;
          }
          send(client, answer);
        }
      }
      case Authentication.Authenticated who -> {
        session.known(who);
        send(client, requests.answer(session, who, message, nowNanos));
      }
    }
  }

  private void onBinding(StunMessage message, TurnClient client, boolean known) {
    byte[] answer =
        message.unknownRequired().isEmpty()
            ? StunWriter.success(message).add(new XorMappedAddress(client.remote())).plain()
            : Requests.unknown(message).plain();
    if (known || mayAnswer(client, message, answer.length)) {
      counters.bindings++;
      send(client, answer);
    }
  }

  private boolean mayAnswer(TurnClient client, StunMessage request, int length) {
    // Over a connection the source is real and the answer goes nowhere else, but the work counts.
    int from = client.transport() == TurnTransport.UDP ? request.length() : Integer.MAX_VALUE / 32;
    Unanswered reason =
        switch (budget.ask(client.remote(), from, length, now)) {
          case ANSWER -> null;
          case AMPLIFIES -> Unanswered.AMPLIFIES;
          case SOURCE_SPENT -> Unanswered.SOURCE_SPENT;
          case LOOP_SPENT -> Unanswered.LOOP_SPENT;
        };
    if (reason != null) {
      counters.unanswered[reason.ordinal()]++;
    }
    return reason == null;
  }

  void send(TurnClient client, byte[] message) {
    long at = client.claim(message.length);
    Bytes.put(client.memory(), at, message);
    client.commit(message.length);
  }

  /** There is a new allocation. */
  void begun(ClientSession session, Allocation allocation) {
    sessions.add(session);
    for (RelayedAddress each : allocation.relayed()) {
      byRelayed.put(each.address(), allocation);
      service.clientBehind(each.address(), session.client());
    }
    counters.active[session.client().transport().ordinal()]++;
  }

  /** Ends a session's allocation, if it has one. */
  void end(ClientSession session) {
    Allocation allocation = session.allocation();
    if (allocation == null) {
      return;
    }
    allocation.end();
    for (RelayedAddress each : allocation.relayed()) {
      byRelayed.remove(each.address());
      service.nobodyBehind(each.address());
      service.ports().release(each.address().port());
    }
    service.quota().release(allocation.user(), session.client().remote());
    counters.active[session.client().transport().ordinal()]--;
    session.endAllocation();
    datagrams.forEach(clients -> clients.ended(session));
    if (session.client().transport() == TurnTransport.UDP) {
      sessions.remove(session);
    }
  }

  void closed(ClientSession session) {
    end(session);
    sessions.remove(session);
  }

  /** Whether a peer may be reached; counted when not. */
  PeerVerdict judge(TransportAddress peer) {
    // Another client of ours that is behind the relay too is a peer like any other.
    if (ownMedia.find(peer.high(), peer.low(), peer.port()) >= 0 || service.isRelayed(peer)) {
      return PeerVerdict.ALLOWED;
    }
    PeerVerdict verdict = rules.verdict(peer.high(), peer.low());
    if (verdict != PeerVerdict.ALLOWED) {
      counters.denied[verdict.ordinal()]++;
    }
    return verdict;
  }

  /** Whether there is a way to a peer, opened now if need be. */
  boolean canReach(TransportAddress peer, RelayedAddress via) {
    return ownMedia.find(peer.high(), peer.low(), peer.port()) >= 0 || via.isOpen(sockets);
  }

  /** Whether packets for peers can be kept from being fragmented. */
  boolean forbidsFragments() {
    return sockets.forbidsFragments();
  }

  OwnMedia ownMedia() {
    return ownMedia;
  }

  TurnOptions options() {
    return service.options();
  }

  Framing framing() {
    return framing;
  }

  TokenBucket toPeer() {
    return toPeer;
  }

  TokenBucket fromPeer() {
    return fromPeer;
  }

  boolean isDraining() {
    return draining;
  }

  long now() {
    return now;
  }

  long nextIndication() {
    return ++indications;
  }
}
