package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of one DTLS 1.2 association of a client that needs no certificate. Lives on a
 * loop: every method is called there and every callback comes there; only the handshake itself runs
 * elsewhere, and ends in time whatever happens.
 */
public final class DtlsTunnel implements AutoCloseable {
  /** Hears of what a tunnel does. */
  public interface Listener {
    /** Send this to the client. */
    void send(byte[] datagram, int length);

    /** The handshake is over. Comes once at most. */
    void connected();

    /** The content of one record. Valid during the call only. */
    void data(MemorySegment memory, long offset, int length);

    /** The client has gone, or never got in. Comes once at most, and not after a close. */
    void ended();
  }

  /** The most bytes of data in one record; its datagram has up to 37 more. */
  public static final int MAX_DATA = RecordLink.MAX_RECORD - 37;

  private static final Logger LOG = LoggerFactory.getLogger(DtlsTunnel.class);
  private static final int MAX_RECORDS = 16;

  private final TunnelServer server;
  private final Executor loop;
  private final Listener listener;
  private final byte[] random;
  private final RecordLink link = new RecordLink((_, bytes, _) -> onLoop(() -> transmit(bytes)));
  private @Nullable Connection connection;
  private boolean ended;

  DtlsTunnel(TunnelServer server, Executor loop, Listener listener, byte[] random) {
    this.server = server;
    this.loop = loop;
    this.listener = listener;
    this.random = random;
  }

  /** Whether a ClientHello belongs to this association's own handshake. */
  public boolean isOwnHello(MemorySegment memory, long offset) {
    return Arrays.equals(random, TunnelGreeter.random(memory, offset));
  }

  void begin(DTLSRequest hello) {
    try {
      server.handshakes().execute(() -> shakeHands(hello));
    } catch (RejectedExecutionException e) {
      server.gate().leave();
      ended = true; // the relay is being closed
    }
  }

  private void shakeHands(DTLSRequest hello) {
    DTLSTransport made = null;
    try {
      link.greet(); // it brought a cookie back
      link.begin(server.limits().handshakeTimeout().toNanos());
      made = new DTLSServerProtocol().accept(server.choices(link), link, hello);
      link.flush();
    } catch (IOException | RuntimeException e) {
      LOG.debug("DTLS handshake of a tunnel failed: {}", e.toString());
    } finally {
      server.gate().leave();
      DTLSTransport outcome = made;
      onLoop(() -> shaken(outcome));
    }
  }

  private void shaken(@Nullable DTLSTransport transport) {
    if (ended) {
      return;
    }
    if (transport == null) {
      end();
      return;
    }
    connection = new Connection(transport, link, (_, bytes, _) -> transmit(bytes));
    listener.connected();
    pump();
  }

  /** A datagram of the client's address. Anything may be in it. */
  public void onDatagram(MemorySegment memory, long offset, int length) {
    int at = 0;
    for (int i = 0; i < MAX_RECORDS && length - at >= Records.HEADER; i++) {
      int record = Records.HEADER + Bytes.u16(memory, offset + at + 11);
      if (record > length - at || record > RecordLink.MAX_RECORD) {
        break;
      }
      onRecord(memory, offset + at, record);
      at += record;
    }
    pump();
  }

  private void onRecord(MemorySegment memory, long at, int length) {
    int epoch = Bytes.u16(memory, at + 3);
    int type = Bytes.u8(memory, at);
    // An alert in plain text could be anybody's: without it the handshake ends in time as well.
    // The rest of the client's last flight comes again when it lacks ours, even after the end.
    boolean plain = epoch == 0 && (type == Records.HANDSHAKE || type == Records.CHANGE_CIPHER_SPEC);
    Connection over = connection;
    if (epoch != 1 && !plain) {
      return;
    }
    if (over == null) {
      link.offer(Bytes.toArray(memory, at, length));
    } else {
      over.push(Bytes.toArray(memory, at, length));
    }
  }

  private void pump() {
    Connection from;
    while ((from = connection) != null && from.hasPending()) {
      switch (from.receive()) {
        case DATA -> {
          MemorySegment data = from.data();
          listener.data(data, 0, (int) data.byteSize());
        }
        case REJECTED -> {
          // Forged, repeated or empty.
        }
        case CLOSED, ALERT, BROKEN -> end();
      }
    }
  }

  /**
   * Sends data as one record.
   *
   * @param length 1 to {@link #MAX_DATA}
   * @return false if not connected or the length is out of range
   */
  public boolean send(MemorySegment memory, long offset, int length) {
    Connection over = connection;
    return over != null && length >= 1 && length <= MAX_DATA && over.send(memory, offset, length);
  }

  private void transmit(byte[] datagram) {
    if (!ended) {
      listener.send(datagram, datagram.length);
    }
  }

  private void end() {
    if (!ended) {
      release();
      listener.ended();
    }
  }

  private void release() {
    ended = true;
    connection = null;
    link.abort();
  }

  /** Ends the association; a connected client is told so. */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    if (connection != null) {
      connection.close();
    }
    release();
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // The loop has been shut down, and this tunnel with it.
    }
  }
}
