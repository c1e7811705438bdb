package org.consultrelay.load.turn;

import java.util.random.RandomGenerator;
import org.consultrelay.load.turn.TurnLogin.Credentials;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.stun.StunClass;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One client's dealings with a TURN server (RFC 8656), one request at a time: allocate, permit a
 * peer, bind a channel to it, and give the allocation back. No socket and no clock: answers and the
 * time go in, requests and the next deadline come out. Lives for one allocation and refreshes
 * nothing, so it is good for the four minutes that a permission surely lasts.
 */
final class TurnSession {
  /** The only channel that a session binds (RFC 8656 §12). */
  static final int CHANNEL = 0x4000;

  /** UDP in REQUESTED-TRANSPORT. */
  private static final int UDP = 17;

  /** RFC 8489 §6.2.1: the first wait, doubled each time; and how often a request is sent. */
  private static final long RTO_NANOS = 500_000_000;

  private static final int SENDINGS = 7;

  /** A server that answers every nonce with another one must not keep us for ever. */
  private static final int MAX_CHALLENGES = 4;

  /** Where a session stands. */
  enum State {
    /** Nothing was asked yet. */
    IDLE,
    /** Allocate is under way. */
    ALLOCATING,
    /** CreatePermission is under way. */
    PERMITTING,
    /** ChannelBind is under way. */
    BINDING,
    /** All that was wished is there. */
    READY,
    /** The Refresh that ends it is under way. */
    DELETING,
    /** The allocation is given back. */
    DELETED,
    /** The server said no, or nothing. */
    FAILED
  }

  private final Credentials credentials;
  private final @Nullable TransportAddress peer;
  private final RandomGenerator random;
  private State state = State.IDLE;
  private @Nullable String realm;
  private @Nullable String nonce;
  private @Nullable IntegrityKey key;
  private @Nullable TransactionId transaction;
  private @Nullable TransportAddress relayed;
  private byte @Nullable [] request;
  private boolean toSend;
  private int sendings;
  private int challenges;
  private long deadline;
  private String failure = "";

  /**
   * A session that has not begun.
   *
   * @param peer whom to permit and to bind a channel to; null for an allocation alone
   * @param random makes transaction ids
   */
  TurnSession(Credentials credentials, @Nullable TransportAddress peer, RandomGenerator random) {
    this.credentials = credentials;
    this.peer = peer;
    this.random = random;
  }

  /** Asks for an allocation, and goes on until the session is ready. */
  void begin(long nowNanos) {
    ask(State.ALLOCATING, nowNanos);
  }

  /** Gives the allocation back (RFC 8656 §7: Refresh with a lifetime of zero). */
  void delete(long nowNanos) {
    ask(State.DELETING, nowNanos);
  }

  private void ask(State next, long nowNanos) {
    state = next;
    challenges = 0;
    write(nowNanos);
  }

  private void write(long nowNanos) {
    TransactionId id = TransactionId.random(random);
    transaction = id;
    request = encode(id);
    toSend = true;
    sendings = 0;
    deadline = nowNanos + RTO_NANOS;
  }

  private byte[] encode(TransactionId id) {
    StunWriter writer =
        switch (state) {
          case ALLOCATING ->
              StunWriter.request(StunMethod.ALLOCATE, id).add(new RequestedTransport(UDP));
          case PERMITTING ->
              StunWriter.request(StunMethod.CREATE_PERMISSION, id).add(new XorPeerAddress(peer()));
          case BINDING ->
              StunWriter.request(StunMethod.CHANNEL_BIND, id)
                  .add(new ChannelNumber(CHANNEL))
                  .add(new XorPeerAddress(peer()));
          default -> StunWriter.request(StunMethod.REFRESH, id).add(new Lifetime(0));
        };
    IntegrityKey known = key;
    if (known == null || realm == null || nonce == null) {
      return writer.plain();
    }
    return writer
        .add(new Username(credentials.username()))
        .add(new Realm(realm))
        .add(new Nonce(nonce))
        .signedPlain(known, IntegrityAlgorithm.SHA1);
  }

  private TransportAddress peer() {
    TransportAddress known = peer;
    if (known == null) {
      throw new IllegalStateException("no peer");
    }
    return known;
  }

  /** The request to send now, or null. Each is given out once, until it is due again. */
  byte @Nullable [] poll(long nowNanos) {
    if (request == null) {
      return null;
    }
    if (!toSend) {
      if (nowNanos < deadline) {
        return null;
      }
      if (sendings == SENDINGS) {
        fail("no answer to " + state);
        return null;
      }
      deadline = nowNanos + (RTO_NANOS << sendings);
    }
    toSend = false;
    sendings++;
    return request;
  }

  /** A STUN message has come from the server. What answers nothing of ours is left alone. */
  void receive(byte[] bytes, long nowNanos) {
    if (request == null
        || !(StunCodec.decode(bytes) instanceof StunMessage message)
        || !message.transactionId().equals(transaction)) {
      return;
    }
    if (message.messageClass() == StunClass.ERROR) {
      refused(message, nowNanos);
    } else if (message.messageClass() == StunClass.SUCCESS) {
      IntegrityKey known = key;
      if (known == null || message.verify(known) != StunMessage.Integrity.VALID) {
        fail("an answer to " + state + " that is not the server's");
        return;
      }
      granted(message, nowNanos);
    }
  }

  private void refused(StunMessage message, long nowNanos) {
    ErrorCode error = message.get(ErrorCode.class);
    int code = error == null ? 0 : error.code();
    Realm itsRealm = message.get(Realm.class);
    Nonce itsNonce = message.get(Nonce.class);
    boolean challenge = (code == 401 && key == null) || code == 438;
    if (challenge && itsRealm != null && itsNonce != null && challenges++ < MAX_CHALLENGES) {
      if (key == null || !itsRealm.value().equals(realm)) {
        realm = itsRealm.value();
        key =
            IntegrityKey.longTerm(credentials.username(), itsRealm.value(), credentials.password());
      }
      nonce = itsNonce.value();
      write(nowNanos);
    } else {
      fail("error " + code + " to " + state);
    }
  }

  private void granted(StunMessage message, long nowNanos) {
    switch (state) {
      case ALLOCATING -> {
        XorRelayedAddress address = message.get(XorRelayedAddress.class);
        if (address == null) {
          fail("an allocation without an address");
          return;
        }
        relayed = address.address();
        if (peer == null) {
          end(State.READY);
        } else {
          ask(State.PERMITTING, nowNanos);
        }
      }
      case PERMITTING -> ask(State.BINDING, nowNanos);
      case BINDING -> end(State.READY);
      default -> end(State.DELETED);
    }
  }

  private void fail(String why) {
    failure = why;
    end(State.FAILED);
  }

  private void end(State last) {
    state = last;
    request = null;
    transaction = null;
    toSend = false;
  }

  /** Where it stands. */
  State state() {
    return state;
  }

  /** Whether a request is under way, so that {@link #poll} must be asked again and again. */
  boolean isAsking() {
    return request != null;
  }

  /** Why it has failed; empty when it has not. */
  String failure() {
    return failure;
  }

  /** The relayed transport address, once allocated. */
  @Nullable TransportAddress relayed() {
    return relayed;
  }
}
