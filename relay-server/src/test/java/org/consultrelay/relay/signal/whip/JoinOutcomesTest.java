package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What operators see of those who come and go before media flows. */
class JoinOutcomesTest {
  private static void assertAbandoned(Door door, int whip, int whep) {
    String abandoned = "relay_joins_total{door=\"%s\",outcome=\"abandoned\"}";
    assertThat(door.relay().metric(abandoned.formatted("whip"))).isEqualTo(whip);
    assertThat(door.relay().metric(abandoned.formatted("whep"))).isEqualTo(whep);
  }

  @Test
  void whoLeavesBeforeMediaFlowsHasGivenUp() {
    Door door = Door.open();
    try {
      String patient = door.token("room", "patient");
      String clinician = door.token("room", "clinician");
      String publishing = Door.created(door.publish(patient));
      String playing = Door.created(door.play(clinician, "patient"));
      assertAbandoned(door, 0, 0);
      door.delete(playing, clinician);
      assertAbandoned(door, 0, 1);
      door.delete(publishing, patient);
      assertAbandoned(door, 1, 1);
      assertThat(door.relay().metric("relay_joins_total")).isEqualTo(2);
      assertThat(door.relay().metric("relay_join_seconds_count")).isZero();
    } finally {
      door.close();
    }
  }
}
