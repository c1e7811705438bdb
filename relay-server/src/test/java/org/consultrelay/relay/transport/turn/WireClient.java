package org.consultrelay.relay.transport.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.turn.SharedSecrets;

/** A TURN client over UDP with a real socket, as simple as can be: nothing is lost on loopback. */
final class WireClient implements AutoCloseable {
  private final DatagramSocket socket;
  private final SharedSecrets.Credential credential;
  private String realm = "";
  private String nonce = "";
  private long transactions;

  /** Not yet known to the server. */
  WireClient(InetAddress from, InetAddress server, int port, String secret) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(from, 0));
    socket.connect(server, port);
    socket.setSoTimeout(5_000);
    credential =
        SharedSecrets.of(List.of(secret)).issue("tester", Duration.ofHours(1), Instant.now());
  }

  /** Has an allocation now; the success answer. */
  StunMessage allocate(StunAttribute... more) throws IOException {
    send(
        StunWriter.request(StunMethod.ALLOCATE, new TransactionId(3, ++transactions))
            .add(new RequestedTransport(17))
            .plain());
    StunMessage challenge = (StunMessage) StunCodec.decode(receive());
    realm = challenge.get(Realm.class).value();
    nonce = challenge.get(Nonce.class).value();
    StunAttribute[] all = Arrays.copyOf(more, more.length + 1);
    all[more.length] = new RequestedTransport(17);
    return ask(StunMethod.ALLOCATE, all);
  }

  /** The answer, which must be a success. */
  StunMessage ask(StunMethod method, StunAttribute... attributes) throws IOException {
    StunWriter request = StunWriter.request(method, new TransactionId(3, ++transactions));
    for (StunAttribute each : attributes) {
      request.add(each);
    }
    send(
        request
            .add(new Username(credential.username()))
            .add(new Realm(realm))
            .add(new Nonce(nonce))
            .signedPlain(
                IntegrityKey.longTerm(credential.username(), realm, credential.password()),
                IntegrityAlgorithm.SHA1));
    StunMessage answer = (StunMessage) StunCodec.decode(receive());
    assertThat(answer.get(StunAttribute.ErrorCode.class)).isNull();
    return answer;
  }

  void send(byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length));
  }

  void channelData(int channel, byte[] bytes) throws IOException {
    byte[] message = new byte[4 + bytes.length];
    message[0] = (byte) (channel >> 8);
    message[1] = (byte) channel;
    message[2] = (byte) (bytes.length >> 8);
    message[3] = (byte) bytes.length;
    System.arraycopy(bytes, 0, message, 4, bytes.length);
    send(message);
  }

  /** The next datagram; fails after five seconds without. */
  byte[] receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  @Override
  public void close() {
    socket.close();
  }
}
