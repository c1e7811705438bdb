package org.consultrelay.relay.signal.livekit;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.room.RoomRefusal;

/** What this door counts. Any thread. */
public final class SignalCounters {
  /** What came of a request to join. */
  public enum Join {
    /** Let in. */
    JOINED,
    /** Went on with a session. */
    RESUMED,
    /** Wanted to go on with a session that is not there. */
    UNKNOWN_SESSION,
    /** The token was refused. */
    UNAUTHORIZED,
    /** The request could not be understood. */
    MALFORMED,
    /** The room or the relay is full. */
    FULL,
    /** A new room while the relay drains. */
    DRAINING,
    /** The relay has too little headroom. */
    OVERLOADED,
    /** The token is good, but nobody has let its bearer into the room. */
    NOT_ADMITTED;

    static Join of(RoomRefusal.Reason reason) {
      return switch (reason) {
        case DRAINING -> DRAINING;
        case OVERLOADED -> OVERLOADED;
        case NOT_ADMITTED -> NOT_ADMITTED;
        default -> FULL;
      };
    }
  }

  /** Why a session was ended by us for what it sent. */
  public enum Violation {
    /** Not a message of the protocol. */
    MALFORMED,
    /** More messages than anybody needs. */
    TOO_MANY,
    /** A session description that cannot be understood or answered. */
    DESCRIPTION,
    /** A message longer than any may be, or a frame that is none. */
    TOO_LONG,
    /** Text where bytes are spoken. */
    TEXT
  }

  /** What becomes of second codecs for those who cannot decode the first. */
  public enum Backup {
    /** A subscriber needs one that the publisher can send. */
    ASKED,
    /** A publisher sends one. */
    ADDED,
    /** A subscriber waited for one in vain. */
    MISSING
  }

  final LongAdder slowSockets = new LongAdder();
  final LongAdder deadSockets = new LongAdder();
  private final Map<Join, LongAdder> joins = counters(Join.class);
  private final Map<Backup, LongAdder> backups = counters(Backup.class);
  private final Map<Violation, LongAdder> violations = counters(Violation.class);
  private final Map<SignalRequest.MessageCase, LongAdder> received =
      counters(SignalRequest.MessageCase.class);
  private final Map<SignalResponse.MessageCase, LongAdder> sent =
      counters(SignalResponse.MessageCase.class);

  private static <E extends Enum<E>> Map<E, LongAdder> counters(Class<E> type) {
    Map<E, LongAdder> counters = new EnumMap<>(type);
    for (E each : type.getEnumConstants()) {
      counters.put(each, new LongAdder());
    }
    return counters;
  }

  private static <E extends Enum<E>> LongAdder of(Map<E, LongAdder> counters, E each) {
    LongAdder counter = counters.get(each);
    if (counter == null) {
      throw new IllegalArgumentException(each.name());
    }
    return counter;
  }

  void join(Join outcome) {
    of(joins, outcome).increment();
  }

  void backup(Backup outcome) {
    of(backups, outcome).increment();
  }

  /** Second codecs, by what became of them. */
  public long backups(Backup outcome) {
    return of(backups, outcome).sum();
  }

  void violation(Violation violation) {
    of(violations, violation).increment();
  }

  void received(SignalRequest.MessageCase type) {
    of(received, type).increment();
  }

  void sent(SignalResponse.MessageCase type) {
    of(sent, type).increment();
  }

  /** Requests to join, by outcome. */
  public long joins(Join outcome) {
    return of(joins, outcome).sum();
  }

  /** Sessions ended for what they sent. */
  public long violations(Violation violation) {
    return of(violations, violation).sum();
  }

  /** Messages of clients, by type. */
  public long received(String type) {
    return of(received, SignalRequest.MessageCase.valueOf(type)).sum();
  }

  /** Messages to clients, by type. */
  public long sent(String type) {
    return of(sent, SignalResponse.MessageCase.valueOf(type)).sum();
  }

  /** Clients cut off for reading too slowly. */
  public long slowSockets() {
    return slowSockets.sum();
  }

  /** Sockets closed because nothing came any more. */
  public long deadSockets() {
    return deadSockets.sum();
  }

  /** The types of messages that clients send. */
  public static java.util.List<String> requestTypes() {
    return names(SignalRequest.MessageCase.values());
  }

  /** The types of messages that clients are sent. */
  public static java.util.List<String> responseTypes() {
    return names(SignalResponse.MessageCase.values());
  }

  private static java.util.List<String> names(Enum<?>[] types) {
    return java.util.Arrays.stream(types).map(Enum::name).toList();
  }
}
