package org.consultrelay.relay.transport.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** coturn's own clients against our server: every message must come back. */
class CoturnToolsTest {
  private static final String RELAY = "127.0.0.11";
  private static final String PEER = "127.0.0.12";
  private static final String CLIENT = "127.0.0.13";
  private static final String SECRET = "a-secret-for-coturn-tools";
  private static final int MESSAGES = 40;
  private static final Pattern TOTALS =
      Pattern.compile("tot_send_msgs=(\\d+), tot_recv_msgs=(\\d+)");
  private static final Pattern LOST = Pattern.compile("Total lost packets (\\d+)");

  @TempDir static Path directory;

  private static TestRelay relay;
  private static Process peer;
  private static int peerPort;

  @BeforeAll
  static void start() throws Exception {
    String tool = Needs.program("turnutils_peer");
    relay =
        TestRelay.start(
            RELAY,
            TestCertificate.ofAddress(RELAY)
                .settings(
                    directory,
                    "turn.secrets=" + SECRET,
                    "turn.allowPeers=127.0.0.0/8",
                    "net.loops=2"));
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.ofLiteral(PEER))) {
      peerPort = free.getLocalPort();
    }
    peer =
        Tool.start(
            directory.resolve("peer.out"),
            List.of(tool, "-L", PEER, "-p", Integer.toString(peerPort)));
  }

  @AfterAll
  static void stop() {
    if (peer != null) {
      peer.destroyForcibly();
    }
    if (relay != null) {
      relay.close();
    }
  }

  private static String client(int port, String... flags) throws Exception {
    List<String> command = new ArrayList<>(List.of(Needs.program("turnutils_uclient")));
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-L",
            CLIENT,
            "-e",
            PEER,
            "-r",
            Integer.toString(peerPort),
            "-n",
            Integer.toString(MESSAGES),
            "-m",
            "4",
            "-l",
            "300",
            "-W",
            SECRET,
            "-u",
            "tester",
            "-p",
            Integer.toString(port),
            RELAY));
    return Tool.run(directory.resolve("client.out"), command);
  }

  private static void allCameBack(String output) {
    Matcher lost = LOST.matcher(output);
    assertThat(lost.find()).as(output).isTrue();
    assertThat(lost.group(1)).as("%s%n%s", output, relay.drops()).isEqualTo("0");
    Matcher totals = TOTALS.matcher(output);
    int received = 0;
    while (totals.find()) {
      received = Integer.parseInt(totals.group(2));
    }
    assertThat(received).as(output).isGreaterThanOrEqualTo(4 * MESSAGES);
  }

  @ParameterizedTest
  @CsvSource({"channels, ''", "indications, -s", "between two clients of ours, -y"})
  void overUdp(String what, String flag) throws Exception {
    allCameBack(
        flag.isEmpty()
            ? client(relay.relay().turnUdpPort())
            : client(relay.relay().turnUdpPort(), flag));
  }

  @ParameterizedTest
  @CsvSource({"channels, ''", "indications, -s"})
  void overTcp(String what, String flag) throws Exception {
    allCameBack(
        flag.isEmpty()
            ? client(relay.relay().turnTcpPort(), "-t")
            : client(relay.relay().turnTcpPort(), "-t", flag));
  }

  @Test
  void overTls() throws Exception {
    allCameBack(client(relay.relay().turnTlsPort(), "-t", "-S"));
  }

  @ParameterizedTest
  @CsvSource({"channels, ''", "indications, -s"})
  void overDtls(String what, String flag) throws Exception {
    allCameBack(
        flag.isEmpty()
            ? client(relay.relay().turnTlsPort(), "-S")
            : client(relay.relay().turnTlsPort(), "-S", flag));
  }

  @Test
  void aWrongSecretGetsNothing() throws Exception {
    List<String> command = new ArrayList<>(List.of(Needs.program("turnutils_uclient")));
    command.addAll(
        List.of(
            "-L",
            CLIENT,
            "-e",
            PEER,
            "-r",
            Integer.toString(peerPort),
            "-n",
            "2",
            "-m",
            "1",
            "-W",
            "wrong",
            "-u",
            "tester",
            "-p",
            Integer.toString(relay.relay().turnUdpPort()),
            RELAY));
    double before = relay.metric("relay_turn_allocate_requests_total");
    assertThat(Tool.run(directory.resolve("wrong.out"), command))
        .contains("Cannot complete Allocation");
    assertThat(relay.metric("relay_turn_allocate_requests_total")).isEqualTo(before);
  }

  @Test
  void theAddressIsTold() throws Exception {
    String output =
        Tool.run(
            directory.resolve("stun.out"),
            List.of(
                Needs.program("turnutils_stunclient"),
                "-L",
                CLIENT,
                "-p",
                Integer.toString(relay.relay().turnUdpPort()),
                RELAY));
    assertThat(output).contains("UDP reflexive addr: " + CLIENT);
  }
}
