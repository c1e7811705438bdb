package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.consultrelay.relay.consult.TestRelay;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HttpDoorTest {
  private static final int ASKED = 100;

  /** Browsers leave while files come at every click, and whoever wants to a thousand times. */
  @Test
  void whoLeavesInTheMiddleDoesNotFillTheLog() throws Exception {
    ListAppender<ILoggingEvent> seen = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    try (TestRelay relay = TestRelay.start("127.0.0.1")) {
      seen.start();
      root.addAppender(seen);
      for (int i = 0; i < 5; i++) {
        leave(relay.relay().httpPort());
      }
      // It serves whoever stays.
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> page =
            client.send(
                HttpRequest.newBuilder(URI.create(relay.url() + "/consult/index.html")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
      }
    } finally {
      root.detachAppender(seen);
    }
    List<String> errors =
        List.copyOf(seen.list).stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    assertThat(errors).doesNotContain("Unhandled exception in router");
    // The library under us may stumble over a connection that is gone; that is told at every
    // doubling only.
    assertThat(errors).hasSizeLessThan(10);
  }

  /** Asks for much, reads nothing of it, and goes without a word. */
  private static void leave(int port) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoLinger(true, 0);
      String one = "GET /consult/index.html HTTP/1.1\r\nHost: relay\r\n\r\n";
      socket.getOutputStream().write(one.repeat(ASKED).getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }
  }
}
