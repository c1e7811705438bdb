package org.consultrelay.relay.ice;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.IceControlling;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.UseCandidate;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's side of ICE against a relay: controlling, with the few pairs that it is told of (RFC
 * 8445 §6, §7). For simulated participants and tests; it gathers nothing itself. Checks are paced
 * and retransmitted (RFC 8489 §6.2.1), consent is renewed every 5 s or so (RFC 7675 §5.1).
 *
 * <p>Drain {@link #poll()} after each call; call {@link #onDeadline} when {@link #deadline()} has
 * come. One thread.
 */
public final class IceControllingAgent {
  /** Which checks carry USE-CANDIDATE. */
  public enum Nominating {
    /** Those of the best valid pair (RFC 8445 §8.1.1), as Chromium does towards a lite agent. */
    SELECTED,
    /** All: RFC 5245's aggressive nomination. */
    EVERY_CHECK
  }

  private static final long PACE = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long RTO = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int SENDINGS = 7;
  private static final long LAST_WAIT = 16 * RTO;
  private static final long CONSENT_INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final IceCredentials local;
  private final IceCredentials remote;
  private final IntegrityKey localKey;
  private final IntegrityKey remoteKey;
  private final long tieBreaker;
  private final Nominating nominating;
  private final IceTimeouts timeouts;
  private final RandomGenerator random;
  private final long connectBy;
  private final List<ClientPair> pairs = new ArrayList<>(4);
  private final Map<TransactionId, ClientPair> outstanding = new HashMap<>();
  private final ArrayDeque<OutgoingCheck> outgoing = new ArrayDeque<>();
  private @Nullable ClientPair selected;
  private boolean nominated;
  private boolean failed;
  private long paceAt;

  private static final class ClientPair {
    final int path;
    final TransportAddress remote;
    final long priority;
    boolean valid;
    long answeredAt;
    long nextAt;
    @Nullable TransactionId transaction;
    byte[] message = {};
    int sendings;
    boolean nominates;

    ClientPair(int path, TransportAddress remote, long priority, long nextAt) {
      this.path = path;
      this.remote = remote;
      this.priority = priority;
      this.nextAt = nextAt;
    }
  }

  /**
   * An agent with no pairs yet.
   *
   * @param random for transaction ids and the jitter of consent checks
   */
  public IceControllingAgent(
      IceCredentials local,
      IceCredentials remote,
      long tieBreaker,
      Nominating nominating,
      IceTimeouts timeouts,
      RandomGenerator random,
      long nowNanos) {
    this.local = local;
    this.remote = remote;
    this.localKey = IntegrityKey.shortTerm(local.password());
    this.remoteKey = IntegrityKey.shortTerm(remote.password());
    this.tieBreaker = tieBreaker;
    this.nominating = nominating;
    this.timeouts = timeouts;
    this.random = random;
    this.connectBy = nowNanos + timeouts.connect();
    this.paceAt = nowNanos;
  }

  /**
   * Adds a pair and begins to check it.
   *
   * @param path the caller's number of the local socket
   * @param priority of our candidate as the peer would learn it, goes into PRIORITY; pairs with
   *     higher ones are preferred
   */
  public void addPair(int path, TransportAddress remote, long priority, long nowNanos) {
    paceAt = Math.max(paceAt, nowNanos);
    pairs.add(new ClientPair(path, remote, priority, paceAt));
    paceAt += PACE;
    onDeadline(nowNanos);
  }

  /** Forgets a socket, as when its network goes away. */
  public void removePath(int path, long nowNanos) {
    pairs.removeIf(pair -> pair.path == path);
    outstanding.values().removeIf(pair -> pair.path == path);
    choose(nowNanos);
  }

  /** How it is doing. */
  public IceState state() {
    if (failed) {
      return IceState.FAILED;
    }
    if (selected != null && nominated) {
      return IceState.CONNECTED;
    }
    return pairs.isEmpty() ? IceState.NEW : IceState.CHECKING;
  }

  /** The peer's address of the nominated pair, or null. */
  public @Nullable TransportAddress selected() {
    return selected == null || !nominated ? null : selected.remote;
  }

  /** The path of the nominated pair, or -1. */
  public int selectedPath() {
    return selected == null || !nominated ? -1 : selected.path;
  }

  /** The next message to send; null when there is no more. */
  public @Nullable OutgoingCheck poll() {
    return outgoing.poll();
  }

  /** When {@link #onDeadline} must be called next. */
  public long deadline() {
    if (failed) {
      return IceLiteAgent.NEVER;
    }
    long next = selected == null ? connectBy : selected.answeredAt + timeouts.consent();
    for (ClientPair pair : pairs) {
      next = Math.min(next, pair.nextAt);
    }
    return next;
  }

  /** Sends what is due and lets consent run out. */
  public void onDeadline(long nowNanos) {
    if (failed) {
      return;
    }
    for (int i = pairs.size() - 1; i >= 0; i--) {
      ClientPair pair = pairs.get(i);
      if (pair.valid && nowNanos - pair.answeredAt >= timeouts.consent()) {
        pairs.remove(i);
        outstanding.values().removeIf(p -> p == pair);
      }
    }
    choose(nowNanos);
    if (selected == null && nowNanos >= connectBy) {
      failed = true;
      outstanding.clear();
      return;
    }
    for (ClientPair pair : pairs) {
      if (nowNanos >= pair.nextAt) {
        check(pair, nowNanos);
      }
    }
  }

  /** Takes a STUN message that came in: a response to a check, or a check of the peer's. */
  public void onMessage(StunMessage message, TransportAddress from, int path, long nowNanos) {
    if (failed || message.method() != StunMethod.BINDING) {
      return;
    }
    switch (message.messageClass()) {
      case REQUEST -> answer(message, from, path);
      case SUCCESS -> succeeded(message, from, path, nowNanos);
      // An error leaves the transaction open: forged or not, a later answer may still be good.
      case ERROR, INDICATION -> {}
    }
  }

  private void answer(StunMessage request, TransportAddress from, int path) {
    if (local.ufrag().equals(BindingAnswers.addressedUfrag(request))
        && request.verify(localKey) == StunMessage.Integrity.VALID
        && request.unknownRequired().isEmpty()) {
      outgoing.add(new OutgoingCheck(path, from, BindingAnswers.success(request, from, localKey)));
    }
  }

  private void succeeded(StunMessage response, TransportAddress from, int path, long nowNanos) {
    ClientPair pair = outstanding.get(response.transactionId());
    // RFC 8445 §7.2.5.2.1: it must come back the way that the request went.
    if (pair == null
        || pair.path != path
        || !pair.remote.equals(from)
        || response.verify(remoteKey) != StunMessage.Integrity.VALID) {
      return;
    }
    outstanding.remove(response.transactionId());
    pair.valid = true;
    pair.answeredAt = nowNanos;
    if (response.transactionId().equals(pair.transaction)) {
      pair.transaction = null;
      pair.nextAt = nowNanos + consentInterval();
      if (pair == selected && pair.nominates) {
        nominated = true;
      }
    }
    choose(nowNanos);
  }

  /** Takes the best valid pair; a new choice is nominated at once. */
  private void choose(long nowNanos) {
    ClientPair best = null;
    for (ClientPair pair : pairs) {
      if (pair.valid && (best == null || pair.priority > best.priority)) {
        best = pair;
      }
    }
    if (best == selected) {
      return;
    }
    selected = best;
    nominated = best != null && nominating == Nominating.EVERY_CHECK;
    if (best != null && !nominated) {
      best.transaction = null;
      check(best, nowNanos);
    }
  }

  private void check(ClientPair pair, long nowNanos) {
    if (pair.transaction == null || pair.sendings == SENDINGS) {
      begin(pair);
    }
    pair.sendings++;
    outgoing.add(new OutgoingCheck(pair.path, pair.remote, pair.message));
    // Consent checks are new transactions each, the others are retransmitted (RFC 7675 §5.1).
    boolean consent = pair.valid && (pair != selected || nominated);
    if (consent) {
      pair.transaction = null;
      pair.nextAt = nowNanos + consentInterval();
    } else {
      pair.nextAt = nowNanos + (pair.sendings < SENDINGS ? RTO << (pair.sendings - 1) : LAST_WAIT);
    }
  }

  private void begin(ClientPair pair) {
    TransactionId id = TransactionId.random(random);
    pair.transaction = id;
    pair.sendings = 0;
    pair.nominates = nominating == Nominating.EVERY_CHECK || pair == selected;
    // What a pair still waits for is bounded: older answers are worth nothing.
    if (outstanding.size() > 64) {
      outstanding.clear();
    }
    outstanding.put(id, pair);
    StunWriter writer =
        StunWriter.request(StunMethod.BINDING, id)
            .add(new Username(remote.ufrag() + ":" + local.ufrag()))
            .add(new IceControlling(tieBreaker))
            .add(new Priority(pair.priority));
    if (pair.nominates) {
      writer.add(new UseCandidate());
    }
    pair.message = writer.signed(remoteKey, IntegrityAlgorithm.SHA1);
  }

  private long consentInterval() {
    return (long) (CONSENT_INTERVAL * (0.8 + 0.4 * random.nextDouble()));
  }
}
