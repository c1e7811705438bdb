package org.consultrelay.load.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/** Answers of servers of other make. */
class RemoteDescriptionTest {
  private static String answer(String setup, String... candidates) {
    StringBuilder sdp =
        new StringBuilder(
            """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=rtcp-mux
            a=ice-ufrag:abcd
            a=ice-pwd:abcdefghijklmnopqrstuvwx
            a=fingerprint:sha-256 %s
            a=setup:%s
            a=mid:0
            a=recvonly
            a=rtpmap:111 opus/48000/2
            """
                .formatted(String.join(":", Collections.nCopies(32, "AB")), setup));
    for (String candidate : candidates) {
      sdp.append("a=candidate:").append(candidate).append('\n');
    }
    return sdp.toString().replace("\n", "\r\n");
  }

  @Test
  void whoeverWantsToBeTheClientGetsAServer() {
    String candidate = "1 1 udp 2130706431 192.0.2.1 5000 typ host";
    assertThat(RemoteDescription.of(answer("active", candidate)).dtlsRole())
        .isEqualTo(DtlsRole.SERVER);
    assertThat(RemoteDescription.of(answer("passive", candidate)).dtlsRole())
        .isEqualTo(DtlsRole.CLIENT);
  }

  @Test
  void allAddressesOfOneFamilyAreTried() {
    RemoteDescription answer =
        RemoteDescription.of(
            answer(
                "passive",
                "1 1 udp 2130706431 2001:db8::1 5000 typ host",
                "2 1 tcp 1518280447 192.0.2.1 7881 typ host tcptype passive",
                "3 1 udp 2130706430 192.0.2.1 5001 typ host",
                "4 1 udp 1694498815 198.51.100.7 5002 typ srflx raddr 192.0.2.1 rport 5001"));
    assertThat(answer.addresses())
        .containsExactly(
            TransportAddress.ipv4(0xC000_0201, 5_001), TransportAddress.ipv4(0xC633_6407, 5_002));
  }

  @Test
  void withoutUdpThereIsNothingToTry() {
    assertThatThrownBy(() -> RemoteDescription.of(answer("passive")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no UDP candidate");
  }
}
