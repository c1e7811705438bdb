package org.consultrelay.relay.consult;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.consultrelay.relay.room.Doorkeeper;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * Consultations with waiting rooms: who may come, who waits, who has been let in. Everything
 * happens on one thread of its own, in order; any thread may ask.
 */
public final class ConsultService implements AutoCloseable {
  /** How long a page may say nothing. */
  private static final long SILENCE_MILLIS = 60_000;

  /** After a restart pages find back one after the other. */
  private static final long RESTART_MILLIS = 60_000;

  /** How often the store's file is rewritten, if there is a reason. */
  private static final long FORGET_MILLIS = 60_000;

  private static final long TICK_MILLIS = 1_000;

  private final ConsultLimits limits;
  private final Rooms rooms;
  private final InstantSource clock;
  private final SecureRandom random;
  private final ConsultCounters counters = new ConsultCounters();
  private final AdmittedPeople admitted = new AdmittedPeople();
  private final LinkTokens links;
  private final Ledger ledger;
  private final Consequences consequences;
  private final ConsultAudit audit;
  private final Practice practice = new Practice(this);
  private final Visits visits = new Visits();
  private final AtomicLong lines = new AtomicLong();
  private long forgotAt;
  private final ConsultThread thread = new ConsultThread();

  /**
   * Goes on with what the store has.
   *
   * @param store keeps consultations while they last
   * @param apiKeys secrets by API key as they are now
   * @param rooms where consultations take place; they are guarded from now on
   * @param tokens lets people in
   * @param audit is told who does what
   */
  public ConsultService(
      ConsultLimits limits,
      Store store,
      Map<String, String> apiKeys,
      Rooms rooms,
      CallTokens tokens,
      ConsultAudit audit,
      InstantSource clock,
      SecureRandom random) {
    this.limits = limits;
    this.rooms = rooms;
    this.clock = clock;
    this.random = random;
    this.audit = audit;
    ConsultStore kept = new ConsultStore(store);
    this.links = new LinkTokens(kept.linkSecret(apiKeys, random));
    this.ledger = new Ledger(kept);
    this.consequences =
        new Consequences(rooms, admitted, tokens, links, ledger, counters, audit, new Reached());
    restore(kept);
    rooms.doorkeeper(admitted);
  }

  /** Whether a room is a consultation's of an API key whose rooms begin with the prefix. */
  public static boolean isRoomOf(String prefix, String room) {
    return room.startsWith(prefix + AdmittedPeople.MARK);
  }

  /** Lets time go by from now on. */
  public void start() {
    thread.every(TICK_MILLIS, this::tick);
  }

  private void restore(ConsultStore kept) {
    long now = clock.millis();
    for (SavedConsultation saved : kept.all()) {
      if (saved.terms().endsAt() <= now) {
        kept.remove(saved.terms().id());
        continue;
      }
      Consultation consultation = make(saved.terms());
      consultation.restore(saved, now + RESTART_MILLIS);
      for (Seat seat : consultation.present()) {
        admitted.admit(saved.terms().room(), seat.identity);
      }
      ledger.add(consultation);
    }
  }

  private final class Reached implements Consequences.Service {
    @Override
    public @Nullable Line line(long number) {
      Visits.Visit visit = visits.on(number);
      return visit == null ? null : visit.line;
    }

    @Override
    public void over(long number) {
      visits.remove(number);
    }

    @Override
    public long now() {
      return clock.millis();
    }

    @Override
    public void absent(String consultation, String visit) {
      thread.execute(() -> {
        Consultation found = ledger.byId(consultation);
        if (found != null) {
          change(found, effects -> found.absent(visit, effects));
        }
      });
    }
  }

  /** Says who may be in the rooms of consultations. */
  Doorkeeper doorkeeper() {
    return admitted;
  }

  /** What is counted. */
  public ConsultCounters counters() {
    return counters;
  }

  /** How tokens of links are checked. Any thread. */
  LinkTokens links() {
    return links;
  }

  /** What back ends may do. */
  Practice practice() {
    return practice;
  }

  ConsultLimits limits() {
    return limits;
  }

  Ledger ledger() {
    return ledger;
  }

  ConsultAudit audit() {
    return audit;
  }

  long now() {
    return clock.millis();
  }

  /** Letters for names that are each another one: so many random bytes in base64url. */
  String randomName(int bytes) {
    byte[] name = new byte[bytes];
    random.nextBytes(name);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(name);
  }

  /** A consultation that nobody knows of yet. */
  Consultation make(Terms terms) {
    return new Consultation(
        terms,
        limits.seatGrace().toMillis(),
        () ->
            rooms
                .refusal(terms.room(), terms.urgent())
                .map(RoomRefusal::retryAfterSeconds)
                .orElse(0),
        () -> randomName(LinkTokens.ID_BYTES));
  }

  /** Does something on the service's thread. */
  <T> CompletableFuture<T> ask(Supplier<T> task) {
    return thread.ask(task);
  }

  /** Lets something happen in a consultation, with all that comes of it. On the thread. */
  void change(Consultation consultation, Consumer<List<Effect>> task) {
    this.<Boolean>answer(
        consultation,
        effects -> {
          task.accept(effects);
          return true;
        });
  }

  /** As {@link #change}, for what has an answer. On the thread. */
  <T> T answer(Consultation consultation, Function<List<Effect>, T> task) {
    List<Effect> effects = new ArrayList<>();
    T answer = task.apply(effects);
    // Kept before anybody hears of it.
    ledger.keep(consultation);
    if (effects.stream().anyMatch(Effect::isForGood)) {
      ledger.commit();
    }
    for (Effect effect : effects) {
      consequences.of(consultation, effect);
    }
    if (consultation.isOver()) {
      consequences.over(consultation.terms());
    }
    return answer;
  }

  /** A number for a line that has been opened. Any thread. */
  long open() {
    return lines.incrementAndGet();
  }

  /**
   * A page says by which link it comes. Any thread.
   *
   * @param number of the line
   * @param link whose token was good
   * @param name what its user calls themselves; may be empty
   */
  void hello(long number, Line line, String link, String name) {
    thread.execute(() -> {
      long now = clock.millis();
      Consultation consultation = ledger.byLink(link);
      Link known = consultation == null ? null : consultation.link(link);
      if (consultation == null || known == null || consultation.terms().endsAt() <= now) {
        refuse(line, ConsultCounters.LinkUse.GONE, ConsultRefusal.LINK_GONE);
      } else if (!ledger.mayTry(consultation, link, now)) {
        refuse(
            line,
            ConsultCounters.LinkUse.TOO_MANY,
            ConsultRefusal.later(
                ConsultRefusal.Code.TOO_MANY, "This link is used too often, wait a little.", 10));
      } else {
        change(
            consultation,
            effects -> {
              // The line must be known before anything is said on it.
              ConsultAnswer<String> answer = consultation.hello(known, number, name, now, effects);
              switch (answer) {
                case ConsultAnswer.Refused<String>(ConsultRefusal refusal) ->
                    refuse(line, ConsultCounters.LinkUse.EARLY, refusal);
                case ConsultAnswer.Done<String>(String visit) -> {
                  counters.link(ConsultCounters.LinkUse.TAKEN);
                  visits.add(new Visits.Visit(number, line, consultation.terms().id(), visit, now));
                }
              }
            });
      }
    });
  }

  private void refuse(Line line, ConsultCounters.LinkUse use, ConsultRefusal refusal) {
    counters.link(use);
    line.end(ServiceMessage.Fault.of(refusal));
  }

  /** A page says something. Any thread. */
  void received(long number, PageMessage message) {
    thread.execute(() -> {
      Visits.Visit visit = visits.on(number);
      Consultation consultation = visit == null ? null : ledger.byId(visit.consultation);
      if (visit != null && consultation != null) {
        long now = clock.millis();
        visit.heard(now);
        change(
            consultation,
            effects -> consultation.received(visit.visit, number, message, now, effects));
      }
    });
  }

  /** A line is lost. Any thread. */
  void lost(long number) {
    thread.execute(() -> {
      Visits.Visit visit = visits.remove(number);
      Consultation consultation = visit == null ? null : ledger.byId(visit.consultation);
      if (visit != null && consultation != null) {
        long now = clock.millis();
        change(consultation, effects -> consultation.lost(visit.visit, number, now, effects));
      }
    });
  }

  /** Time has gone by. On the thread. */
  void tick() {
    long now = clock.millis();
    int[] states = new int[ConsultState.values().length];
    int waiting = 0;
    for (Consultation each : ledger.all()) {
      if (each.terms().endsAt() <= now) {
        change(each, effects -> each.end(EndReason.EXPIRED, "", effects));
      } else {
        if (!each.seats().isEmpty()) {
          change(each, effects -> each.tick(now, effects));
        }
        states[each.state().ordinal()]++;
        waiting += each.waiting().size();
      }
    }
    for (Visits.Visit each : visits.silent(now, SILENCE_MILLIS)) {
      counters.fault(ConsultCounters.Fault.SILENT);
      each.line.cut();
      lost(each.number);
    }
    counters.now(states, waiting, visits.size());
    if (now - forgotAt >= FORGET_MILLIS) {
      forgotAt = now;
      ledger.forget();
    }
  }

  /** Tells all pages that the relay stops; what is kept is written. */
  @Override
  public void close() {
    thread.end(() -> {
      for (Visits.Visit each : visits.all()) {
        counters.ended(EndReason.SHUTDOWN);
        each.line.end(new ServiceMessage.Ended(EndReason.SHUTDOWN));
      }
      visits.clear();
      ledger.commit();
    });
  }
}
