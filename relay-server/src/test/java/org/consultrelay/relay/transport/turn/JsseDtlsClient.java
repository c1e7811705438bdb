package org.consultrelay.relay.transport.turn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.consultrelay.relay.net.stream.TrustsAll;

/** A DTLS client by the JDK's engine, over a socket that can lose datagrams both ways. */
final class JsseDtlsClient implements AutoCloseable {
  private static final int ROOM = 32_768;
  private static final int PATIENCE_MILLIS = 300;
  private static final int TURNS = 200;

  private final DatagramSocket socket;
  private final SSLEngine engine;
  private final Random losses;
  private final double loss;

  /** Loses this share of datagrams until the handshake is over. */
  JsseDtlsClient(DatagramSocket socket, InetAddress server, int port, double loss, long seed)
      throws GeneralSecurityException, IOException {
    this.socket = socket;
    this.loss = loss;
    this.losses = new Random(seed);
    socket.connect(server, port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    SSLContext context = SSLContext.getInstance("DTLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"DTLSv1.2"});
    parameters.setMaximumPacketSize(1_300);
    engine.setSSLParameters(parameters);
  }

  /** Sends its first flight and no more. */
  void begin() throws IOException {
    engine.beginHandshake();
    wrap(new byte[0], 0);
  }

  /** Shakes hands; false when that comes to nothing in time. */
  boolean connect() throws IOException {
    engine.beginHandshake();
    for (int i = 0; i < TURNS; i++) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> wrap(new byte[0], loss);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP_AGAIN) {
            unwrap(new byte[0], 0);
          } else if (receive(loss) == null) {
            wrap(new byte[0], loss); // repeats the flight
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return true;
        }
      }
    }
    return false;
  }

  /** Sends one record of data. */
  void send(byte[] data) throws IOException {
    wrap(data, 0);
  }

  /** The data of the next record that has some. */
  byte[] receive() throws IOException {
    for (int i = 0; i < TURNS; i++) {
      byte[] data = receive(0);
      if (data != null && data.length > 0) {
        return data;
      }
    }
    throw new SocketTimeoutException("nothing came");
  }

  private void wrap(byte[] data, double lost) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(ROOM);
    SSLEngineResult result = engine.wrap(ByteBuffer.wrap(data), out);
    if (result.bytesProduced() > 0 && losses.nextDouble() >= lost) {
      socket.send(new DatagramPacket(out.array(), out.position()));
    }
  }

  private byte[] receive(double lost) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[ROOM], ROOM);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      return null;
    }
    return losses.nextDouble() < lost ? new byte[0] : unwrap(packet.getData(), packet.getLength());
  }

  private byte[] unwrap(byte[] datagram, int length) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(datagram, 0, length);
    ByteBuffer data = ByteBuffer.allocate(ROOM);
    do {
      engine.unwrap(in, data);
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        engine.getDelegatedTask().run();
      }
    } while (in.hasRemaining() && engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP);
    byte[] bytes = new byte[data.position()];
    data.flip().get(bytes);
    return bytes;
  }

  /** Whom it has been connected to. */
  String peer() throws IOException {
    return ((X509Certificate) engine.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  @Override
  public void close() {
    socket.close();
  }
}
