package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramSender;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Meets those who come to a DTLS port and keeps nothing of them until they have shown that they are
 * where they say: the first ClientHello is answered with a cookie that only their address receives,
 * the second must bring it back (RFC 6347 §4.2.1). One thread.
 */
public final class TunnelGreeter {
  /** Takes the one datagram that a stranger gets. */
  @FunctionalInterface
  public interface Answer {
    /** A HelloVerifyRequest, shorter than what it answers. */
    void send(byte[] datagram);
  }

  private static final int RANDOM_AT = Records.HEADER + Records.MESSAGE_HEADER + 2;
  private static final int RANDOM = 32;

  private final TunnelServer server;
  private final Executor loop;
  private final DTLSVerifier verifier;

  /**
   * A greeter with a cookie key of its own.
   *
   * @param loop runs tasks on the thread of this greeter and its tunnels, in order
   */
  public TunnelGreeter(TunnelServer server, Executor loop) {
    this.server = server;
    this.loop = loop;
    this.verifier = new DTLSVerifier(server.identity().crypto());
  }

  /** Whether a datagram begins with a ClientHello in plain text. */
  public static boolean isHello(MemorySegment memory, long offset, int length) {
    return length >= RANDOM_AT + RANDOM
        && Bytes.u8(memory, offset) == Records.HANDSHAKE
        && Bytes.u16(memory, offset + 3) == 0
        && Bytes.u8(memory, offset + Records.HEADER) == Records.CLIENT_HELLO;
  }

  /** The random of a ClientHello: the same when it is repeated, another in another handshake. */
  static byte[] random(MemorySegment memory, long offset) {
    return Bytes.toArray(memory, offset + RANDOM_AT, RANDOM);
  }

  /**
   * A ClientHello, as {@link #isHello} knows it, of somebody who has no tunnel or wants a new one.
   *
   * @param answer takes what may be sent back
   * @param listener hears of the tunnel
   * @return a tunnel whose handshake has begun; null when there is none yet
   */
  public @Nullable DtlsTunnel greet(
      MemorySegment memory,
      long offset,
      int length,
      TransportAddress from,
      Answer answer,
      DtlsTunnel.Listener listener,
      long nowNanos) {
    byte[] who =
        ByteBuffer.allocate(18)
            .putLong(from.high())
            .putLong(from.low())
            .putShort((short) from.port())
            .array();
    byte[] datagram = Bytes.toArray(memory, offset, length);
    DTLSRequest hello = verifier.verifyRequest(who, datagram, 0, length, new Sender(answer));
    if (hello == null || !server.gate().tryEnter(nowNanos)) {
      return null; // who was let wait says hello again
    }
    DtlsTunnel tunnel = new DtlsTunnel(server, loop, listener, random(memory, offset));
    tunnel.begin(hello);
    return tunnel;
  }

  /** What Bouncy Castle sends a HelloVerifyRequest by. */
  private record Sender(Answer answer) implements DatagramSender {
    @Override
    public int getSendLimit() {
      return DtlsEndpoint.MAX_HANDSHAKE_DATAGRAM;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
      answer.send(Arrays.copyOfRange(bytes, offset, offset + length));
    }
  }
}
