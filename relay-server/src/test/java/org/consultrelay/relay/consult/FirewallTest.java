package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.consultrelay.relay.consult.ChromiumFixture.Options;
import org.consultrelay.relay.consult.ConsultCallScenario.Call;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A consultation through a firewall that lets one thing through. The page itself comes by HTTP,
 * whose port is always open. Both people sit behind it, as in one hospital.
 */
class FirewallTest {
  /** Makes the browser use TURN for all media, whatever else there is. */
  private static final String RELAY_ONLY =
      """
      const Original = RTCPeerConnection;
      window.RTCPeerConnection = class extends Original {
        constructor(configuration, ...more) {
          super({...configuration, iceTransportPolicy: 'relay'}, ...more);
        }
        setConfiguration(configuration) {
          super.setConfiguration({...configuration, iceTransportPolicy: 'relay'});
        }
      };
      """;

  @TempDir Path directory;

  @Test
  void turnOverUdpAlone() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay = TestRelay.start(network.relayAddress(), "net.loops=2")) {
      talk(network, relay, true, Map.of(relay.relay().turnUdpPort(), "udp"));
      assertThat(relay.metric("relay_turn_packets_total{way=\"to_media\"")).isGreaterThan(100);
      assertThat(relay.metric("relay_turn_packets_total{way=\"from_media\"")).isGreaterThan(100);
      // Nothing went by a second socket.
      assertThat(relay.metric("relay_turn_packets_total{way=\"to_peer\"")).isZero();
    }
  }

  @Test
  void turnOverTcpAlone() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay = TestRelay.start(network.relayAddress(), "net.loops=2")) {
      talk(network, relay, true, Map.of(relay.relay().turnTcpPort(), "tcp"));
      assertThat(relay.metric("relay_turn_packets_total{way=\"to_media\"")).isGreaterThan(100);
      assertThat(
              relay.metric(
                  "relay_turn_allocate_requests_total{outcome=\"allocated\",transport=\"tcp\""))
          .isPositive();
    }
  }

  @Test
  void turnOverTlsAlone() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay = encrypted(network, "net.loops=2")) {
      talk(network, relay, true, Map.of(relay.relay().turnTlsPort(), "tcp"));
      assertThat(relay.metric("relay_turn_packets_total{way=\"to_media\"")).isGreaterThan(100);
      assertThat(
              relay.metric(
                  "relay_turn_allocate_requests_total{outcome=\"allocated\",transport=\"tls\""))
          .isPositive();
    }
  }

  @Test
  void oneTlsPortForThePageAndTheMedia() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay = encrypted(network, "tcp.tlsPort=0", "turn.tlsPort=off", "net.loops=2")) {
      String page =
          "https://" + network.relayAddress() + ":" + relay.relay().sharedTlsPort() + "/consult";
      talk(network, relay, page, true, Map.of(relay.relay().sharedTlsPort(), "tcp"));
      assertThat(relay.metric("relay_turn_packets_total{way=\"to_media\"")).isGreaterThan(100);
    }
  }

  @Test
  void iceTcpAlone() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay =
            TestRelay.start(
                network.relayAddress(),
                "tcp.icePort=7881",
                "turn.udpPort=off",
                "turn.tcpPort=off",
                "net.loops=2")) {
      talk(network, relay, false, Map.of(7881, "tcp"));
      assertThat(relay.metric("relay_connection_packets_total{direction=\"rx\",door=\"ice_tcp\""))
          .isGreaterThan(100);
    }
  }

  /**
   * Not on 443 here: WebRTC takes that port of public addresses only, and ours is a private one.
   */
  @Test
  void onePortForTheMediaOfAllLoops() {
    try (NetworkNamespace network = NetworkNamespace.open();
        TestRelay relay =
            TestRelay.start(
                network.relayAddress(),
                "net.onePort=true",
                "net.mediaPort=8443",
                "turn.udpPort=off",
                "turn.tcpPort=off",
                "tcp.icePort=off",
                "net.loops=4")) {
      talk(network, relay, false, Map.of(8443, "udp"));
    }
  }

  private TestRelay encrypted(NetworkNamespace network, String... more) {
    String[] all = new String[more.length + 1];
    all[0] = "turn.host=" + network.relayAddress();
    System.arraycopy(more, 0, all, 1, more.length);
    return TestRelay.start(
        network.relayAddress(),
        TestCertificate.ofAddress(network.relayAddress()).settings(directory, all));
  }

  private static void talk(
      NetworkNamespace network, TestRelay relay, boolean relayOnly, Map<Integer, String> open) {
    talk(network, relay, relay.pageUrl(), relayOnly, open);
  }

  private static void talk(
      NetworkNamespace network,
      TestRelay relay,
      String pageUrl,
      boolean relayOnly,
      Map<Integer, String> open) {
    Map<Integer, String> ports = new java.util.HashMap<>(open);
    ports.put(URI.create(pageUrl).getPort(), "tcp");
    network.allowOnly(ports);
    Options options =
        Options.plain()
            .inside(network)
            .trusting(pageUrl.substring(0, pageUrl.lastIndexOf('/')))
            .with("--ignore-certificate-errors");
    try (ChromiumFixture chromium = ChromiumFixture.launch(options)) {
      Page patient = chromium.newPage();
      Page clinician = chromium.newPage();
      if (relayOnly) {
        patient.addInitScript(RELAY_ONLY);
        clinician.addInitScript(RELAY_ONLY);
      }
      RunningRelay through =
          new RunningRelay() {
            @Override
            public String pageUrl() {
              return pageUrl;
            }

            @Override
            public String token(String room, String identity) {
              return relay.token(room, identity);
            }

            @Override
            public void close() {
              // It is the caller's.
            }
          };
      Call call = Call.begin(patient, clinician, through);
      call.awaitBothWays("video", "framesDecoded", 50);
      call.awaitBothWays("audio", "totalAudioEnergy", 0);
      call.leaveBoth();
    }
  }
}
