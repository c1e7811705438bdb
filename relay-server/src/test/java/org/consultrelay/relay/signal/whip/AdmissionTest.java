package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.header;
import static org.consultrelay.relay.signal.whip.Door.refused;

import java.net.http.HttpResponse;
import java.util.Map;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.room.Admission;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.RoomRefusal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a relay that has no headroom says at its doors. */
class AdmissionTest {
  /** Nothing for usual rooms, and on demand nothing for anybody. */
  private static final class Busy implements Admission {
    volatile boolean hard;

    @Override
    public @Nullable RoomRefusal room(boolean urgent) {
      return urgent && !hard ? null : RoomRefusal.OVERLOADED;
    }

    @Override
    public @Nullable RoomRefusal participant(RoomLoop loop) {
      return hard ? RoomRefusal.OVERLOADED : null;
    }
  }

  private static String token(Door door, String room, String identity, String urgent) {
    return door.relay()
        .token(new Grants(identity, "", "", Map.of("urgent", urgent), "", VideoGrant.join(room)));
  }

  private static HttpResponse<String> validate(Door door, String token) {
    return door.send("GET", "/rtc/validate", token, "");
  }

  @Test
  void newRoomsAreRefusedUrgentOnesAndPeopleOfOthersAreNot() {
    try (Door door = Door.open()) {
      String patient = door.token("there", "patient");
      created(door.publish(patient));
      Busy busy = new Busy();
      door.relay().relay().rooms().admission(busy);

      HttpResponse<String> usual = door.publish(token(door, "new", "patient", "false"));
      refused(usual, 503, "the relay is busy");
      assertThat(header(usual, "Retry-After")).isEqualTo("10");
      HttpResponse<String> livekit = validate(door, token(door, "new", "x", "no"));
      refused(livekit, 503, "the relay is busy");
      assertThat(header(livekit, "Retry-After")).isEqualTo("10");
      assertThat(door.relay().metric("relay_room_refusals_total{reason=\"overloaded\"}"))
          .isEqualTo(1);

      assertThat(validate(door, token(door, "urgent", "x", "true")).statusCode()).isEqualTo(200);
      created(door.publish(token(door, "urgent", "patient", "true")));
      created(door.publish(token(door, "urgent", "other", "false")));
      created(door.play(door.token("there", "clinician"), "patient"));

      busy.hard = true;
      refused(door.publish(token(door, "second", "patient", "true")), 503, "busy");
      refused(door.play(door.token("there", "carer"), "patient"), 503, "busy");
      // Who is in stays in, and may begin anew.
      created(door.play(door.token("there", "clinician"), "patient"));
      created(door.publish(patient));

      door.relay().relay().rooms().admission(Admission.OPEN);
      created(door.publish(token(door, "new", "patient", "false")));
    }
  }
}
