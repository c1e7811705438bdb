package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.Cidr;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PeerRulesTest {
  private static final PeerRules DEFAULT = PeerRules.of(List.of(), List.of());

  private static PeerVerdict judge(PeerRules rules, String host) {
    TransportAddress address = TransportAddress.of(InetAddress.ofLiteral(host), 9);
    return rules.verdict(address.high(), address.low());
  }

  private static List<Cidr> blocks(String... texts) {
    return Stream.of(texts).map(text -> Cidr.parse(text).orElseThrow()).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, UNSPECIFIED",
    "0.1.2.3, UNSPECIFIED",
    "127.0.0.1, LOOPBACK",
    "127.255.255.254, LOOPBACK",
    "169.254.169.254, LINK_LOCAL",
    "224.0.0.1, MULTICAST",
    "239.255.255.255, MULTICAST",
    "255.255.255.255, MULTICAST",
    "10.1.2.3, PRIVATE",
    "172.16.0.1, PRIVATE",
    "172.31.255.255, PRIVATE",
    "172.32.0.1, ALLOWED",
    "192.168.1.1, PRIVATE",
    "100.64.0.1, CARRIER",
    "100.127.255.255, CARRIER",
    "100.128.0.0, ALLOWED",
    "100.100.100.200, METADATA",
    "168.63.129.16, METADATA",
    "192.0.2.1, DOCUMENTATION",
    "198.51.100.9, DOCUMENTATION",
    "203.0.113.9, DOCUMENTATION",
    "198.19.255.255, DOCUMENTATION",
    "192.0.0.1, RESERVED",
    "192.0.0.192, METADATA",
    "240.0.0.1, RESERVED",
    "8.8.8.8, ALLOWED",
    ":: , UNSPECIFIED",
    "::1, LOOPBACK",
    "fe80::1, LINK_LOCAL",
    "febf::1, LINK_LOCAL",
    "fec0::1, PRIVATE",
    "fc00::1, PRIVATE",
    "fd12::1, PRIVATE",
    "fd00:ec2::254, METADATA",
    "ff02::1, MULTICAST",
    "2001:db8::1, DOCUMENTATION",
    "100::1, RESERVED",
    "2a00:1450::1, ALLOWED",
  })
  void byDefault(String host, PeerVerdict verdict) {
    assertThat(judge(DEFAULT, host)).isEqualTo(verdict);
  }

  /** The forms in which IPv6 can carry an IPv4 address, given as two numbers of 16 bits. */
  private static final List<String> FORMS =
      List.of(
          "::%1$x:%2$x",
          "2002:%1$x:%2$x::1",
          "64:ff9b::%1$x:%2$x",
          "::ffff:0:%1$x:%2$x",
          "64:ff9b:1::%1$x:%2$x",
          "2001:0:%1$x:%2$x::f7f7:f7f7",
          "2001:0:808:808:0:0:%3$x:%4$x",
          "2a00::5efe:%1$x:%2$x",
          "2a00::200:5efe:%1$x:%2$x");

  static Stream<Arguments> embedded() {
    return Stream.of(
            "127.0.0.1",
            "169.254.169.254",
            "10.0.0.1",
            "192.168.7.7",
            "172.20.1.1",
            "100.64.1.1",
            "224.0.0.251",
            "198.51.100.1",
            "192.0.2.55",
            "240.1.1.1")
        .flatMap(host ->
            FORMS.stream()
                .map(form -> {
                  int bits = TransportAddress.of(InetAddress.ofLiteral(host), 0).ipv4();
                  int high = bits >>> 16;
                  int low = bits & 0xFFFF;
                  return Arguments.of(host, form.formatted(high, low, high ^ 0xFFFF, low ^ 0xFFFF));
                }));
  }

  @ParameterizedTest
  @MethodSource("embedded")
  void anIpv4AddressIsJudgedAsSuchInEveryForm(String host, String form) {
    PeerVerdict plain = judge(DEFAULT, host);
    assertThat(plain).isNotEqualTo(PeerVerdict.ALLOWED);
    assertThat(judge(DEFAULT, form)).as(form).isNotEqualTo(PeerVerdict.ALLOWED);
    assertThat(judge(DEFAULT, "::ffff:" + host)).isEqualTo(plain);
  }

  /** The same table at the doors by which a peer can be named. */
  @ParameterizedTest
  @MethodSource("embedded")
  void noRequestNamesSuchAPeer(String host, String form) {
    TurnFixture turn = new TurnFixture();
    User user = turn.new User(TurnFixture.host(1), "x");
    user.allocate(new RequestedAddressFamily(AddressFamily.IPV6));
    TransportAddress peer = TurnFixture.address(form, 4_000);
    assertThat(user.permit(peer)).isEqualTo(403);
    assertThat(user.bind(0x4000, peer)).isEqualTo(403);
    user.sendTo(peer, new byte[] {1});
    assertThat(turn.opened).isEmpty();

    User ipv4 = turn.new User(TurnFixture.host(2), "y");
    ipv4.allocate();
    TransportAddress plain = TurnFixture.address(host, 4_000);
    assertThat(ipv4.permit(plain)).isEqualTo(403);
    assertThat(ipv4.bind(0x4000, plain)).isEqualTo(403);
    ipv4.sendTo(plain, new byte[] {1});
    assertThat(turn.opened).isEmpty();
  }

  /** Where RFC 6052 §2.2 puts 10.20.30.40 by the prefix's length; other numbers are public. */
  @ParameterizedTest
  @CsvSource({
    "64:ff9b:1:a14:1e:2800::, 48",
    "64:ff9b:1:80a:14:1e28:808:808, 56",
    "64:ff9b:1:808:a:141e:2808:808, 64",
    "64:ff9b:1:808:8:808:a14:1e28, 96",
  })
  void aNetworksOwnNat64IsReadInEachWay(String host, int prefix) {
    assertThat(judge(DEFAULT, host)).as("/%d", prefix).isEqualTo(PeerVerdict.RESERVED);
    PeerRules rules = PeerRules.of(blocks("64:ff9b:1::/48"), List.of());
    assertThat(judge(rules, host)).as("/%d", prefix).isEqualTo(PeerVerdict.PRIVATE);
  }

  @Test
  void aNetworksOwnNat64CanBeAllowed() {
    PeerRules rules = PeerRules.of(blocks("64:ff9b:1::/48"), blocks("9.9.9.9"));
    assertThat(judge(rules, "64:ff9b:1::808:808")).isEqualTo(PeerVerdict.ALLOWED);
    assertThat(judge(rules, "64:ff9b:1:808:8:800::")).isEqualTo(PeerVerdict.ALLOWED);
    assertThat(judge(rules, "64:ff9b:1::909:909")).isEqualTo(PeerVerdict.DENIED);
    assertThat(judge(rules, "64:ff9b:1::")).isEqualTo(PeerVerdict.UNSPECIFIED);
  }

  @Test
  void publicOnesWithinAreAllowed() {
    assertThat(judge(DEFAULT, "64:ff9b::808:808")).isEqualTo(PeerVerdict.ALLOWED);
    assertThat(judge(DEFAULT, "2002:808:808::1")).isEqualTo(PeerVerdict.ALLOWED);
  }

  @Test
  void whatIsAllowedByNameIsAndDenialWins() {
    PeerRules rules = PeerRules.of(blocks("10.0.0.0/8", "127.0.0.1"), blocks("10.9.0.0/16"));
    assertThat(judge(rules, "10.1.1.1")).isEqualTo(PeerVerdict.ALLOWED);
    assertThat(judge(rules, "127.0.0.1")).isEqualTo(PeerVerdict.ALLOWED);
    assertThat(judge(rules, "127.0.0.2")).isEqualTo(PeerVerdict.LOOPBACK);
    assertThat(judge(rules, "10.9.1.1")).isEqualTo(PeerVerdict.DENIED);
    assertThat(judge(rules, "2002:a09:101::1")).isEqualTo(PeerVerdict.DENIED);
    assertThat(judge(rules, "8.8.8.8")).isEqualTo(PeerVerdict.ALLOWED);
    PeerRules closed = PeerRules.of(List.of(), blocks("0.0.0.0/0", "::/0"));
    assertThat(judge(closed, "8.8.8.8")).isEqualTo(PeerVerdict.DENIED);
  }

  @Test
  void theRelaysOwnIsNotOpenedByAnyAllowance() {
    PeerRules rules =
        PeerRules.of(blocks("0.0.0.0/0"), List.of())
            .withOwn(List.of(InetAddress.ofLiteral("8.8.4.4")));
    assertThat(judge(rules, "8.8.4.4")).isEqualTo(PeerVerdict.OWN);
    assertThat(judge(rules, "2002:808:404::1")).isEqualTo(PeerVerdict.OWN);
    assertThat(judge(rules, "127.0.0.1")).isEqualTo(PeerVerdict.ALLOWED);
  }
}
