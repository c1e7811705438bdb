package org.consultrelay.relay.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.doctor.Finding.Level.OK;
import static org.consultrelay.relay.doctor.Finding.Level.PROBLEM;
import static org.consultrelay.relay.doctor.Finding.Level.WARNING;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consultrelay.relay.config.ConfigException;
import org.consultrelay.relay.config.ConfigLoader;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.net.stream.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
  private static final String KEY = "keys.app=0123456789abcdef0123456789abcdef";

  private final FakeMachine machine = new FakeMachine();

  @TempDir Path directory;

  private static RelayConfig config(String... sets) throws ConfigException {
    List<String> all = new ArrayList<>(List.of(sets));
    all.add(KEY);
    return new ConfigLoader(false, Optional.empty(), all, Map.of(), 2).load();
  }

  private Finding finding(String check, String... sets) throws ConfigException {
    List<Finding> all = Doctor.examine(config(sets), machine);
    return all.stream()
        .filter(each -> each.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + check + " among " + all));
  }

  @Test
  void aGoodMachineHasNothingToChangeButACertificateAndSecrets() throws Exception {
    List<Finding> findings = Doctor.examine(config(), machine);

    assertThat(Doctor.healthy(findings)).isTrue();
    assertThat(findings)
        .filteredOn(each -> each.level() != OK)
        .extracting(Finding::check)
        .containsExactly("certificate", "turn.secrets");
    assertThat(findings).allMatch(each -> each.level() == OK || !each.change().isEmpty());
    assertThat(findings).allMatch(each -> !each.line().contains("\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "tcp 7880, Address already in use, http.port",
    "tcp 6789, Address already in use, ops.port",
    "udp 7882, Address already in use, net.mediaPort",
    "udp 7883, Address already in use, net.mediaPort",
    "tcp 7881, Permission denied, CAP_NET_BIND_SERVICE",
    "udp 3478, Cannot assign requested address, this machine has",
    "tcp 3478, Address already in use, turn.tcpPort",
  })
  void aPortThatIsTakenIsAProblem(String port, String why, String change) throws Exception {
    machine.taken.put(port, why);

    Finding ports = finding("ports");
    assertThat(ports.level()).isEqualTo(PROBLEM);
    assertThat(ports.seen()).contains(why, port.substring(4));
    assertThat(ports.change()).contains(change);
  }

  @Test
  void portsThatARunningRelayHasAreFine() throws Exception {
    machine.taken.put("tcp 7880", "Address already in use");
    machine.relay = true;

    assertThat(finding("ports").level()).isEqualTo(OK);
  }

  @Test
  void withoutACertificateItsPortsAreNotLookedAt() throws Exception {
    machine.taken.put("tcp 5349", "Address already in use");

    assertThat(finding("ports").level()).isEqualTo(OK);
    assertThat(finding("ports", tls(TestCertificate.of("relay.example.org", "EC"))).level())
        .isEqualTo(PROBLEM);
  }

  @Test
  void privateAddressesReachNobodyOutside() throws Exception {
    for (String address : List.of("10.0.0.7", "192.168.1.7", "100.64.3.2", "fd00::7")) {
      machine.addresses = List.of(InetAddress.ofLiteral(address));
      Finding told = finding("addresses");
      assertThat(told.level()).as(address).isEqualTo(WARNING);
      assertThat(told.change()).contains("net.advertise");
    }
  }

  @Test
  void theAdvertisedAddressCounts() throws Exception {
    machine.addresses = List.of(InetAddress.ofLiteral("10.0.0.7"));

    assertThat(finding("addresses", "net.advertise=203.0.113.7").level()).isEqualTo(OK);
    assertThat(finding("addresses", "net.advertise=192.168.0.9").level()).isEqualTo(WARNING);
  }

  @Test
  void aPublicAddressThatIsNotBoundIsNamed() throws Exception {
    machine.addresses =
        List.of(InetAddress.ofLiteral("10.0.0.7"), InetAddress.ofLiteral("203.0.113.7"));

    Finding told = finding("addresses", "net.bind=10.0.0.7");
    assertThat(told.level()).isEqualTo(WARNING);
    assertThat(told.seen()).contains("203.0.113.7");
    assertThat(told.change()).contains("net.bind");
  }

  @Test
  void loopbackAloneIsAProblem() throws Exception {
    machine.addresses = List.of();

    assertThat(finding("addresses").level()).isEqualTo(PROBLEM);
  }

  @Test
  void withoutARouteThereIsAWarning() throws Exception {
    machine.route = false;

    assertThat(finding("route").level()).isEqualTo(WARNING);
  }

  @Test
  void operationsOpenToTheWorldAreAWarning() throws Exception {
    assertThat(finding("operations", "ops.host=0.0.0.0").level()).isEqualTo(WARNING);
  }

  private String[] tls(TestCertificate certificate, String... more) {
    return certificate.settings(directory, more);
  }

  @Test
  void aCertificateHasDatesAndSigners() throws Exception {
    String[] sets = tls(TestCertificate.of("relay.example.org", "EC"));

    machine.now = Instant.now();
    assertThat(finding("certificate", sets).seen()).contains("it ends on");
    machine.now = Instant.now().minusSeconds(30 * 86_400);
    Finding early = finding("certificate", sets);
    assertThat(early.level()).isEqualTo(PROBLEM);
    assertThat(early.change()).contains("clock");
    machine.now = Instant.now().plusSeconds(30 * 86_400);
    Finding late = finding("certificate", sets);
    assertThat(late.level()).isEqualTo(PROBLEM);
    assertThat(late.seen()).contains("it ended on");
  }

  @Test
  void aKeyOfAnotherCertificateIsAProblem() throws Exception {
    String[] sets = tls(TestCertificate.of("relay.example.org", "EC"));
    TestCertificate.of("relay.example.org", "EC").writeKey(directory.resolve("key.pem"));

    Finding wrong = finding("certificate", sets);
    assertThat(wrong.level()).isEqualTo(PROBLEM);
    assertThat(wrong.seen()).contains("does not belong");
  }

  @Test
  void turnsHostMustBeInTheCertificate() throws Exception {
    TestCertificate nameless = TestCertificate.of("relay.example.org", "EC");

    assertThat(finding("turn.host", tls(nameless)).level()).isEqualTo(WARNING);
    assertThat(finding("turn.host", tls(nameless, "turn.host=other.example.org")).level())
        .isEqualTo(PROBLEM);
  }

  @ParameterizedTest
  @CsvSource({
    "relay.example.org, relay.example.org, true",
    "Relay.Example.Org, relay.example.org, true",
    "*.example.org, relay.example.org, true",
    "*.example.org, a.relay.example.org, false",
    "*.example.org, example.org, false",
    "relay.example.org, relay.example.com, false",
  })
  void namesCoverHosts(String name, String host, boolean covers) {
    assertThat(CertificateChecks.covers(name, host)).isEqualTo(covers);
  }

  @Test
  void turnThatIsOffKeepsPeopleOut() throws Exception {
    assertThat(finding("turn", "turn.udpPort=off", "turn.tcpPort=off", "turn.tlsPort=off").level())
        .isEqualTo(WARNING);
  }

  @Test
  void secretsAreCountedAndNotShown() throws Exception {
    Finding secrets = finding("turn.secrets", "turn.secrets=0123456789abcdef0123");

    assertThat(secrets.level()).isEqualTo(OK);
    assertThat(secrets.line()).doesNotContain("0123456789abcdef");
  }

  @Test
  void relayPortsThatAreTakenOrMediasAreAProblem() throws Exception {
    for (int port = 50_000; port <= 50_007; port++) {
      machine.taken.put("udp " + port, "Address already in use");
    }

    assertThat(finding("turn.relayPorts", "turn.relayPorts=50000-50007").level())
        .isEqualTo(PROBLEM);
    assertThat(finding("turn.relayPorts", "turn.relayPorts=50000-50015").level()).isEqualTo(OK);
    assertThat(finding("turn.relayPorts", "turn.relayPorts=50000-50014").level())
        .isEqualTo(WARNING);
    assertThat(finding("turn.relayPorts", "turn.relayPorts=7883-9000").level()).isEqualTo(PROBLEM);
  }

  @Test
  void smallBuffersAreNamedWithTheCommand() throws Exception {
    machine.files.put("/proc/sys/net/core/rmem_max", "212992\n");

    Finding buffers = finding("buffers");
    assertThat(buffers.level()).isEqualTo(WARNING);
    assertThat(buffers.change()).contains("net.core.rmem_max=4194304").doesNotContain("wmem");
    machine.files.clear();
    assertThat(finding("buffers").level()).isEqualTo(OK);
  }

  @ParameterizedTest
  @CsvSource({"1024, PROBLEM", "4096, WARNING", "65536, OK", "unlimited, OK"})
  void filesAreCounted(String limit, Finding.Level level) throws Exception {
    machine.files.put(
        "/proc/self/limits",
        "Max cpu time   unlimited\nMax open files   " + limit + "   x files\n");

    assertThat(finding("files").level()).isEqualTo(level);
  }

  @Test
  void memoryMustHoldPacketsAndHeap() throws Exception {
    assertThat(finding("memory").level()).isEqualTo(OK);
    machine.heap = 8L << 30;
    assertThat(finding("memory").level()).isEqualTo(WARNING);
    machine.memory = 600L << 20;
    assertThat(finding("memory").level()).isEqualTo(PROBLEM);
    assertThat(finding("memory", "net.packetMemory=16MiB").level()).isEqualTo(WARNING);
  }

  @Test
  void theClockIsOfThisTimeAndDoesNotGoBack() throws Exception {
    machine.now = Instant.EPOCH;
    assertThat(finding("clock").level()).isEqualTo(PROBLEM);
    machine.now = Instant.parse("2027-01-01T00:00:00Z");
    machine.nanoStep = -1;
    assertThat(finding("clock").level()).isEqualTo(PROBLEM);
    machine.nanoStep = 1;
    machine.files.put("/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet");
    assertThat(finding("clock").level()).isEqualTo(WARNING);
  }

  @Test
  void withoutLibcryptoItIsSlower() throws Exception {
    machine.ciphers = new Machine.Ciphers("no libcrypto of OpenSSL 3 here", false);

    assertThat(finding("libcrypto").level()).isEqualTo(WARNING);
    assertThat(finding("libcrypto", "srtp.ciphers=java").level()).isEqualTo(OK);
  }

  @Test
  void theKernelIsAskedForWhatIsConfigured() throws Exception {
    machine.kernel = new Machine.Kernel(Optional.empty(), false);
    assertThat(finding("kernel").level()).isEqualTo(WARNING);
    machine.kernel = new Machine.Kernel(Optional.of("the system is Mac OS X, not Linux"), false);
    assertThat(finding("kernel").level()).isEqualTo(WARNING);
    assertThat(finding("kernel", "net.io=epoll").level()).isEqualTo(PROBLEM);
    assertThat(finding("kernel", "net.io=nio").level()).isEqualTo(OK);
  }
}
