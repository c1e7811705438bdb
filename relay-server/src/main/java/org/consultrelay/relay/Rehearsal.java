package org.consultrelay.relay;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consultrelay.relay.config.ConfigLoader;
import org.consultrelay.relay.config.RelayConfig;

/**
 * A relay that starts, answers and stops: from it the Java machine learns which classes a start
 * needs and keeps them for the next ones (class data sharing).
 */
final class Rehearsal {
  private static final List<String> ANY_PORTS =
      List.of(
          "http.port=0",
          "ops.port=0",
          "net.mediaPort=0",
          "turn.udpPort=0",
          "turn.tcpPort=0",
          "tcp.icePort=0",
          "net.loops=2",
          "net.packetMemory=16MiB");

  private Rehearsal() {}

  /**
   * Runs once, on loopback.
   *
   * @return one line of what was seen
   * @throws IOException when the relay does not answer as a good one does
   */
  static String run() throws Exception {
    RelayConfig config = new ConfigLoader(true, Optional.empty(), ANY_PORTS, Map.of(), 2).load();
    try (Relay relay = Relay.start(config);
        HttpClient client = HttpClient.newHttpClient()) {
      String ops = "http://127.0.0.1:" + relay.opsPort();
      int ready = get(client, ops + "/health/ready");
      int metrics = get(client, ops + "/metrics");
      int page = get(client, "http://127.0.0.1:" + relay.httpPort() + "/consult");
      WarmUp.await();
      if (ready != 200 || metrics != 200) {
        throw new IOException("ready answers " + ready + ", metrics " + metrics);
      }
      return "ready " + ready + ", metrics " + metrics + ", page " + page;
    }
  }

  private static int get(HttpClient client, String address)
      throws IOException, InterruptedException {
    return client
        .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.discarding())
        .statusCode();
  }
}
