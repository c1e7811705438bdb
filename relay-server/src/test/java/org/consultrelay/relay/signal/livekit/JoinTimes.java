package org.consultrelay.relay.signal.livekit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.consultrelay.relay.consult.ChromiumFixture;
import org.consultrelay.relay.consult.ChromiumFixture.Options;
import org.consultrelay.relay.consult.TestRelay;

/**
 * How long somebody waits in a browser: from {@code connect()} of {@code livekit-client} until the
 * other's first picture is on the screen, fifty times over loopback. No test: run it on a quiet
 * machine and read what it prints.
 */
final class JoinTimes {
  private static final int WARM_UP = 5;
  private static final int JOINS = 50;

  private JoinTimes() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    double[] connected = new double[JOINS];
    double[] seen = new double[JOINS];
    String room = RelayFixture.freshRoom();
    try (TestRelay relay = TestRelay.start("127.0.0.1");
        ChromiumFixture chromium = ChromiumFixture.launch(Options.plain());
        Person clinician = new Person(chromium, relay, "clinician")) {
      clinician.enter(relay.token(room, "clinician"), "{}").publishes();
      for (int i = -WARM_UP; i < JOINS; i++) {
        try (Person patient = new Person(chromium, relay, "patient")) {
          List<?> millis = join(patient, relay.url(), relay.token(room, "patient"));
          if (i >= 0) {
            connected[i] = ((Number) millis.get(0)).doubleValue();
            seen[i] = ((Number) millis.get(1)).doubleValue();
          }
        }
      }
    }
    print("connect() done", connected);
    print("first picture", seen);
  }

  private static List<?> join(Person person, String url, String token) {
    return (List<?>)
        person.run(
            """
            const room = new lk.Room();
            const picture = new Promise((resolve) =>
              room.on(lk.RoomEvent.TrackSubscribed, (track) => {
                if (track.kind === 'video') {
                  const element = track.attach();
                  document.body.append(element);
                  element.requestVideoFrameCallback(() => resolve(performance.now()));
                }
              }),
            );
            const from = performance.now();
            await room.connect(args[0], args[1]);
            const connected = performance.now();
            const seen = await picture;
            await room.disconnect();
            return [connected - from, seen - from];
            """,
            url,
            token);
  }

  private static void print(String what, double... millis) {
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%s: median %.0f ms, p95 %.0f ms, longest %.0f ms over %d joins%n",
        what,
        millis[millis.length / 2],
        millis[(int) Math.ceil(millis.length * 0.95) - 1],
        millis[millis.length - 1],
        millis.length);
  }
}
