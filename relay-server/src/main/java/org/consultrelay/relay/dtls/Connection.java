package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** What is left after the handshake: encrypted records in and out, on the loop, never waiting. */
final class Connection {
  /** What one call of {@link #receive} came to. */
  enum Received {
    /** Application data, in {@link #data}. */
    DATA,
    /** A record that did not authenticate, was replayed, or meant nothing. */
    REJECTED,
    /** The peer's close_notify, which was answered. */
    CLOSED,
    /** The peer's fatal alert. */
    ALERT,
    /** Something authenticated that breaks the protocol. */
    BROKEN
  }

  private final DTLSTransport transport;
  private final RecordLink link;
  private byte @Nullable [] buffer;
  private MemorySegment data = MemorySegment.NULL;

  /** Takes a finished handshake's transport and link over to the loop. */
  Connection(DTLSTransport transport, RecordLink link, RecordLink.Outlet outlet) {
    this.transport = transport;
    this.link = link;
    link.connect(outlet);
  }

  /** Whether records wait to be received. */
  boolean hasPending() {
    return link.hasPending();
  }

  /** Adds an encrypted record. */
  void push(byte[] record) {
    link.push(record);
  }

  /** Takes the next records up to the first with application data. */
  Received receive() {
    byte[] into = buffer;
    if (into == null) {
      into = new byte[RecordLink.MAX_RECORD]; // a peer without data channels never needs it
      buffer = into;
    }
    try {
      // The wait is never waited: the link throws when it has no more records.
      int length = transport.receive(into, 0, into.length, 1_000);
      if (length > 0) {
        data = MemorySegment.ofArray(into).asSlice(0, length);
        return Received.DATA;
      }
      return Received.REJECTED;
    } catch (RecordLink.Nothing e) {
      return link.isClosed() ? Received.CLOSED : Received.REJECTED;
    } catch (TlsFatalAlertReceived e) {
      return Received.ALERT;
    } catch (IOException e) {
      return Received.BROKEN;
    }
  }

  /** The application data of the latest {@link Received#DATA}, until the next receive. */
  MemorySegment data() {
    return data;
  }

  /** Sends application data as one record; false if that failed, which ends the connection. */
  boolean send(MemorySegment memory, long offset, int length) {
    try {
      transport.send(Bytes.toArray(memory, offset, length), 0, length);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Says close_notify. */
  void close() {
    try {
      transport.close();
    } catch (IOException e) {
      // The peer will find out by itself: ICE consent ends (RFC 7675).
    }
  }
}
