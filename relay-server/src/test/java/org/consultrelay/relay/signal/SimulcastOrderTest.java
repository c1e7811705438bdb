package org.consultrelay.relay.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.consultrelay.relay.room.TrackDetails;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sdp.Direction;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sfu.SimulcastStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which stream is the smallest where nobody says sizes. */
class SimulcastOrderTest {
  @ParameterizedTest
  @CsvSource({
    "q h f, q h f",
    "f h q, q h f",
    "h f, h f",
    "high low, low high",
    "0 1 2, 2 1 0",
    "0 1, 1 0",
    "a b, a b"
  })
  void byTheNamesThatClientsUse(String listed, String smallestFirst) {
    NegotiatedSection section =
        new NegotiatedSection(
            0,
            "0",
            org.consultrelay.relay.sdp.MediaKind.VIDEO,
            false,
            Direction.RECVONLY,
            List.of(),
            Map.of(),
            List.of(),
            List.of(),
            List.of(listed.split(" ")),
            null,
            true,
            null,
            null,
            null);
    assertThat(Simulcast.streams(section, TrackDetails.of(MediaKind.VIDEO)))
        .extracting(SimulcastStream::rid)
        .containsExactly(smallestFirst.split(" "));
  }
}
