package org.consultrelay.load.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.consultrelay.load.peer.LoopTraffic;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Leg;

/**
 * One consultation as it happens: its participants come in, play each other, and leave together. On
 * virtual threads. Whatever was begun is accounted for: it came about, or it failed.
 */
final class ConsultationRun implements Runnable {
  /** Who has waited that long to hear somebody when it is over has waited in vain. */
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  private final Consultation consultation;
  private final LoadClock clock;
  private final Door door;
  private final JoinLog log;
  private final Presence presence;
  private final LoopTraffic traffic;
  private final Roster roster;
  private final List<Present> present = new ArrayList<>();
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  private record Present(Attendance attendance, Door.Visit visit) {}

  /** Somebody who does not hear somebody else yet; one for each pair and direction. */
  private record Waiting(int who, int whom, long sinceNanos) {}

  /**
   * A consultation that has not started.
   *
   * @param firstPublisher the first participant's number; the others' follow
   */
  ConsultationRun(
      Consultation consultation,
      LoadClock clock,
      Door door,
      JoinLog log,
      Presence presence,
      LoopTraffic traffic,
      int firstPublisher) {
    this.consultation = consultation;
    this.clock = clock;
    this.door = door;
    this.log = log;
    this.presence = presence;
    this.traffic = traffic;
    this.roster = new Roster(consultation.legs(), firstPublisher);
  }

  @Override
  public void run() {
    try {
      if (!clock.await(consultation.startNanos())) {
        return;
      }
      presence.consultations.incrementAndGet();
      List<Thread> coming = new ArrayList<>();
      for (Leg leg : consultation.legs()) {
        Attendance attendance =
            new Attendance(
                consultation.room(), leg, roster.publisher(leg.identity()), roster, traffic);
        coming.add(Thread.startVirtualThread(() -> attend(attendance)));
      }
      boolean toTheEnd = clock.await(consultation.endNanos());
      presence.consultations.decrementAndGet();
      end();
      for (Thread each : coming) {
        // Who is still at the door counts, however long it takes: slow joins must not get lost.
        if (!toTheEnd) {
          each.interrupt();
        }
        each.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attend(Attendance attendance) {
    try {
      long due = consultation.startNanos() + attendance.leg().joinAfterNanos();
      if (due >= consultation.endNanos() || !clock.await(due)) {
        return;
      }
      presence.attempts.incrementAndGet();
      Door.Visit visit = door.enter(attendance);
      // From when it was due: a tester that wakes late must not make joins look quick.
      long took = clock.nanos() - due;
      presence.participants.incrementAndGet();
      if (meet(new Present(attendance, visit))) {
        log.joined(took);
      } else {
        log.cameTooLate(took);
      }
    } catch (JoinFailure e) {
      String reason = "join: " + e.reason();
      if (e.isForLater()) {
        log.refused(reason);
      } else {
        log.failed(reason);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.failed("join: tester failed: " + e.getClass().getSimpleName());
    }
  }

  /**
   * Everybody who is in plays whoever comes, and the other way round.
   *
   * @return false when the consultation was over before
   */
  private boolean meet(Present comer) throws InterruptedException {
    List<Present> others;
    boolean tooLate;
    synchronized (present) {
      tooLate = over;
      others = List.copyOf(present);
      if (!tooLate) {
        present.add(comer);
        long now = System.nanoTime();
        for (Present other : others) {
          play(comer, other, now);
          play(other, comer, now);
        }
      }
    }
    if (tooLate) {
      leave(comer);
    }
    return !tooLate;
  }

  private void play(Present who, Present whom, long sinceNanos) {
    if (!whom.attendance().leg().publishes()) {
      return;
    }
    Waiting wish =
        new Waiting(who.attendance().publisher(), whom.attendance().publisher(), sinceNanos);
    waiting.add(wish);
    Thread.startVirtualThread(() -> play(who, whom, wish));
  }

  private void play(Present who, Present whom, Waiting wish) {
    try {
      who.visit().play(whom.attendance(), wish.sinceNanos());
      waiting.remove(wish);
    } catch (JoinFailure e) {
      failed(wish, e.reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed(wish, "tester failed: " + e.getClass().getSimpleName());
    }
  }

  /** Each wish fails once. What breaks because everybody leaves has not failed. */
  private void failed(Waiting wish, String reason) {
    if (!over && waiting.remove(wish)) {
      log.failed("play: " + reason);
    }
  }

  private void end() throws InterruptedException {
    List<Present> leaving;
    synchronized (present) {
      over = true;
      leaving = List.copyOf(present);
    }
    long now = System.nanoTime();
    waiting.removeIf(wish -> {
      boolean inVain = now - wish.sinceNanos() >= PATIENCE_NANOS;
      if (inVain) {
        log.failed("play: still waiting when the consultation ended");
      }
      return inVain;
    });
    leaving.forEach(each -> each.visit().expectEnd());
    List<Thread> farewells = new ArrayList<>();
    for (Present each : leaving) {
      // Each is a client of its own: one whose goodbye takes long holds up nobody.
      farewells.add(Thread.startVirtualThread(() -> leaveQuietly(each)));
    }
    for (Thread each : farewells) {
      each.join();
    }
  }

  private void leaveQuietly(Present who) {
    try {
      leave(who);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void leave(Present who) throws InterruptedException {
    presence.participants.decrementAndGet();
    who.visit().leave(!consultation.vanishes());
  }
}
