package org.consultrelay.relay.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.Needs;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a socket is told about fragments. */
@EnabledOnOs(OS.LINUX)
class FragmentsTest {
  private static final int IP = 0;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IPV6 = 41;
  private static final int IPV6_MTU_DISCOVER = 23;
  private static final int DONT = 0;
  private static final int DO = 2;
  private static final int OMIT = 5;

  private static int option(LinuxSocket socket, int level, int name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      MemorySegment length = arena.allocateFrom(JAVA_INT, 4);
      assertThat(LinuxCalls.getsockopt(socket.fd(), level, name, value.address(), length.address()))
          .isZero();
      return value.get(JAVA_INT, 0);
    }
  }

  @Test
  void overIpv4() throws IOException {
    TransportAddress loopback = TransportAddress.ipv4(0x7F00_0001, 0);
    try (LinuxSocket socket = LinuxSocket.open(loopback, SocketBuffers.DEFAULT)) {
      socket.forbidFragments(true);
      assertThat(option(socket, IP, IP_MTU_DISCOVER)).isEqualTo(DO);
      socket.forbidFragments(false);
      assertThat(option(socket, IP, IP_MTU_DISCOVER)).isEqualTo(OMIT);
    }
  }

  /** The loopback address and the wildcard, which takes IPv4 in as well. */
  @ParameterizedTest
  @ValueSource(longs = {1, 0})
  void overIpv6(long low) throws IOException {
    Needs.that(Inet6.available(), "no IPv6 here");
    TransportAddress local = new TransportAddress(0, low, 0);
    try (LinuxSocket socket = LinuxSocket.open(local, SocketBuffers.DEFAULT)) {
      socket.forbidFragments(true);
      assertThat(option(socket, IPV6, IPV6_MTU_DISCOVER)).isEqualTo(DO);
      assertThat(option(socket, IP, IP_MTU_DISCOVER)).isEqualTo(DO);
      socket.forbidFragments(false);
      assertThat(option(socket, IPV6, IPV6_MTU_DISCOVER)).isEqualTo(DONT);
      assertThat(option(socket, IP, IP_MTU_DISCOVER)).isEqualTo(OMIT);
    }
  }
}
