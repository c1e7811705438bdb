package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What Bouncy Castle takes for its socket: a queue of single records, in two modes.
 *
 * <p>During the handshake the loop offers records and the handshake's thread waits for them; what
 * that thread sends is packed into few datagrams, which leave when it turns to wait (RFC 6347
 * §4.1.1 wants a flight's records packed). Once {@link #connect} was called everything happens on
 * the loop and nothing waits.
 */
final class RecordLink implements DatagramTransport {
  /** Takes datagrams that are to be sent. */
  interface Outlet {
    /** One datagram; {@code first} if it is the first since the peer was last listened to. */
    void datagram(RecordLink of, byte[] bytes, boolean first);
  }

  /** Most records waiting for the handshake's thread: a flight has a dozen. */
  static final int MAX_RECORDS = 64;

  /** Most bytes waiting for the handshake's thread. */
  static final int MAX_BYTES = 32_768;

  /** Longest record either way. */
  static final int MAX_RECORD = 2_048;

  private final Outlet handshakeOutlet;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();
  // Under the lock:
  private final Queue<byte[]> inbound = new ArrayDeque<>();
  private int inboundBytes;
  private boolean closed;

  // Of the handshake's thread, and of the loop after it:
  private final byte[] packed = new byte[DtlsEndpoint.MAX_HANDSHAKE_DATAGRAM];
  private int packedLength;
  private boolean first = true;
  private boolean greeted;
  private long deadline;
  private int overhead;

  // Of the loop:
  private final Queue<byte[]> pending = new ArrayDeque<>();
  private @Nullable Outlet loopOutlet;

  /** A link whose handshake sends through {@code handshakeOutlet}, on the handshake's thread. */
  RecordLink(Outlet handshakeOutlet) {
    this.handshakeOutlet = handshakeOutlet;
  }

  // ---- from the loop, during the handshake

  /** Hands a record to the handshake; false if there is no room. */
  boolean offer(byte[] record) {
    lock.lock();
    try {
      if (closed || inbound.size() == MAX_RECORDS || inboundBytes + record.length > MAX_BYTES) {
        return false;
      }
      inbound.add(record);
      inboundBytes += record.length;
      arrival.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the handshake's thread wherever it waits, now or next. */
  void abort() {
    lock.lock();
    try {
      closed = true;
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // ---- from the handshake's thread

  /** Starts the clock after which no wait begins or goes on. */
  void begin(long timeoutNanos) {
    deadline = System.nanoTime() + timeoutNanos;
  }

  /** From now on encrypted records may come: remembers how long one is at least. */
  void protectWith(int cipherSuite) {
    // Bouncy Castle fails the connection over a record that can not even hold a nonce and a tag.
    overhead =
        cipherSuite == CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 ? 16 : 8 + 16;
  }

  /** Sends what is packed. */
  void flush() {
    if (packedLength > 0) {
      byte[] datagram = Arrays.copyOf(packed, packedLength);
      packedLength = 0;
      handshakeOutlet.datagram(this, datagram, first);
      first = false;
    }
  }

  /** The peer has shown where it is: it is told what is wrong even with its first message. */
  void greet() {
    greeted = true;
  }

  /** Whether a handshake message was sent; without one the peer is a stranger still. */
  boolean hasGreeted() {
    return greeted;
  }

  // ---- from the loop, after the handshake

  /** The handshake is over: from now on all is done on the loop, and nothing waits. */
  void connect(Outlet outlet) {
    lock.lock();
    try {
      inbound.forEach(this::push);
      inbound.clear();
    } finally {
      lock.unlock();
    }
    loopOutlet = outlet;
  }

  /** Adds a record for the next {@link #receive}. */
  void push(byte[] record) {
    if (!isTooShort(record)) {
      pending.add(record);
    }
  }

  /** Whether there are records to receive. */
  boolean hasPending() {
    return !pending.isEmpty();
  }

  /** Whether Bouncy Castle has closed its end, having sent or seen a close_notify. */
  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  // ---- for Bouncy Castle

  @Override
  public int getReceiveLimit() {
    if (loopOutlet == null) {
      return MAX_RECORD;
    }
    // It allocates this much for each record, so say what the next one needs.
    byte[] next = pending.peek();
    return next == null ? 0 : next.length;
  }

  @Override
  public int getSendLimit() {
    return DtlsEndpoint.MAX_HANDSHAKE_DATAGRAM;
  }

  @Override
  public int receive(byte[] buf, int off, int len, int waitMillis) throws IOException {
    byte[] record;
    if (loopOutlet != null) {
      record = nextPending();
    } else {
      flush();
      first = true;
      record = await(waitMillis);
    }
    if (record == null || record.length > len) {
      return -1;
    }
    System.arraycopy(record, 0, buf, off, record.length);
    return record.length;
  }

  @Override
  public void send(byte[] buf, int off, int len) {
    Outlet outlet = loopOutlet;
    if (outlet != null) {
      outlet.datagram(this, off == 0 ? buf : Arrays.copyOfRange(buf, off, off + len), true);
      return;
    }
    greeted |= Records.type(buf, off) == Records.HANDSHAKE;
    if (!greeted) {
      return; // an alert about a first message that we do not like: not to a stranger
    }
    if (packedLength + len > packed.length) {
      flush();
    }
    System.arraycopy(buf, off, packed, packedLength, len);
    packedLength += len;
  }

  @Override
  public void close() {
    if (loopOutlet == null) {
      flush();
    }
    abort();
  }

  private byte[] nextPending() throws Nothing {
    byte[] record = pending.poll();
    if (record == null) {
      // Minus one would be "nothing yet", and Bouncy Castle would ask again until its time is up.
      throw new Nothing();
    }
    return record;
  }

  private byte @Nullable [] await(int waitMillis) throws IOException {
    lock.lock();
    try {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
      if (waitMillis == 0 || end - deadline > 0) {
        end = deadline;
      }
      while (true) {
        if (closed) {
          throw new IOException("aborted");
        }
        byte[] record = inbound.poll();
        if (record != null) {
          inboundBytes -= record.length;
          if (isTooShort(record)) {
            continue;
          }
          return record;
        }
        long now = System.nanoTime();
        if (deadline - now <= 0) {
          closed = true;
          throw new TlsTimeoutException("out of time");
        }
        if (end - now <= 0) {
          return null;
        }
        arrival.awaitNanos(end - now);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  private boolean isTooShort(byte[] record) {
    return Records.epoch(record) != 0 && record.length < Records.HEADER + overhead;
  }

  /** "No record": the one exception that ends Bouncy Castle's receive at once and harms nothing. */
  static final class Nothing extends InterruptedIOException {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // does nothing at all
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
