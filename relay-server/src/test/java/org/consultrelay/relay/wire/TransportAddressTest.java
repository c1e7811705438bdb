package org.consultrelay.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class TransportAddressTest {
  @Test
  void keepsBothFamilies() throws UnknownHostException {
    for (String host : new String[] {"192.0.2.7", "2001:db8::17", "127.0.0.1", "::1"}) {
      InetAddress address = InetAddress.getByName(host);
      TransportAddress transport = TransportAddress.of(address, 7882);
      assertThat(transport.toInetAddress()).isEqualTo(address);
      assertThat(transport.isIpv4()).isEqualTo(host.contains("."));
    }
  }

  @Test
  void isRedactedInText() throws UnknownHostException {
    assertThat(TransportAddress.of(InetAddress.getByName("192.0.2.7"), 9))
        .hasToString("192.0.x.x:9");
    assertThat(TransportAddress.of(InetAddress.getByName("2001:db8::17"), 9))
        .hasToString("[2001:db8::x]:9");
  }
}
