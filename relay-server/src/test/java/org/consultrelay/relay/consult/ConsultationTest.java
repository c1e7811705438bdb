package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One consultation in virtual time: people come, lose their lines, are let in and put out in any
 * order, and what is to hold holds after each step.
 */
class ConsultationTest {
  private static final long GRACE = 60_000;
  private static final int STEPS = 400;
  private static final Terms TERMS =
      new Terms("id", "key", "room", 5_000, 1_000, 10_000_000, "123", false, false);

  private long seed;
  private Random random = new Random(0);
  private long now;
  private long lines;
  private int names;
  private int busy;
  private Consultation consultation = fresh();

  /** By line: the visit; a line that has ended is in none. */
  private final Map<Long, String> visits = new LinkedHashMap<>();

  private final Set<Long> endedLines = new HashSet<>();

  /** What a clinician has said yes to, by identity. */
  private final Set<String> allowed = new HashSet<>();

  /** Who could be in the room now, as the guard would know. */
  private final Set<String> guard = new HashSet<>();

  private final Map<Long, ServiceMessage.Waiting> toldWaiting = new HashMap<>();
  private final Map<Long, ServiceMessage.People> toldPeople = new HashMap<>();

  private Consultation fresh() {
    return new Consultation(TERMS, GRACE, () -> busy, () -> "n" + ++names);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void whateverHappensNobodyIsInWhomNobodyLetIn(long from) {
    seed = from;
    random = new Random(from);
    now = TERMS.opensAt();
    consultation.add(Role.CLINICIAN, "Dr Jones");
    consultation.add(Role.PATIENT, "");
    consultation.add(Role.GUEST, "Interpreter");
    consultation.add(Role.GUEST, "");
    for (int i = 0; i < STEPS && !consultation.isOver(); i++) {
      now += random.nextInt(20_000);
      busy = random.nextInt(20) == 0 ? 7 : 0;
      List<Effect> effects = new ArrayList<>();
      step(effects);
      obey(effects);
      check();
    }
    List<Effect> effects = new ArrayList<>();
    consultation.end(EndReason.EXPIRED, "", effects);
    obey(effects);
    assertThat(guard).as("seed %s", seed).isEmpty();
    assertThat(visits).as("seed %s", seed).isEmpty();
    assertThat(consultation.links()).isEmpty();
  }

  private void step(List<Effect> effects) {
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> come(effects);
      case 4 -> lose(effects);
      case 5 -> consultation.tick(now, effects);
      case 6 -> restart();
      case 7 -> absent(effects);
      default -> say(effects);
    }
  }

  private void come(List<Effect> effects) {
    List<Link> links = List.copyOf(consultation.links());
    if (links.isEmpty()) {
      return;
    }
    Link link = links.get(random.nextInt(links.size()));
    long line = ++lines;
    if (consultation.hello(link, line, "name " + line, now, effects)
        instanceof ConsultAnswer.Done<String>(String visit)) {
      visits.put(line, visit);
      if (link.role() == Role.CLINICIAN) {
        allowed.add(seat(visit).identity);
      }
    }
  }

  private Seat seat(String visit) {
    return Objects.requireNonNull(consultation.seat(visit));
  }

  private @Nullable Long someLine() {
    List<Long> open = List.copyOf(visits.keySet());
    return open.isEmpty() ? null : open.get(random.nextInt(open.size()));
  }

  private void lose(List<Effect> effects) {
    Long line = someLine();
    if (line != null) {
      String visit = visits.remove(line);
      endedLines.add(line);
      consultation.lost(Objects.requireNonNull(visit), line, now, effects);
    }
  }

  private void absent(List<Effect> effects) {
    List<Seat> seats = List.copyOf(consultation.seats());
    if (!seats.isEmpty()) {
      consultation.absent(seats.get(random.nextInt(seats.size())).visit, effects);
    }
  }

  /** The relay stops and comes back: lines are lost, places are kept. */
  private void restart() {
    SavedConsultation saved = consultation.saved();
    saved =
        Json.read(Json.write(saved), SavedConsultation.class)
            .orElseThrow(() -> new AssertionError("what was written can be read"));
    assertThat(saved).as("seed %s", seed).isEqualTo(consultation.saved());
    consultation = fresh();
    consultation.restore(saved, now);
    assertThat(consultation.saved()).as("seed %s", seed).isEqualTo(saved);
    endedLines.addAll(visits.keySet());
    visits.clear();
    toldPeople.clear();
    toldWaiting.clear();
  }

  private void say(List<Effect> effects) {
    Long line = someLine();
    if (line == null) {
      return;
    }
    List<Seat> seats = List.copyOf(consultation.seats());
    Seat other = seats.get(random.nextInt(seats.size()));
    Seat self = seat(Objects.requireNonNull(visits.get(line)));
    List<Link> links = List.copyOf(consultation.links());
    String link = links.get(random.nextInt(links.size())).id();
    String type =
        List.of(
                "admit",
                "admit",
                "admit",
                "remove",
                "lock",
                "invite",
                "revoke",
                "message",
                "message-all",
                "leave",
                "mode",
                "video-failed",
                "refresh",
                "ping",
                "nonsense",
                random.nextInt(20) == 0 ? "end" : "ping")
            .get(random.nextInt(16));
    boolean yes = random.nextBoolean();
    if (type.equals("admit") && self.isClinician() && !consultation.isLocked() && busy == 0) {
      allowed.add(other.identity);
    }
    consultation.received(
        self.visit,
        line,
        new PageMessage(
            type,
            null,
            "guest",
            other.visit,
            link,
            "guest",
            "text",
            yes ? "audio" : "video",
            yes && random.nextInt(3) == 0,
            yes),
        now,
        effects);
  }

  /** Does what is to be done, and sees that it may be. */
  private void obey(List<Effect> effects) {
    assertThat(effects.size()).as("seed %s", seed).isLessThan(4 * Consultation.MOST_LINKS + 10);
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Say(long line, ServiceMessage message) -> {
          assertThat(endedLines).as("seed %s: %s", seed, message).doesNotContain(line);
          if (message instanceof ServiceMessage.Waiting waiting) {
            assertThat(waiting).isNotEqualTo(toldWaiting.put(line, waiting));
          } else if (message instanceof ServiceMessage.People people) {
            assertThat(people).isNotEqualTo(toldPeople.put(line, people));
          }
        }
        case Effect.End(long line, EndReason reason) -> {
          assertThat(endedLines.add(line)).as("seed %s: %s", seed, reason).isTrue();
          visits.remove(line);
        }
        case Effect.LetIn person -> {
          assertThat(allowed).as("seed %s", seed).contains(person.identity());
          assertThat(endedLines).as("seed %s", seed).doesNotContain(person.line());
          guard.add(person.identity());
        }
        case Effect.PutOut(String identity) -> {
          guard.remove(identity);
          // Whatever comes later under this identity is a fault.
          allowed.remove(identity);
        }
        case Effect.Waited(long millis) -> assertThat(millis).isNotNegative();
        case Effect.LookFor(String visit, String identity) ->
            assertThat(seat(visit).identity).isEqualTo(identity);
        case Effect.Invited _, Effect.Revoked _, Effect.Note _ -> {}
      }
    }
  }

  private void check() {
    Set<String> links = new HashSet<>();
    Set<String> identities = new HashSet<>();
    for (Seat seat : consultation.seats()) {
      assertThat(links.add(seat.link)).as("one seat for a link, seed %s", seed).isTrue();
      assertThat(consultation.link(seat.link)).as("seed %s", seed).isNotNull();
      identities.add(seat.identity);
      if (seat.isConnected()) {
        assertThat(visits).as("seed %s", seed).containsEntry(seat.line, seat.visit);
      }
    }
    assertThat(identities).as("who may be in has a place, seed %s", seed).containsAll(guard);
    List<Seat> waiting = consultation.waiting();
    for (int i = 0; i < waiting.size(); i++) {
      Seat seat = waiting.get(i);
      assertThat(guard).as("seed %s", seed).doesNotContain(seat.identity);
      assertThat(i == 0 || waiting.get(i - 1).since <= seat.since).as("seed %s", seed).isTrue();
      if (seat.isConnected()) {
        ServiceMessage.Waiting told = toldWaiting.get(seat.line);
        assertThat(told)
            .as("seed %s", seed)
            .isEqualTo(
                new ServiceMessage.Waiting(
                    i + 1,
                    waiting.size(),
                    Words.time(seat.since),
                    consultation.clinicianPresent(),
                    consultation.isLocked()));
      }
    }
    for (Seat seat : consultation.seats()) {
      if (seat.isClinician() && seat.isConnected()) {
        assertThat(toldPeople.get(seat.line))
            .as("seed %s", seed)
            .isEqualTo(new Notices(consultation).people());
      }
    }
  }
}
