package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;

/**
 * A browser's ICE connectivity check as a plain socket sees it: a STUN Binding request (RFC 8489
 * section 5).
 */
final class StunCheck {
  private static final int BINDING_REQUEST = 0x0001;
  private static final int MAGIC_COOKIE = 0x2112A442;

  private StunCheck() {}

  /** The first packet, which must be one; waits ten seconds at most. */
  static DatagramPacket await(DatagramSocket socket) throws IOException {
    socket.setSoTimeout(10_000);
    DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
    socket.receive(packet);
    ByteBuffer header = ByteBuffer.wrap(packet.getData());
    assertThat(header.getShort(0)).isEqualTo((short) BINDING_REQUEST);
    assertThat(header.getInt(4)).isEqualTo(MAGIC_COOKIE);
    return packet;
  }
}
