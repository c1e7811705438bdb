package org.consultrelay.relay.ice;

import java.util.ArrayDeque;
import org.consultrelay.relay.ice.CheckAnswer.Verdict;
import org.consultrelay.relay.ice.IceEvent.CredentialsRetired;
import org.consultrelay.relay.ice.IceEvent.StateChanged;
import org.consultrelay.relay.ice.SeenTransactions.Sighting;
import org.consultrelay.relay.stun.BindingCheck;
import org.consultrelay.relay.stun.StunAttribute.IceControlled;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.UseCandidate;
import org.consultrelay.relay.stun.StunClass;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The relay's side of one peer connection's ICE: lite (RFC 8445 §2.5), so it sends no checks, is
 * always the controlled one, and learns pairs, nominations and consent from the peer's checks.
 *
 * <p>Feed it authentic-looking Binding requests and the time; after each call drain {@link
 * #poll()}, and call {@link #onDeadline} when {@link #deadline()} has come. One thread.
 *
 * <p>Only our half of USERNAME is looked at: during a restart browsers send the new fragment of one
 * side with the old one of the other, and the password is what authenticates.
 *
 * <p>There is no tie-breaker: a full peer must be the controlling one (RFC 8445 §6.1.1), so one
 * that says it is controlled always gets 487, and a lite peer sends no checks at all.
 */
public final class IceLiteAgent {
  /** A deadline that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  private final IceTimeouts timeouts;
  private final ArrayDeque<IceEvent> events = new ArrayDeque<>(4);
  private final Selection selection = new Selection(events);
  private LocalGeneration current;
  private @Nullable LocalGeneration previous;
  private IceState state = IceState.NEW;
  private long connectBy;

  /** An agent that waits for its peer's first check. */
  public IceLiteAgent(IceCredentials local, IceTimeouts timeouts, long nowNanos) {
    this.timeouts = timeouts;
    this.current = new LocalGeneration(0, local);
    this.connectBy = nowNanos + timeouts.connect();
  }

  /**
   * The fragment that a Binding request is addressed to: look the agent up by it. Null when there
   * is none, as in a plain Binding request; see {@link PlainBinding}.
   */
  public static @Nullable String addressedUfrag(StunMessage request) {
    return BindingAnswers.addressedUfrag(request);
  }

  /** The credentials to write into the session description. */
  public IceCredentials local() {
    return current.local;
  }

  /** How it is doing. */
  public IceState state() {
    return state;
  }

  /** The peer's address of the pair to send on; null while, or when, there is none. */
  public @Nullable TransportAddress selected() {
    CandidatePair selected = selection.selected();
    return selected == null ? null : selected.remote;
  }

  /** The path of the pair to send on; -1 when there is none. */
  public int selectedPath() {
    CandidatePair selected = selection.selected();
    return selected == null ? -1 : selected.path;
  }

  /** Whether a check passed on this pair: DTLS and media are taken from such pairs only. */
  public boolean isValidated(TransportAddress remote, int path) {
    return selection.find(remote, path) != null;
  }

  /** The next thing that changed, oldest first; null when there is no more. */
  public @Nullable IceEvent poll() {
    return events.poll();
  }

  /**
   * Takes a Binding request (RFC 8445 §7.3). What is not authenticated changes nothing and is not
   * answered: RFC 8489 §9.1.3 would have 400 and 401 here, but those help nobody but a prober.
   *
   * @param path the caller's number for where it came in
   */
  public CheckAnswer onBindingRequest(
      StunMessage request, TransportAddress from, int path, long nowNanos) {
    if (!request.is(StunMethod.BINDING, StunClass.REQUEST)) {
      return CheckAnswer.dropped(Verdict.NOT_A_CHECK);
    }
    LocalGeneration generation = generation(addressedUfrag(request));
    if (generation == null) {
      return CheckAnswer.dropped(Verdict.UNKNOWN_USERNAME);
    }
    switch (request.verify(generation.key)) {
      case ABSENT -> {
        return CheckAnswer.dropped(Verdict.NO_INTEGRITY);
      }
      case INVALID -> {
        return CheckAnswer.dropped(Verdict.BAD_INTEGRITY);
      }
      case VALID -> {}
    }
    TransactionId id = request.transactionId();
    Verdict verdict = sighted(generation, id.high(), id.low(), from, path);
    if (verdict == Verdict.EXPIRED || verdict == Verdict.REPLAYED) {
      return CheckAnswer.dropped(verdict);
    }
    if (!request.unknownRequired().isEmpty()) {
      return CheckAnswer.of(
          Verdict.UNKNOWN_ATTRIBUTE, BindingAnswers.unknownAttributes(request, generation.key));
    }
    if (request.has(IceControlled.class)) {
      return CheckAnswer.of(
          Verdict.ROLE_CONFLICT, BindingAnswers.roleConflict(request, generation.key));
    }
    if (verdict == Verdict.ACCEPTED) {
      Priority priority = request.get(Priority.class);
      accept(
          generation,
          priority == null ? 0 : priority.value(),
          request.has(UseCandidate.class),
          from,
          path,
          nowNanos);
    }
    return CheckAnswer.of(verdict, BindingAnswers.success(request, from, generation.key));
  }

  /**
   * Takes a check of the usual form, with the effect of {@link #onBindingRequest}; allocates
   * nothing as long as nothing changes. When it is {@link Verdict#ACCEPTED} or {@link
   * Verdict#REPEATED} it is to be answered with {@link BindingCheck#answer}.
   *
   * @param from is kept when it is new
   * @param path the caller's number for where it came in
   * @return null when the check is not addressed to this agent, which then has not looked at it
   */
  public @Nullable Verdict onBindingCheck(
      BindingCheck check, TransportAddress from, int path, long nowNanos) {
    LocalGeneration generation = generation(check);
    if (generation == null) {
      return null;
    }
    if (!check.verify(generation.key)) {
      return Verdict.BAD_INTEGRITY;
    }
    Verdict verdict = sighted(generation, check.idHigh(), check.idLow(), from, path);
    if (verdict == Verdict.ACCEPTED) {
      accept(generation, check.priority(), check.useCandidate(), from, path, nowNanos);
    }
    return verdict;
  }

  /**
   * New local credentials (RFC 8445 §9). The old ones are taken until a pair is nominated with the
   * new ones, and media goes on where it went. Also the way back from {@link IceState#FAILED}.
   */
  public void restart(IceCredentials newLocal, long nowNanos) {
    LocalGeneration before = current;
    current = new LocalGeneration(before.number + 1, newLocal);
    connectBy = nowNanos + timeouts.connect();
    if (state == IceState.FAILED) {
      retire(before);
      enter(IceState.NEW);
    } else if (previous == null) {
      previous = before;
    } else {
      // A restart on top of a restart that never came to a nomination: keep what carries the call.
      retire(before);
    }
  }

  /**
   * The TCP connection of a pair has closed, and the pair is gone. When the call was on it, the
   * peer has as long as a consent lasts to come back with another.
   */
  public void onPairClosed(TransportAddress remote, int path, long nowNanos) {
    CandidatePair pair = selection.find(remote, path);
    if (pair != null) {
      if (pair == selection.selected()) {
        connectBy = Math.max(connectBy, pair.checkedAt + timeouts.consent());
      }
      selection.remove(pair);
      settle(nowNanos);
    }
  }

  /** When {@link #onDeadline} must be called next; {@link #NEVER} when nothing is waited for. */
  public long deadline() {
    if (state == IceState.FAILED) {
      return NEVER;
    }
    long next = selection.deadline(timeouts.consent());
    CandidatePair selected = selection.selected();
    if (selected == null) {
      next = Math.min(next, connectBy);
    } else if (state == IceState.CONNECTED) {
      next = Math.min(next, selected.checkedAt + timeouts.disconnected());
    }
    return next;
  }

  /** Lets consent run out where it is due (RFC 7675 §5.1). Early or needless calls do no harm. */
  public void onDeadline(long nowNanos) {
    if (state == IceState.FAILED) {
      return;
    }
    selection.expire(timeouts.consent(), nowNanos);
    settle(nowNanos);
  }

  private @Nullable LocalGeneration generation(@Nullable String ufrag) {
    if (current.local.ufrag().equals(ufrag)) {
      return current;
    }
    return previous != null && previous.local.ufrag().equals(ufrag) ? previous : null;
  }

  private @Nullable LocalGeneration generation(BindingCheck check) {
    if (check.isAddressedTo(current.ufrag)) {
      return current;
    }
    return previous != null && check.isAddressedTo(previous.ufrag) ? previous : null;
  }

  /** What an authentic request is before its attributes are looked at. Notes it. */
  private Verdict sighted(
      LocalGeneration generation, int idHigh, long idLow, TransportAddress from, int path) {
    if (state == IceState.FAILED) {
      return Verdict.EXPIRED;
    }
    Sighting sighting = generation.seen.note(idHigh, idLow, from, path);
    return switch (sighting) {
      case FIRST -> Verdict.ACCEPTED;
      case AGAIN_FROM_THERE -> Verdict.REPEATED;
      case FROM_ELSEWHERE -> Verdict.REPLAYED;
    };
  }

  private void accept(
      LocalGeneration generation,
      long priority,
      boolean useCandidate,
      TransportAddress from,
      int path,
      long nowNanos) {
    CandidatePair pair =
        selection.checked(generation.number, priority, useCandidate, from, path, nowNanos);
    if (useCandidate && pair.generation == current.number && previous != null) {
      retire(previous);
      previous = null;
    }
    settle(nowNanos);
  }

  private void retire(LocalGeneration generation) {
    events.add(new CredentialsRetired(generation.local.ufrag()));
  }

  /** Brings selection and state into line with the pairs that are left. */
  private void settle(long nowNanos) {
    boolean wasConnected = state == IceState.CONNECTED || state == IceState.DISCONNECTED;
    if (selection.selected() == null && wasConnected) {
      // The peer is still there on another pair: better to send on it than to drop the call.
      selection.selectBest(nowNanos);
    }
    CandidatePair selected = selection.selected();
    if (selected != null) {
      boolean quiet = nowNanos - selected.checkedAt >= timeouts.disconnected();
      enter(quiet ? IceState.DISCONNECTED : IceState.CONNECTED);
    } else if (nowNanos >= connectBy) {
      fail();
    } else if (wasConnected) {
      enter(IceState.DISCONNECTED);
    } else {
      enter(selection.isEmpty() ? IceState.NEW : IceState.CHECKING);
    }
  }

  private void fail() {
    selection.removeAll();
    if (previous != null) {
      retire(previous);
      previous = null;
    }
    enter(IceState.FAILED);
  }

  private void enter(IceState newState) {
    if (state != newState) {
      state = newState;
      events.add(new StateChanged(newState));
    }
  }
}
