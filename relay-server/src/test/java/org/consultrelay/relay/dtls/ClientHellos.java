package org.consultrelay.relay.dtls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.tls.ClientHello;
import org.bouncycastle.tls.TlsContext;
import org.jspecify.annotations.Nullable;

/** Changes ClientHellos for tests. */
final class ClientHellos {
  private static final @Nullable TlsContext NONE = null; // encoding does not look at it

  private ClientHellos() {}

  /** The datagram's ClientHello, changed, in one record however long. */
  @SuppressWarnings("NullAway") // NONE
  static byte[] with(byte[] datagram, Consumer<ClientHello> change) throws IOException {
    int from = Records.HEADER + Records.MESSAGE_HEADER;
    ClientHello hello =
        ClientHello.parse(
            new ByteArrayInputStream(datagram, from, datagram.length - from),
            OutputStream.nullOutputStream());
    change.accept(hello);
    // Its constructor from parts lets it be encoded; a parsed one can not be.
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    new ClientHello(
            hello.getVersion(),
            hello.getRandom(),
            hello.getSessionID(),
            hello.getCookie(),
            hello.getCipherSuites(),
            hello.getExtensions(),
            0)
        .encode(NONE, body);
    HandshakeMessage message = new HandshakeMessage(Records.CLIENT_HELLO, 0, body.toByteArray());
    return Records.fragment(message, 0, body.size(), 0);
  }

  /** Puts an extension, replacing the one that was there. */
  @SuppressWarnings("unchecked")
  static void put(ClientHello hello, Integer type, byte[] data) {
    ((Hashtable<Integer, byte[]>) hello.getExtensions()).put(type, data);
  }

  /** The one message of a datagram, in fragments of up to so many bytes. */
  static List<byte[]> fragments(byte[] datagram, int size) {
    byte[] body =
        Arrays.copyOfRange(datagram, Records.HEADER + Records.MESSAGE_HEADER, datagram.length);
    HandshakeMessage message = new HandshakeMessage(Records.CLIENT_HELLO, 0, body);
    List<byte[]> fragments = new ArrayList<>();
    for (int at = 0; at < body.length; at += size) {
      fragments.add(
          Records.fragment(message, at, Math.min(size, body.length - at), fragments.size()));
    }
    return fragments;
  }
}
