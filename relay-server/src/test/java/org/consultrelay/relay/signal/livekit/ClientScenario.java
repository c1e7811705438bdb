package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.consultrelay.relay.consult.ChromiumFixture;
import org.consultrelay.relay.consult.SharedChromium;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.signal.livekit.RelayFixture.May;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A room of its own for each test, and the people who come to it through {@code livekit-client}.
 */
@ExtendWith({SharedChromium.class, RelayFixture.class})
@Timeout(90)
abstract class ClientScenario {
  private final boolean single;
  private final String room = RelayFixture.freshRoom();
  private final List<Person> people = new ArrayList<>();
  private ChromiumFixture chromium;
  private TestRelay relay;

  /**
   * In one of the protocol's generations.
   *
   * @param single whether clients use one peer connection (v1, what the client does unless told) or
   *     two (v0)
   */
  ClientScenario(boolean single) {
    this.single = single;
  }

  @BeforeEach
  void open(ChromiumFixture browser, TestRelay running) {
    chromium = browser;
    relay = running;
  }

  @AfterEach
  void everybodyLeaves() {
    people.forEach(Person::close);
  }

  /** Somebody joins who may do what one may unless told otherwise. */
  final Person join(String identity) {
    return join(identity, may -> may, "{}");
  }

  final Person join(String identity, UnaryOperator<May> may, String options) {
    return join(new Person(chromium, relay, identity), identity, may, options);
  }

  /** Somebody joins whose browser takes neither VP9 nor AV1. */
  final Person joinWithoutVp9(String identity) {
    Person person = new Person(chromium, relay, identity);
    person.run(
        """
        const strip = (section) => {
          const gone = [...section.matchAll(/^a=rtpmap:(\\d+) (VP9|AV1)\\//gm)].map((m) => m[1]);
          for (const m of section.matchAll(/^a=fmtp:(\\d+) apt=(\\d+)/gm)) {
            if (gone.includes(m[2])) gone.push(m[1]);
          }
          return section
            .replace(/^m=video .*/, (line) => line.split(' ').filter((word, i) => i < 3 || !gone.includes(word)).join(' '))
            .replace(/^a=(?:rtpmap|fmtp|rtcp-fb):(\\d+) .*\\r\\n/gm, (line, type) => gone.includes(type) ? '' : line);
        };
        const offers = RTCPeerConnection.prototype.createOffer;
        RTCPeerConnection.prototype.createOffer = async function (...args) {
          const made = await offers.apply(this, args);
          const sections = made.sdp.split(/^(?=m=)/m);
          return { type: made.type, sdp: sections.map((s) => (s.startsWith('m=video') ? strip(s) : s)).join('') };
        };
        const takes = RTCPeerConnection.prototype.setRemoteDescription;
        RTCPeerConnection.prototype.setRemoteDescription = function (given) {
          // It refuses what it has never heard of by itself.
          const sdp = given.type === 'offer' ? given.sdp.replace(/(VP9|AV1)\\/90000/g, 'XYZ/90000') : given.sdp;
          return takes.call(this, { type: given.type, sdp });
        };
        """);
    return join(person, identity, may -> may, "{}");
  }

  private Person join(Person person, String identity, UnaryOperator<May> may, String options) {
    people.add(person);
    person.enter(
        RelayFixture.token(relay, room, identity, may),
        single ? options : "{ ..." + options + ", singlePeerConnection: false }");
    onLoop(
        identity,
        joined -> assertThat(session(joined).options().singleConnection()).isEqualTo(single));
    return person;
  }

  /** Does on the room's loop what a server API would do to somebody. */
  final void onLoop(String identity, Consumer<Participant> task) {
    RelayFixture.inRoom(
        relay,
        room,
        there -> task.accept(Objects.requireNonNull(there.participant(identity), identity)));
  }

  static LiveKitSession session(Participant participant) {
    return (LiveKitSession) Objects.requireNonNull(participant.door());
  }
}
