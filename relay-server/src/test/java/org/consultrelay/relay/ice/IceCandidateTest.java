package org.consultrelay.relay.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.consultrelay.relay.ice.CandidateLine.Ignored;
import org.consultrelay.relay.ice.CandidateLine.Malformed;
import org.consultrelay.relay.ice.CandidateLine.Reason;
import org.consultrelay.relay.ice.CandidateLine.Usable;
import org.consultrelay.relay.ice.IceCandidate.TcpType;
import org.consultrelay.relay.ice.IceCandidate.Transport;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceCandidateTest {
  private static IceCandidate usable(String line) {
    return ((Usable) CandidateLine.parse(line)).candidate();
  }

  @Test
  void theRfcsOwnExample() {
    // RFC 8839 §5.1.
    IceCandidate candidate =
        usable(
            "a=candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport"
                + " 8998");
    assertThat(candidate)
        .isEqualTo(
            new IceCandidate(
                "2",
                1,
                Transport.UDP,
                1694498815L,
                TransportAddress.ipv4(0xC0000203, 45664),
                IceCandidate.Type.SRFLX,
                TransportAddress.ipv4(0xCB00718D, 8998),
                null));
  }

  @Test
  void asBrowsersWriteThem() {
    IceCandidate chromium =
        usable(
            "candidate:842163049 1 udp 1677729535 198.51.100.7 61665 typ srflx raddr 0.0.0.0 rport"
                + " 0 generation 0 ufrag sXP5 network-cost 999");
    assertThat(chromium.related()).isEqualTo(TransportAddress.ipv4(0, 0));
    IceCandidate tcp =
        usable(
            "candidate:1 1 tcp 1518149375 2001:db8::7 9 typ host tcptype active generation 0"
                + " network-id 3");
    assertThat(tcp.transport()).isEqualTo(Transport.TCP);
    assertThat(tcp.tcpType()).isEqualTo(TcpType.ACTIVE);
    assertThat(tcp.address()).isEqualTo(new TransportAddress(0x20010db8L << 32, 7, 9));
    IceCandidate firefox = usable("0 1 UDP 2122252543 10.0.0.5 52413 typ host");
    assertThat(firefox.type()).isEqualTo(IceCandidate.Type.HOST);
  }

  @Test
  void hiddenNamesAreIgnoredQuietly() {
    assertThat(
            CandidateLine.parse(
                "candidate:0 1 UDP 2122187007 4b8f7e2a-93c1-4a0e-9d52-1f6c0a7b2e11.local 52001 typ"
                    + " host"))
        .isEqualTo(new Ignored(Reason.MDNS_NAME));
    assertThat(CandidateLine.parse("candidate:0 1 UDP 1 A.LOCAL 52001 typ host"))
        .isEqualTo(new Ignored(Reason.MDNS_NAME));
    assertThat(CandidateLine.parse("candidate:0 1 UDP 1 turn.example.org 52001 typ relay"))
        .isEqualTo(new Ignored(Reason.HOST_NAME));
    assertThat(CandidateLine.parse("candidate:0 1 SCTP 1 10.0.0.1 52001 typ host"))
        .isEqualTo(new Ignored(Reason.TRANSPORT));
    assertThat(CandidateLine.parse("candidate:0 1 UDP 1 10.0.0.1 52001 typ token"))
        .isEqualTo(new Ignored(Reason.TYPE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "candidate:",
        "candidate:1 1 udp 1 10.0.0.1 1",
        "candidate:1 1 udp 1 10.0.0.1 1 typ",
        "candidate:1 1 udp 1 10.0.0.1 1 tpy host",
        "candidate:1 0 udp 1 10.0.0.1 1 typ host",
        "candidate:1 257 udp 1 10.0.0.1 1 typ host",
        "candidate:1 -1 udp 1 10.0.0.1 1 typ host",
        "candidate:1 1 udp 4294967296 10.0.0.1 1 typ host",
        "candidate:1 1 udp 99999999999999999999 10.0.0.1 1 typ host",
        "candidate:1 1 udp 1 10.0.0.1 65536 typ host",
        "candidate:1 1 udp 1 10.0.0.1 +5 typ host",
        "candidate:1 1 udp 1 10.0.0.256 1 typ host",
        "candidate:1 1 udp 1 10.1 1 typ host",
        "candidate:1 1 udp 1 010.0.0.1 1 typ host",
        "candidate:1 1 udp 1 0x0a.0.0.1 1 typ host",
        "candidate:1 1 udp 1 fe80::1%eth0 1 typ host",
        "candidate:1 1 udp 1 ::g 1 typ host",
        "candidate:1 1 udp 1 1:2:3:4:5:6:7:8:9 1 typ host",
        "candidate:1 1 udp 1 [::1] 1 typ host",
        "candidate:1 1 udp 1 10.0.0.1 1 typ host raddr",
        "candidate:1 1 udp 1 10.0.0.1 1 typ srflx raddr 10.0.0.2 rport 65536",
        "candidate:1 1 tcp 1 10.0.0.1 1 typ host",
        "candidate:1 1 tcp 1 10.0.0.1 1 typ host tcptype other",
        "candidate:0123456789012345678901234567890123 1 udp 1 10.0.0.1 1 typ host",
        "candidate:\u00e9 1 udp 1 10.0.0.1 1 typ host",
        "candidate:1 1  udp 1 10.0.0.1 1 typ host"
      })
  void malformed(String line) {
    assertThat(CandidateLine.parse(line)).isEqualTo(new Malformed());
  }

  @Test
  void longLinesAreNotEvenLookedAt() {
    String good = "candidate:1 1 udp 1 10.0.0.1 1 typ host";
    assertThat(CandidateLine.parse(good + " x y".repeat(20))).isInstanceOf(Usable.class);
    assertThat(CandidateLine.parse(good + " x y".repeat(40))).isInstanceOf(Malformed.class);
    assertThat(CandidateLine.parse(good + " x " + "y".repeat(1_024))).isEqualTo(new Malformed());
  }

  @Test
  void neverThrows() {
    List<String> good =
        List.of(
            "candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998",
            "candidate:1 1 tcp 1518149375 2001:db8::7 9 typ host tcptype active generation 0",
            "candidate:1 1 udp 1 ::ffff:1.2.3.4 9 typ host");
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder line = new StringBuilder(good.get(random.nextInt(good.size())));
      for (int i = random.nextInt(6); i >= 0; i--) {
        int at = random.nextInt(line.length());
        switch (random.nextInt(3)) {
          case 0 -> line.deleteCharAt(at);
          case 1 -> line.insert(at, " :.%0f-\u00e9\t".charAt(random.nextInt(9)));
          default -> line.setCharAt(at, (char) random.nextInt(0x80));
        }
      }
      try {
        if (CandidateLine.parse(line.toString()) instanceof Usable(IceCandidate candidate)) {
          assertThat(CandidateLine.parse(candidate.toAttribute())).isEqualTo(new Usable(candidate));
        }
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + line, e);
      }
    }
  }

  @Test
  void oursComeBack() {
    TransportAddress v6 = new TransportAddress(0x20010db8L << 32, 1, 7882);
    for (TransportAddress address : List.of(TransportAddress.ipv4(0xC0000201, 7882), v6)) {
      IceCandidate udp = IceCandidate.host(address, 65_535);
      IceCandidate tcp = IceCandidate.tcpPassive(address.withPort(7881), 65_535);
      assertThat(usable(udp.toAttribute())).isEqualTo(udp);
      assertThat(usable(tcp.toAttribute())).isEqualTo(tcp);
      assertThat(udp.priority()).isGreaterThan(tcp.priority());
      assertThat(udp.foundation()).isNotEqualTo(tcp.foundation());
      assertThat(udp.foundation())
          .isEqualTo(IceCandidate.host(address.withPort(1), 1).foundation());
    }
    assertThat(IceCandidate.host(TransportAddress.ipv4(0xC0000201, 7882), 65_535).toAttribute())
        .matches("candidate:\\d+ 1 udp 2130706431 192\\.0\\.2\\.1 7882 typ host");
  }

  @Test
  void priorityFormula() {
    assertThat(IceCandidate.priority(126, 65_535, 1)).isEqualTo(2_130_706_431L);
    assertThat(IceCandidate.priority(0, 0, 256)).isZero();
    assertThat(IceCandidate.priority(IceCandidate.Type.SRFLX.preference(), 65_535, 2))
        .isEqualTo(1_694_498_814L);
    assertThatThrownBy(() -> IceCandidate.priority(127, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IceCandidate.priority(0, 65_536, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IceCandidate.priority(0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
