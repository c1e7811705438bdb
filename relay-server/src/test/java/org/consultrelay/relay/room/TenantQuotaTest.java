package org.consultrelay.relay.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.net.TimerWheel;
import org.junit.jupiter.api.Test;

/** How much of a relay each of those who share it may have. */
class TenantQuotaTest {
  private final TimerWheel timers = new TimerWheel(0);
  private final Rooms rooms =
      new Rooms(
          List.of(new RoomLoop(Runnable::run, () -> 0, timers, null, List.of())),
          new RoomLimits(Duration.ofSeconds(1), Duration.ofMinutes(5), 100, 100, 100, false, 0, 0),
          new RoomEvents() {},
          new SecureRandom());

  private static Tenants.Share share(String name, String prefix, int maxRooms, int maxPeople) {
    return new Tenants.Share(name, prefix, maxRooms, maxPeople);
  }

  private RoomResult<Participant> join(String room, String identity) {
    ParticipantProfile profile =
        new ParticipantProfile(
            identity, "", "", Map.of(), ParticipantKind.STANDARD, Permission.STANDARD);
    return rooms.inRoom(room, made -> made.enter(profile)).join();
  }

  private void isIn(String room, String identity) {
    assertThat(join(room, identity)).isInstanceOf(RoomResult.Done.class);
  }

  private void isRefused(String room, String identity) {
    assertThat(join(room, identity))
        .isEqualTo(new RoomResult.Refused<Participant>(RoomRefusal.TENANT_FULL));
  }

  private void leave(String room, String identity) {
    rooms
        .inExistingRoom(
            room,
            there -> {
              there.participant(identity).remove(DepartureReason.LEFT);
              return new RoomResult.Done<>(true);
            })
        .join();
  }

  private Tenant tenant(String name) {
    return rooms.tenants().all().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oneThatIsFullHurtsNoOther() {
    rooms.tenants().replace(List.of(share("north", "n-", 2, 3), share("south", "s-", 1, 9)));
    isIn("n-1", "ann");
    isIn("n-2", "ann");
    isRefused("n-3", "ann");
    isIn("s-1", "ann");
    isRefused("s-2", "ann");
    isIn("n-1", "bob");
    isRefused("n-1", "carl");
    isIn("nobody's", "ann");
    assertThat(tenant("north").rooms()).isEqualTo(2);
    assertThat(tenant("north").participants()).isEqualTo(3);
    assertThat(tenant("north").refusals()).isEqualTo(2);
    assertThat(rooms.refusals(RoomRefusal.Reason.TENANT_FULL)).isEqualTo(3);
    assertThat(rooms.roomCount()).isEqualTo(4);
    assertThat(rooms.participantCount()).isEqualTo(5);
  }

  @Test
  void whatEndsCanBeHadAgain() {
    rooms.tenants().replace(List.of(share("north", "n-", 1, 1)));
    isIn("n-1", "ann");
    isRefused("n-1", "bob");
    leave("n-1", "ann");
    isIn("n-1", "bob");
    leave("n-1", "bob");
    isRefused("n-2", "ann");
    timers.advance(Duration.ofSeconds(2).toNanos());
    assertThat(tenant("north").rooms()).isZero();
    isIn("n-2", "ann");
    assertThat(tenant("north").rooms()).isEqualTo(1);
    assertThat(tenant("north").participants()).isEqualTo(1);
  }

  @Test
  void whoComesAnewInTheirOwnPlaceIsNotOneMore() {
    rooms.tenants().replace(List.of(share("north", "n-", 1, 1)));
    isIn("n-1", "ann");
    isIn("n-1", "ann");
    assertThat(tenant("north").participants()).isEqualTo(1);
  }

  @Test
  void thoseWhoOnlyAskAreToldBeforehand() {
    rooms.tenants().replace(List.of(share("north", "n-", 1, 1)));
    assertThat(rooms.refusal("n-1", false)).isEmpty();
    isIn("n-1", "ann");
    assertThat(rooms.refusal("n-1", false)).contains(RoomRefusal.TENANT_FULL);
    assertThat(rooms.refusal("n-2", false)).contains(RoomRefusal.TENANT_FULL);
    assertThat(rooms.refusal("s-1", false)).isEmpty();
  }

  @Test
  void anEmptyPrefixIsWhatIsNobodyElses() {
    rooms.tenants().replace(List.of(share("own", "", 9, 9), share("north", "n-", 9, 9)));
    isIn("n-1", "ann");
    isIn("x", "ann");
    assertThat(tenant("own").rooms()).isEqualTo(1);
    assertThat(tenant("north").rooms()).isEqualTo(1);
  }

  @Test
  void aSmallerShareEndsNothing() {
    rooms.tenants().replace(List.of(share("north", "n-", 5, 5)));
    isIn("n-1", "ann");
    isIn("n-2", "ann");
    rooms.tenants().replace(List.of(share("north", "n-", 1, 1)));
    assertThat(tenant("north").rooms()).isEqualTo(2);
    isRefused("n-1", "bob");
    leave("n-1", "ann");
    leave("n-2", "ann");
    rooms.tenants().replace(List.of());
    isIn("n-3", "ann");
    timers.advance(Duration.ofSeconds(2).toNanos());
    rooms.tenants().replace(List.of(share("north", "n-", 1, 1)));
    assertThat(tenant("north").rooms()).as("n-3 is nobody's").isZero();
    assertThat(tenant("north").participants()).isZero();
  }

  @Test
  void limitsOfTheRelayChangeWhileItRuns() {
    isIn("a", "ann");
    rooms.limits(
        new RoomLimits(Duration.ofSeconds(1), Duration.ofMinutes(5), 1, 1, 1, false, 0, 0));
    assertThat(join("b", "ann"))
        .isEqualTo(new RoomResult.Refused<Participant>(RoomRefusal.RELAY_FULL));
    rooms.limits(
        new RoomLimits(Duration.ofSeconds(1), Duration.ofMinutes(5), 2, 2, 1, false, 0, 0));
    isIn("b", "ann");
  }
}
