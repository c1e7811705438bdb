package org.consultrelay.relay.signal.livekit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.consultrelay.relay.consult.ChromiumFixture;
import org.consultrelay.relay.consult.TestRelay;

/**
 * Measures how long it takes to join: in Chromium, on loopback, from {@code room.connect()} in a
 * new page until a frame of somebody who is there is on the screen, and how much of it the relay
 * takes. Prints median and 95th percentile. The first argument says how many joins (50).
 */
final class JoinTimes {
  private static final int WARM_UP = 10;
  private static final double NANOS = 1e6;

  /**
   * Has the viewer's media go through a tap, and notes when signalling is asked and has answered.
   */
  private static final String PREPARE =
      """
      const [relayPort, tapPort] = args;
      const apply = RTCPeerConnection.prototype.setRemoteDescription;
      RTCPeerConnection.prototype.setRemoteDescription = function (description) {
        const sdp = description.sdp.replaceAll(` ${relayPort} typ host`, ` ${tapPort} typ host`);
        return apply.call(this, { type: description.type, sdp });
      };
      window.marks = {};
      const Native = WebSocket;
      window.WebSocket = class extends Native {
        constructor(...all) {
          marks.asked = performance.now();
          super(...all);
          this.addEventListener('message', ({ data }) => {
            // The field of SignalResponse that an answer is in.
            if (new Uint8Array(data)[0] === 0x12) {
              marks.answered ??= performance.now();
            }
          });
        }
      };
      """;

  private static final String JOIN =
      """
      window.marks = {};
      const joined = new lk.Room();
      const seen = new Promise((resolve) =>
        joined.on(lk.RoomEvent.TrackSubscribed, (track) => {
          if (track.kind !== 'video') {
            track.attach();
            return;
          }
          const element = document.createElement('video');
          element.muted = true;
          document.body.replaceChildren(element);
          element.requestVideoFrameCallback(() => resolve(performance.now()));
          track.attach(element);
        }));
      const begun = performance.now();
      await joined.connect(args[0], args[1]);
      const connected = performance.now();
      const times = { total: await seen - begun, connected: connected - begun, signalling: marks.answered - marks.asked };
      await joined.disconnect();
      return times;
      """;

  /** One join, in milliseconds. */
  private record Join(double total, double connected, double signalling, double ice, double dtls) {
    double relay() {
      return signalling + ice + dtls;
    }
  }

  private JoinTimes() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
    try (TestRelay relay = TestRelay.start("127.0.0.1", "net.loops=1");
        ChromiumFixture chromium = ChromiumFixture.launch(ChromiumFixture.Options.plain());
        Person ann = new Person(chromium, relay, "ann")) {
      ann.enter(relay.token("joins", "ann"), "{}");
      ann.publishes();
      int port = mediaPort(relay);
      try (DatagramTap tap =
          new DatagramTap(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        List<Join> joins = new ArrayList<>();
        for (int i = 0; i < WARM_UP + count; i++) {
          Join join = join(chromium, relay, ann, tap, port);
          if (i >= WARM_UP) {
            joins.add(join);
          }
        }
        print(joins);
      }
    }
  }

  private static int mediaPort(TestRelay relay) {
    String candidate = relay.relay().hosts().getFirst().roomLoop().candidates().getFirst();
    return Integer.parseInt(candidate.split(" ", -1)[5]);
  }

  private static Join join(
      ChromiumFixture chromium, TestRelay relay, Person ann, DatagramTap tap, int port)
      throws Exception {
    ann.until("room.remoteParticipants.size === 0");
    // Long enough for the publisher to be asked for a key frame again, and for a new page to
    // settle.
    Thread.sleep(500);
    try (Person bob = new Person(chromium, relay, "bob")) {
      bob.run(PREPARE, port, tap.port());
      Thread.sleep(500);
      tap.take();
      Map<?, ?> times = (Map<?, ?>) bob.run(JOIN, relay.url(), relay.token("joins", "bob"));
      DatagramTap.Share share = tap.take();
      return new Join(
          number(times, "total"),
          number(times, "connected"),
          number(times, "signalling"),
          share.ice() / NANOS,
          share.dtls() / NANOS);
    }
  }

  private static double number(Map<?, ?> from, String name) {
    return ((Number) from.get(name)).doubleValue();
  }

  private static void print(List<Join> joins) {
    System.out.printf("%d joins, in milliseconds: median, p95%n", joins.size());
    print("connect() to the first frame", joins, Join::total);
    print("connect() to connected", joins, Join::connected);
    print("signalling: request to answer, as the page sees it", joins, Join::signalling);
    print("ICE: the relay's answers to checks", joins, Join::ice);
    print("DTLS: the relay's flights", joins, Join::dtls);
    print("the relay's share: these three", joins, Join::relay);
  }

  private static void print(String what, List<Join> joins, ToDoubleFunction<Join> member) {
    double[] sorted = joins.stream().mapToDouble(member).sorted().toArray();
    System.out.printf(Locale.ROOT, "%-52s %7.1f %7.1f%n", what, at(sorted, 0.5), at(sorted, 0.95));
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
