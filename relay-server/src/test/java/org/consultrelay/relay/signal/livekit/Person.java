package org.consultrelay.relay.signal.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.consultrelay.relay.consult.ChromiumFixture;
import org.consultrelay.relay.consult.TestRelay;

/**
 * A participant in a browser page of its own, on the unmodified {@code livekit-client} from npm.
 * JavaScript that is handed in sees {@code lk}, {@code room} and what {@code person.js} adds;
 * {@code args} is what is handed in with it.
 */
final class Person implements AutoCloseable {
  private static final double PATIENCE_MILLIS = 45_000;
  private static final String SCRIPT = read("/livekit/person.js");

  private final TestRelay relay;
  private final Page page;
  private final String identity;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  /** A page with the client, not in any room yet. */
  Person(ChromiumFixture chromium, TestRelay relay, String identity) {
    this.relay = relay;
    this.identity = identity;
    page = chromium.newPage();
    page.onPageError(faults::add);
    // Any page of the relay's origin will do.
    page.navigate(relay.url() + "/");
    page.addScriptTag(new Page.AddScriptTagOptions().setContent(SCRIPT).setType("module"));
    page.waitForFunction("window.ready === true");
  }

  String identity() {
    return identity;
  }

  /** Joins; {@code options} is a JavaScript expression of the client's room options. */
  Person enter(String token, String options) {
    run("await enter(args[0], args[1], " + options + ")", relay.url(), token);
    return this;
  }

  /** Runs JavaScript to its end, and gives what it returns; what it throws is thrown here. */
  Object run(String body, Object... args) {
    return page.evaluate(
        """
        ([args, millis]) => Promise.race([
          (async () => { %s })(),
          new Promise((_, reject) => setTimeout(() => reject(new Error('not done in time')), millis)),
        ])
        """
            .formatted(body),
        List.of(List.of(args), PATIENCE_MILLIS));
  }

  /** The value of a JavaScript expression. */
  Object ask(String expression, Object... args) {
    return run("return " + expression, args);
  }

  /** Waits within the page until an expression is true. */
  void until(String expression, Object... args) {
    Object problem =
        page.evaluate(
            """
            async ([args, millis]) => {
              const end = performance.now() + millis;
              for (;;) {
                let value;
                try {
                  value = await (%s);
                } catch (failure) {
                  value = failure;
                }
                if (value === true) {
                  return '';
                }
                if (performance.now() > end) {
                  const lines = diary.slice(-12).map((line) => line.event + ' ' + line.what).join('; ');
                  return `it is ${value}, the room is ${window.room?.state}, at last: ${lines}`;
                }
                await new Promise((resolve) => setTimeout(resolve, 50));
              }
            }
            """
                .formatted(expression),
            List.of(List.of(args), PATIENCE_MILLIS));
    if (!"".equals(problem)) {
      throw new AssertionError(
          "%s waits for %s %s: %s".formatted(identity, expression, List.of(args), problem));
    }
  }

  /** Camera and microphone on. */
  Person publishes() {
    run("await room.localParticipant.enableCameraAndMicrophone()");
    return this;
  }

  /** Waits until at least ten more frames of somebody are decoded. */
  void sees(Person other, String source) {
    grows(other, source, "framesDecoded", 10);
  }

  /** Waits until there is more sound of somebody. */
  void hears(Person other) {
    grows(other, "microphone", "totalAudioEnergy", 0);
  }

  private void grows(Person other, String source, String member, double by) {
    Object[] what = {other.identity, source, member};
    until("(await inbound(...args)) !== undefined", what);
    Number before = (Number) ask("inbound(...args)", what);
    until(
        "(await inbound(...args)) > args[3]",
        other.identity,
        source,
        member,
        before.doubleValue() + by);
  }

  /** Waits until the room said so; {@code about} somebody, or a source, or a reason. */
  void hasBeenTold(String event, Object... about) {
    until("said(lk.RoomEvent." + event + ", args[0])", about);
  }

  /** The client threw nothing on the way that nobody caught. */
  @Override
  public void close() {
    page.context().close();
    assertThat(faults).as(identity).isEmpty();
  }

  private static String read(String resource) {
    try (InputStream in = Person.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
