package org.consultrelay.relay.ice;

import java.util.Queue;
import org.consultrelay.relay.ice.IceEvent.PairRemoved;
import org.consultrelay.relay.ice.IceEvent.PairSelected;
import org.consultrelay.relay.ice.IceEvent.PairValidated;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** The pairs that the peer's checks came on, and the one of them to send on (RFC 8445 §8.1). */
final class Selection {
  private final CandidatePairs pairs = new CandidatePairs();
  private final Queue<IceEvent> events;
  private @Nullable CandidatePair selected;

  /** No pairs yet; what changes is added to {@code events}. */
  Selection(Queue<IceEvent> events) {
    this.events = events;
  }

  /** The pair to send on; null while, or when, there is none. */
  @Nullable CandidatePair selected() {
    return selected;
  }

  @Nullable CandidatePair find(TransportAddress remote, int path) {
    return pairs.find(remote, path);
  }

  boolean isEmpty() {
    return pairs.all().isEmpty();
  }

  /**
   * Takes an authentic check.
   *
   * @param generation the number of the credentials that it was made with
   * @param nominates whether it says USE-CANDIDATE
   * @return its pair
   */
  CandidatePair checked(
      int generation,
      long priority,
      boolean nominates,
      TransportAddress from,
      int path,
      long nowNanos) {
    CandidatePair pair = pairs.find(from, path);
    boolean first = pair == null;
    if (pair == null) {
      pair = new CandidatePair(from, path);
      CandidatePair crowdedOut = pairs.crowdedOut(selected);
      if (crowdedOut != null) {
        remove(crowdedOut);
      }
      pairs.all().add(pair);
      events.add(new PairValidated(from, path));
    }
    if (generation >= pair.generation) {
      pair.generation = generation;
      pair.priority = priority;
      pair.nominatedNow = nominates;
    }
    pair.checkedAt = nowNanos;
    if (nominates) {
      nominated(pair, first, nowNanos);
    }
    return pair;
  }

  private void nominated(CandidatePair pair, boolean first, long nowNanos) {
    if (!pair.nominated) {
      pair.nominated = true;
      pair.firstNominatedAt = nowNanos;
    }
    pair.nominationsInARow++;
    if (pair == selected) {
      startRow();
    } else if (selected == null || Nomination.displaces(pair, selected, first, nowNanos)) {
      select(pair, nowNanos);
    }
  }

  private void startRow() {
    for (int i = 0; i < pairs.all().size(); i++) {
      pairs.all().get(i).nominationsInARow = 0;
    }
  }

  private void select(CandidatePair pair, long nowNanos) {
    if (selected != null) {
      selected.deposedAt = nowNanos;
    }
    selected = pair;
    pair.selectedAt = nowNanos;
    startRow();
    events.add(new PairSelected(pair.remote, pair.path));
  }

  /** Selects the best pair that is left, if there is one. */
  void selectBest(long nowNanos) {
    CandidatePair best = pairs.best();
    if (best != null) {
      select(best, nowNanos);
    }
  }

  void remove(CandidatePair pair) {
    pairs.all().remove(pair);
    if (pair == selected) {
      selected = null;
    }
    events.add(new PairRemoved(pair.remote, pair.path));
  }

  void removeAll() {
    while (!pairs.all().isEmpty()) {
      remove(pairs.all().getLast());
    }
  }

  /** When the first pair's consent runs out; {@link Long#MAX_VALUE} without pairs. */
  long deadline(long consentNanos) {
    long next = Long.MAX_VALUE;
    for (int i = 0; i < pairs.all().size(); i++) {
      next = Math.min(next, pairs.all().get(i).checkedAt + consentNanos);
    }
    return next;
  }

  /** Removes pairs whose consent has run out (RFC 7675 §5.1). */
  void expire(long consentNanos, long nowNanos) {
    for (int i = pairs.all().size() - 1; i >= 0; i--) {
      CandidatePair pair = pairs.all().get(i);
      if (nowNanos - pair.checkedAt >= consentNanos) {
        remove(pair);
      }
    }
  }
}
