package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.turn.TurnCounters.AllocateOutcome;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.junit.jupiter.api.Test;

/** How many allocations the participants of a tenant may have; and limits that change meanwhile. */
class TenantAllocationsTest {
  private final TurnFixture turn = new TurnFixture();
  private int hosts;

  private User participant(String session, String tenant) {
    turn.service.sessionBegan(session, tenant);
    return turn.new User(TurnFixture.host(++hosts), turn.service.credential(session));
  }

  private int allocate(User user) {
    user.greet();
    return user.code(StunMethod.ALLOCATE, new RequestedTransport(17));
  }

  private void most(int allocations) {
    turn.service.configure(
        turn.service.options(), turn.service.secrets(), Map.of("north", allocations));
  }

  @Test
  void aTenantsShareIsItsOwn() {
    most(2);
    User ann = participant("PA_ann", "north");
    User bob = participant("PA_bob", "north");
    User carl = participant("PA_carl", "north");
    assertThat(allocate(ann)).isZero();
    assertThat(allocate(bob)).isZero();
    assertThat(allocate(carl)).isEqualTo(486);
    assertThat(allocate(participant("PA_dora", "south"))).isZero();
    assertThat(allocate(participant("PA_eve", ""))).isZero();
    assertThat(allocate(turn.new User(TurnFixture.host(99), "app"))).isZero();
    assertThat(turn.server.counters().allocates(TurnTransport.UDP, AllocateOutcome.TENANT_QUOTA))
        .isEqualTo(1);
    assertThat(turn.service.quota().held("north")).isEqualTo(2);

    // What is given back is free again, also when the session has ended before it.
    turn.service.sessionEnded("PA_ann");
    turn.pass(Duration.ofSeconds(2));
    assertThat(turn.service.quota().held("north")).isEqualTo(1);
    while (!turn.isSilent()) {
      turn.next();
    }
    assertThat(carl.code(StunMethod.ALLOCATE, new RequestedTransport(17))).isZero();

    most(1);
    assertThat(bob.code(StunMethod.REFRESH)).as("what there is stays").isZero();
    assertThat(allocate(participant("PA_fay", "north"))).isEqualTo(486);
    for (String session : List.of("PA_bob", "PA_carl", "PA_dora", "PA_eve")) {
      turn.service.sessionEnded(session);
    }
    turn.pass(Duration.ofSeconds(2));
    assertThat(turn.service.quota().held("north")).isZero();
  }

  @Test
  void secretsAndLimitsChangeWhileAllocationsGoOn() {
    User old = turn.new User(TurnFixture.host(++hosts), "app");
    old.allocate();
    turn.service.configure(
        new TurnOptions("relay", 3_600, 64, 64, 1, 2_000, 20_000, 2 << 20, 1L << 30),
        SharedSecrets.of(List.of("another-secret")),
        Map.of());
    assertThat(old.code(StunMethod.REFRESH)).as("who is known stays known").isZero();
    assertThat(allocate(turn.new User(TurnFixture.host(++hosts), "app")))
        .as("the old secret is gone")
        .isEqualTo(401);
    User ann = participant("PA_ann", "");
    assertThat(allocate(ann)).isZero();
    User again = turn.new User(TurnFixture.host(++hosts), turn.service.credential("PA_ann"));
    assertThat(allocate(again)).as("one each from now on").isEqualTo(486);
  }
}
