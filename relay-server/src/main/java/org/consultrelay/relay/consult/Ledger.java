package org.consultrelay.relay.consult;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All consultations of the relay, in memory and in the store. One thread. */
final class Ledger {
  /** How often one link may be used. */
  private static final int HELLOS_PER_MINUTE = 30;

  private static final int HELLOS_IN_ONE_BURST = 20;

  private static final class Entry {
    final Consultation consultation;
    final Map<String, RateLimit> hellos = new HashMap<>();
    @Nullable SavedConsultation kept;

    Entry(Consultation consultation) {
      this.consultation = consultation;
    }
  }

  private final ConsultStore store;
  private final Map<String, Entry> byId = new LinkedHashMap<>();
  private final Map<String, String> byLink = new HashMap<>();
  private final Map<String, Integer> byKey = new HashMap<>();

  Ledger(ConsultStore store) {
    this.store = store;
  }

  /** From now on it is found, and kept. */
  void add(Consultation consultation) {
    byId.put(consultation.terms().id(), new Entry(consultation));
    byKey.merge(consultation.terms().apiKey(), 1, Integer::sum);
    consultation.links().forEach(link -> linked(consultation, link.id()));
    keep(consultation);
  }

  void linked(Consultation consultation, String link) {
    byLink.put(link, consultation.terms().id());
  }

  void revoked(Consultation consultation, String link) {
    byLink.remove(link);
    Entry entry = byId.get(consultation.terms().id());
    if (entry != null) {
      entry.hellos.remove(link);
    }
  }

  /** Writes down what is new; what is over is forgotten. */
  void keep(Consultation consultation) {
    String id = consultation.terms().id();
    Entry entry = byId.get(id);
    if (entry == null) {
      return;
    }
    if (consultation.isOver()) {
      byId.remove(id);
      byKey.computeIfPresent(
          consultation.terms().apiKey(), (_, count) -> count == 1 ? null : count - 1);
      store.remove(id);
      store.commit();
      return;
    }
    SavedConsultation now = consultation.saved();
    if (!now.equals(entry.kept)) {
      entry.kept = now;
      store.keep(now);
    }
  }

  /** What has been changed outlives the process from now on. */
  void commit() {
    store.commit();
  }

  /** Has the store's file rewritten where it holds what is over. */
  void forget() {
    store.forget();
  }

  /** How many consultations an API key has. */
  int count(String apiKey) {
    return byKey.getOrDefault(apiKey, 0);
  }

  @Nullable Consultation byId(String id) {
    Entry entry = byId.get(id);
    return entry == null ? null : entry.consultation;
  }

  @Nullable Consultation byLink(String link) {
    String id = byLink.get(link);
    return id == null ? null : byId(id);
  }

  /** Whether a link may be used once more now. */
  boolean mayTry(Consultation consultation, String link, long now) {
    Entry entry = byId.get(consultation.terms().id());
    return entry != null
        && entry
            .hellos
            .computeIfAbsent(link, _ -> new RateLimit(HELLOS_PER_MINUTE, HELLOS_IN_ONE_BURST, now))
            .take(now);
  }

  Collection<Consultation> all() {
    return List.copyOf(byId.values().stream().map(entry -> entry.consultation).toList());
  }
}
