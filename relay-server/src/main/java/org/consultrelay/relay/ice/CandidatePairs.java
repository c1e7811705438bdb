package org.consultrelay.relay.ice;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The few valid pairs of one agent. Bounded: a peer with many addresses costs no more memory. Gone
 * through by number, since each check does and an iterator may be an allocation.
 */
final class CandidatePairs {
  /** A phone with two networks, two families and our two paths makes eight. */
  static final int MAX = 16;

  private final List<CandidatePair> pairs = new ArrayList<>(4);

  List<CandidatePair> all() {
    return pairs;
  }

  @Nullable CandidatePair find(TransportAddress remote, int path) {
    for (int i = 0; i < pairs.size(); i++) {
      CandidatePair pair = pairs.get(i);
      if (pair.is(remote, path)) {
        return pair;
      }
    }
    return null;
  }

  /** The pair to give up for a new one: the longest unchecked but for the selected; or null. */
  @Nullable CandidatePair crowdedOut(@Nullable CandidatePair selected) {
    if (pairs.size() < MAX) {
      return null;
    }
    CandidatePair oldest = null;
    for (int i = 0; i < pairs.size(); i++) {
      CandidatePair pair = pairs.get(i);
      if (pair != selected && (oldest == null || pair.checkedAt < oldest.checkedAt)) {
        oldest = pair;
      }
    }
    return oldest;
  }

  /** Where to send when the selected pair is gone: nominated before not, then checked last. */
  @Nullable CandidatePair best() {
    CandidatePair best = null;
    for (int i = 0; i < pairs.size(); i++) {
      CandidatePair pair = pairs.get(i);
      if (best == null
          || (pair.nominated && !best.nominated)
          || (pair.nominated == best.nominated && pair.checkedAt > best.checkedAt)) {
        best = pair;
      }
    }
    return best;
  }
}
