package org.consultrelay.relay.consult;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages that have said who they are, by the number of their line. On the service's thread. */
final class Visits {
  /** A page that has said who it is. */
  static final class Visit {
    final long number;
    final Line line;
    final String consultation;
    final String visit;

    /** When it said something last, in milliseconds since 1970. */
    private long heardAt;

    Visit(long number, Line line, String consultation, String visit, long heardAt) {
      this.number = number;
      this.line = line;
      this.consultation = consultation;
      this.visit = visit;
      this.heardAt = heardAt;
    }

    /** It says something now. */
    void heard(long now) {
      heardAt = now;
    }
  }

  private final Map<Long, Visit> byNumber = new HashMap<>();

  void add(Visit visit) {
    byNumber.put(visit.number, visit);
  }

  /** The visit on a line; null when nobody has said on it who they are, or it is over. */
  @Nullable Visit on(long number) {
    return byNumber.get(number);
  }

  /** A line is over; gives what was on it, or null. */
  @Nullable Visit remove(long number) {
    return byNumber.remove(number);
  }

  /** Those that have said nothing for longer than so many milliseconds. */
  List<Visit> silent(long now, long millis) {
    return byNumber.values().stream().filter(visit -> now - visit.heardAt > millis).toList();
  }

  int size() {
    return byNumber.size();
  }

  Collection<Visit> all() {
    return byNumber.values();
  }

  void clear() {
    byNumber.clear();
  }
}
