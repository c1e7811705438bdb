package org.consultrelay.relay.signal.livekit.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.UpdateParticipantRequest;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EncodingTest {
  @Test
  void typesAreToldByTheirNameAlone() {
    assertThat(Encoding.of("application/json")).isEqualTo(Encoding.JSON);
    assertThat(Encoding.of("Application/JSON; charset=UTF-8")).isEqualTo(Encoding.JSON);
    assertThat(Encoding.of("application/protobuf")).isEqualTo(Encoding.PROTOBUF);
    assertThat(Encoding.of("application/jsonx")).isNull();
    assertThat(Encoding.of("text/plain")).isNull();
    assertThat(Encoding.of(null)).isNull();
  }

  @Test
  void fieldsHaveTwoNamesAndNewerOnesArePassedOver() {
    for (String json :
        new String[] {
          "{\"empty_timeout\":5,\"maxParticipants\":\"7\",\"newer\":{\"a\":[1]}}",
          "{\"emptyTimeout\":5.0,\"max_participants\":7}"
        }) {
      assertThat(Encoding.JSON.read(bytes(json), CreateRoomRequest.getDefaultInstance()))
          .isEqualTo(
              CreateRoomRequest.newBuilder().setEmptyTimeout(5).setMaxParticipants(7).build());
    }
  }

  @Test
  void numbersThatAreNoneCostNothing() {
    for (String number : new String[] {"1e1000000000", "-1", "4294967296", "1.5", "\"x\"", "{}"}) {
      assertThat(
              Encoding.JSON.read(
                  bytes("{\"empty_timeout\":" + number + "}"),
                  CreateRoomRequest.getDefaultInstance()))
          .as(number)
          .isNull();
    }
  }

  @Property(tries = 2_000)
  void anyBytesAreAMessageOrNone(@ForAll @Size(max = 200) byte[] body) {
    for (Encoding encoding : Encoding.values()) {
      UpdateParticipantRequest read =
          (UpdateParticipantRequest)
              encoding.read(body, UpdateParticipantRequest.getDefaultInstance());
      if (read != null) {
        // What was read can be written again.
        assertThat(encoding.read(encoding.write(read), read.getDefaultInstanceForType()))
            .isNotNull();
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
