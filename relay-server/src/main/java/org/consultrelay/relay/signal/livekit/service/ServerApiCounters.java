package org.consultrelay.relay.signal.livekit.service;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Requests to the server API, by method and by what came of them. Any thread. */
public final class ServerApiCounters {
  /** What stands for all paths that are no method of the room service. */
  static final String OTHER = "other";

  /** What came of a request, for operators: errors that mean the same to them are one. */
  public enum Outcome {
    /** Done. */
    OK,
    /** The token is none of ours, or lacks the grant. */
    UNAUTHENTICATED,
    /** No such room, participant or track. */
    NOT_FOUND,
    /** The request is wrong, or asks for what there is not here. */
    INVALID,
    /** More requests than an API key may make, or too many calls at once. */
    LIMITED,
    /** The relay has no room left, or a participant did not answer. */
    UNAVAILABLE,
    /** The relay failed. */
    FAILED;

    static Outcome of(TwirpCode code) {
      return switch (code) {
        case UNAUTHENTICATED -> UNAUTHENTICATED;
        case NOT_FOUND -> NOT_FOUND;
        case BAD_ROUTE, INVALID_ARGUMENT, MALFORMED, FAILED_PRECONDITION, UNIMPLEMENTED, ABORTED ->
            INVALID;
        case RESOURCE_EXHAUSTED -> LIMITED;
        case DEADLINE_EXCEEDED, UNAVAILABLE -> UNAVAILABLE;
        case INTERNAL -> FAILED;
      };
    }
  }

  private final Map<String, LongAdder[]> byMethod = new TreeMap<>();

  ServerApiCounters(Iterable<String> methods) {
    methods.forEach(method -> byMethod.put(method, adders()));
    byMethod.put(OTHER, adders());
  }

  private static LongAdder[] adders() {
    LongAdder[] adders = new LongAdder[Outcome.values().length];
    Arrays.setAll(adders, _ -> new LongAdder());
    return adders;
  }

  void count(String method, Outcome outcome) {
    LongAdder[] adders = byMethod.get(method);
    if (adders != null) {
      adders[outcome.ordinal()].increment();
    }
  }

  /** The methods that are told apart, and one for all others. */
  public List<String> methods() {
    return List.copyOf(byMethod.keySet());
  }

  /** How many requests of a method came to this; 0 for a method that is not told apart. */
  public long requests(String method, Outcome outcome) {
    LongAdder[] adders = byMethod.get(method);
    return adders == null ? 0 : adders[outcome.ordinal()].sum();
  }
}
