package org.consultrelay.load.run;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.load.peer.LoopTraffic;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Leg;

/**
 * One consultation as it happens: its participants come in, play each other, and leave together. On
 * virtual threads.
 */
final class ConsultationRun implements Runnable {
  private final Consultation consultation;
  private final LoadClock clock;
  private final Door door;
  private final JoinLog log;
  private final Presence presence;
  private final LoopTraffic traffic;
  private final int firstPublisher;
  private final List<Present> present = new ArrayList<>();
  private volatile boolean over;

  private record Present(Attendance attendance, Door.Visit visit) {}

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
    this.firstPublisher = firstPublisher;
  }

  @Override
  public void run() {
    try {
      if (!clock.await(consultation.startNanos())) {
        return;
      }
      presence.consultations.incrementAndGet();
      for (int i = 0; i < consultation.legs().size(); i++) {
        Leg leg = consultation.legs().get(i);
        Attendance attendance =
            new Attendance(consultation.room(), leg, firstPublisher + i, traffic);
        Thread.startVirtualThread(() -> attend(attendance));
      }
      clock.await(consultation.endNanos());
      presence.consultations.decrementAndGet();
      end();
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
      long begun = System.nanoTime();
      Door.Visit visit = door.enter(attendance);
      log.joined(System.nanoTime() - begun);
      presence.participants.incrementAndGet();
      meet(new Present(attendance, visit));
    } catch (JoinFailure e) {
      log.failed("join: " + e.reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.failed("join: tester failed: " + e.getClass().getSimpleName());
    }
  }

  /** Everybody who is in plays whoever comes, and the other way round. */
  private void meet(Present comer) throws InterruptedException {
    List<Present> others;
    boolean tooLate;
    synchronized (present) {
      tooLate = over;
      others = List.copyOf(present);
      if (!tooLate) {
        present.add(comer);
      }
    }
    if (tooLate) {
      leave(comer);
      return;
    }
    for (Present other : others) {
      Thread.startVirtualThread(() -> play(comer, other));
      Thread.startVirtualThread(() -> play(other, comer));
    }
  }

  private void play(Present who, Present whom) {
    try {
      who.visit().play(whom.attendance());
    } catch (JoinFailure e) {
      if (!over) {
        log.failed("play: " + e.reason());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.failed("play: tester failed: " + e.getClass().getSimpleName());
    }
  }

  private void end() throws InterruptedException {
    List<Present> leaving;
    synchronized (present) {
      over = true;
      leaving = List.copyOf(present);
    }
    leaving.forEach(each -> each.visit().expectEnd());
    for (Present each : leaving) {
      leave(each);
    }
  }

  private void leave(Present who) throws InterruptedException {
    presence.participants.decrementAndGet();
    who.visit().leave(!consultation.vanishes());
  }
}
