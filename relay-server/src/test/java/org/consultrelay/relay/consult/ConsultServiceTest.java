package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.consult.ConsultCounters.Fault;
import org.consultrelay.relay.consult.ConsultCounters.LinkUse;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.Admission;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.ParticipantKind;
import org.consultrelay.relay.room.ParticipantProfile;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomEvents;
import org.consultrelay.relay.room.RoomLimits;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.store.Store;
import org.consultrelay.relay.transport.TransportEnd;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with a clock of the test's own: what time does, what is kept, and the bounds. */
class ConsultServiceTest {
  private static final VerifiedToken CALLER =
      new VerifiedToken("key", Grants.server(""), Instant.MAX, "");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-02T09:00:00Z"));
  private final InstantSource clock = now::get;
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final Rooms rooms =
      new Rooms(
          List.of(new RoomLoop(Runnable::run, () -> 0, new TimerWheel(0), null, List.of())),
          new RoomLimits(Duration.ofMinutes(1), Duration.ofMinutes(5), 100, 100, 100, false, 0, 0),
          new Silence(),
          new SecureRandom());
  private volatile boolean keyGone;
  private Store store;
  private ConsultService service;

  @BeforeEach
  void start() throws Exception {
    store = Store.open(Optional.empty());
    service = service();
  }

  @AfterEach
  void stop() {
    service.close();
    store.close();
  }

  private ConsultService service() {
    return new ConsultService(
        new ConsultLimits(
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofSeconds(60),
            3,
            Optional.of("https://video.example")),
        store,
        Map.of("key", "secret"),
        rooms,
        (key, grants, validity) ->
            key.equals("key") && !keyGone ? Optional.of("token of " + grants.identity()) : Optional.empty(),
        (event, room, actor, subject) -> notes.add(event + " " + actor + " " + subject),
        clock,
        new SecureRandom());
  }

  private ConsultReply.Made make(String slot) {
    return (ConsultReply.Made) answer(slot).value();
  }

  private ConsultAnswer.Done<ConsultReply> answer(@Nullable String slot) {
    return (ConsultAnswer.Done<ConsultReply>) make("key", slot);
  }

  private ConsultAnswer<ConsultReply> make(String key, @Nullable String slot) {
    return service
        .practice()
        .make(
            key,
            "",
            new ConsultRequest.NewConsultation(slot, null, "Dr Jones", "Pat", "", null, null),
            "https://video.example")
        .join();
  }

  private Page come(ConsultReply.NewLink link) {
    Page page = new Page(service.open());
    service.hello(page.number, page, link.linkId(), "");
    settle();
    return page;
  }

  /** All that was asked for before has been done. */
  private void settle() {
    service.ask(() -> true).join();
  }

  private void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
    service
        .ask(() -> {
          service.tick();
          return true;
        })
        .join();
    settle();
  }

  private void say(Page page, String type, @Nullable String visit) {
    service.received(
        page.number, new PageMessage(type, null, null, visit, null, null, null, null, null, null));
    settle();
  }

  private boolean mayEnter(String room, String identity) {
    return rooms.closedTo(room, identity).isEmpty();
  }

  @Test
  void timeEndsAConsultationAndNothingRemains() {
    ConsultReply.Made made = make(null);
    Page patient = come(made.patient());
    assertThat(store.map("consultations")).hasSize(1);
    assertThat(store.map("consultations").values().toString()).contains("Pat");
    for (int i = 0; i < 7; i++) {
      pass(Duration.ofSeconds(50));
      say(patient, "ping", null);
    }
    now.set(Instant.parse(made.endsAt()).minusSeconds(1));
    say(patient, "ping", null);
    pass(Duration.ZERO);
    assertThat(patient.last(ServiceMessage.Ended.class)).isNull();
    pass(Duration.ofSeconds(1));
    assertThat(patient.last(ServiceMessage.Ended.class).reason()).isEqualTo(EndReason.EXPIRED);
    assertThat(store.map("consultations")).isEmpty();
    assertThat(notes).contains("expired  ");
    Page late = come(made.patient());
    assertThat(late.error()).isEqualTo("gone");
    assertThat(service.counters().links(LinkUse.GONE)).isOne();
    assertThat(service.counters().ends(EndReason.EXPIRED)).isOne();
  }

  @Test
  void whoIsLetInMayEnterUntilTheyAreOut() {
    ConsultReply.Made made = make(null);
    Page clinician = come(made.clinician());
    Page patient = come(made.patient());
    String own = clinician.last(ServiceMessage.Admitted.class).token().substring(9);
    assertThat(mayEnter(made.room(), own)).isTrue();
    say(clinician, "admit", patient.last(ServiceMessage.Welcome.class).visit());
    String theirs = patient.last(ServiceMessage.Admitted.class).token().substring(9);
    assertThat(mayEnter(made.room(), theirs)).isTrue();
    assertThat(mayEnter(made.room(), "anybody")).isFalse();
    assertThat(mayEnter("their own room", "anybody")).isTrue();
    assertThat(notes).contains("admitted " + own + " " + theirs);
    say(patient, "leave", null);
    assertThat(mayEnter(made.room(), theirs)).isFalse();
    say(clinician, "end", null);
    assertThat(mayEnter(made.room(), own)).isFalse();
  }

  /** Their page is gone, but the call goes on: they stay; without the call they go. */
  @Test
  void whoIsInTheRoomKeepsTheirPlaceWithoutALine() {
    ConsultReply.Made made = make(null);
    Page clinician = come(made.clinician());
    Page patient = come(made.patient());
    say(clinician, "admit", patient.last(ServiceMessage.Welcome.class).visit());
    String theirs = patient.last(ServiceMessage.Admitted.class).token().substring(9);
    assertThat(enter(made.room(), theirs)).isInstanceOf(RoomResult.Done.class);
    service.lost(patient.number);
    settle();
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(50));
      say(clinician, "ping", null);
    }
    assertThat(mayEnter(made.room(), theirs)).isTrue();
    rooms
        .inExistingRoom(
            made.room(),
            room -> {
              Objects.requireNonNull(room.participant(theirs))
                  .remove(org.consultrelay.relay.room.DepartureReason.LEFT);
              return new RoomResult.Done<>(true);
            })
        .join();
    for (int i = 0; i < 3; i++) {
      pass(Duration.ofSeconds(50));
      say(clinician, "ping", null);
    }
    assertThat(mayEnter(made.room(), theirs)).isFalse();
    assertThat(clinician.last(ServiceMessage.People.class).present()).hasSize(1);
  }

  private RoomResult<Participant> enter(String room, String identity) {
    return rooms
        .inRoom(
            room,
            in ->
                in.enter(
                    new ParticipantProfile(
                        identity, "", "", Map.of(), ParticipantKind.STANDARD, Permission.STANDARD)))
        .join();
  }

  @Test
  void silenceEndsALineAndLaterTheWaiting() {
    ConsultReply.Made made = make(null);
    Page clinician = come(made.clinician());
    Page patient = come(made.patient());
    pass(Duration.ofSeconds(61));
    assertThat(patient.cut).isTrue();
    assertThat(service.counters().faults(Fault.SILENT)).isEqualTo(2);
    Page again = come(made.clinician());
    assertThat(again.last(ServiceMessage.People.class).waiting()).hasSize(1);
    pass(Duration.ofSeconds(59));
    assertThat(again.last(ServiceMessage.People.class).waiting()).hasSize(1);
    pass(Duration.ofSeconds(1));
    assertThat(again.last(ServiceMessage.People.class).waiting()).isEmpty();
    assertThat(clinician.cut).isTrue();
  }

  @Test
  void boundsAreKept() {
    ConsultReply.Made made = make(null);
    for (int i = 0; i < 2; i++) {
      make(null);
    }
    assertThat(code(make("key", null))).isEqualTo("too_many");
    assertThat(make("other", null)).isInstanceOf(ConsultAnswer.Done.class);
    service.practice().end(CALLER, made.id()).join();
    ConsultReply.Made next = make(null);
    for (int i = 2; i < Consultation.MOST_LINKS; i++) {
      assertThat(link(next)).isInstanceOf(ConsultAnswer.Done.class);
    }
    assertThat(code(link(next))).isEqualTo("too_many");
    String error = "";
    for (int i = 0; i < 100 && error.isEmpty(); i++) {
      error = come(next.patient()).error();
    }
    assertThat(error).isEqualTo("too_many");
    pass(Duration.ofSeconds(30));
    assertThat(come(next.patient()).error()).isEmpty();
  }

  private ConsultAnswer<ConsultReply> link(ConsultReply.Made made) {
    return service
        .practice()
        .link(CALLER, made.id(), new ConsultRequest.NewLink("guest", ""), "")
        .join();
  }

  private static String code(ConsultAnswer<ConsultReply> answer) {
    return ((ConsultAnswer.Refused<ConsultReply>) answer).refusal().code().word();
  }

  @Test
  void aFullRelayIsToldToTheClinicianWhoComesInWhenThereIsRoom() {
    boolean[] full = {true};
    rooms.admission(
        new Admission() {
          @Override
          public @Nullable RoomRefusal room(boolean urgent) {
            return full[0] ? RoomRefusal.OVERLOADED : null;
          }

          @Override
          public @Nullable RoomRefusal participant(RoomLoop loop) {
            return null;
          }
        });
    ConsultReply.Made made = make(null);
    Page clinician = come(made.clinician());
    assertThat(clinician.error()).isEqualTo("unavailable");
    assertThat(clinician.last(ServiceMessage.Fault.class).retryAfter()).isEqualTo(10);
    assertThat(clinician.last(ServiceMessage.Admitted.class)).isNull();
    say(clinician, "refresh", null);
    assertThat(clinician.last(ServiceMessage.Admitted.class)).isNull();
    full[0] = false;
    pass(Duration.ofSeconds(9));
    assertThat(clinician.last(ServiceMessage.Admitted.class)).isNull();
    pass(Duration.ofSeconds(1));
    assertThat(clinician.last(ServiceMessage.Admitted.class)).isNotNull();
  }

  @Test
  void cliniciansAreToldThatItIsLocked() {
    Page clinician = come(make(null).clinician());
    assertThat(clinician.last(ServiceMessage.People.class).locked()).isFalse();
    service.received(
        clinician.number,
        new PageMessage("lock", null, null, null, null, null, null, null, null, true));
    settle();
    assertThat(clinician.last(ServiceMessage.People.class).locked()).isTrue();
  }

  /** The key that signs tokens is away for a while, as in a change of keys. */
  @Test
  void whoIsAdmittedWithoutAKeyComesInWhenThereIsOne() {
    ConsultReply.Made made = make(null);
    Page clinician = come(made.clinician());
    Page patient = come(made.patient());
    keyGone = true;
    say(clinician, "admit", patient.last(ServiceMessage.Welcome.class).visit());
    assertThat(patient.error()).isEqualTo("unavailable");
    pass(Duration.ofSeconds(59));
    say(clinician, "ping", null);
    say(patient, "ping", null);
    keyGone = false;
    assertThat(patient.last(ServiceMessage.Admitted.class)).isNull();
    pass(Duration.ofSeconds(1));
    String theirs = patient.last(ServiceMessage.Admitted.class).token().substring(9);
    assertThat(mayEnter(made.room(), theirs)).isTrue();
    assertThat(patient.told.stream().filter(ServiceMessage.Admitted.class::isInstance)).hasSize(1);
    pass(Duration.ofSeconds(50));
    assertThat(patient.told.stream().filter(ServiceMessage.Admitted.class::isInstance)).hasSize(1);
  }

  /** The file as it is when the clinician's page is told, as a crash would leave it. */
  @Test
  void aLinkThatIsBlockedStaysSoAfterACrash(@TempDir Path directory) throws Exception {
    service.close();
    store.close();
    Path file = directory.resolve("store");
    store = Store.open(Optional.of(file));
    service = service();
    ConsultReply.Made made = make(null);
    Page clinician = come(made.clinician());
    Page patient = come(made.patient());
    store.commit();
    Path crashed = directory.resolve("crashed");
    patient.atEnd = () -> copy(file, crashed);
    service.received(
        clinician.number,
        new PageMessage(
            "remove",
            null,
            null,
            patient.last(ServiceMessage.Welcome.class).visit(),
            null,
            null,
            null,
            null,
            true,
            null));
    settle();
    service.close();
    store.close();
    store = Store.open(Optional.of(crashed));
    service = service();
    assertThat(come(made.patient()).error()).isEqualTo("gone");
    assertThat(come(made.clinician()).error()).isEmpty();
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatCannotBeReadAnyMoreDoesNotKeepItFromStarting() {
    ConsultReply.Made made = make(null);
    store.map("consultations").put("broken", "{\"terms\": 7");
    store.map("consultations").put("other", "{}");
    service.close();
    service = service();
    assertThat(come(made.patient()).error()).isEmpty();
    assertThat(store.map("consultations")).containsOnlyKeys(made.id());
  }

  /** What a page was told. */
  private static final class Page implements Line {
    final long number;
    final List<ServiceMessage> told = new ArrayList<>();
    boolean cut;

    /** What happens when it is told that it is over. */
    Runnable atEnd = () -> {};

    Page(long number) {
      this.number = number;
    }

    @Override
    public void say(ServiceMessage message) {
      told.add(message);
    }

    @Override
    public void end(ServiceMessage last) {
      told.add(last);
      atEnd.run();
    }

    @Override
    public void cut() {
      cut = true;
    }

    @Override
    public String linkBase() {
      return "";
    }

    <T> @Nullable T last(Class<T> type) {
      T last = null;
      for (ServiceMessage each : told) {
        last = type.isInstance(each) ? type.cast(each) : last;
      }
      return last;
    }

    String error() {
      ServiceMessage.Fault error = last(ServiceMessage.Fault.class);
      return error == null ? "" : error.code();
    }
  }

  private static final class Silence implements RoomEvents {
    @Override
    public void roomOpened(Room room) {}

    @Override
    public void roomClosed(Room room) {}

    @Override
    public void participantJoined(Participant participant) {}

    @Override
    public void participantLeft(Participant participant) {}

    @Override
    public void sessionOpened(PeerSession session) {}

    @Override
    public void sessionConnected(PeerSession session) {}

    @Override
    public void sessionEnded(PeerSession session, TransportEnd reason) {}
  }
}
