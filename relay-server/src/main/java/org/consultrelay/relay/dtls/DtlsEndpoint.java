package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection's DTLS 1.2 association (RFC 6347), either role: handshake with mutual
 * authentication by fingerprint, SRTP keys (RFC 5764), then application data, which is SCTP (RFC
 * 8261).
 *
 * <p>Lives on a media loop: every method is called there and every callback comes there, sometimes
 * within a call of the caller's own. Nothing here blocks. Only the handshake itself runs elsewhere,
 * in real time; {@code nowNanos} is the loop's {@link System#nanoTime()}. After any call and any
 * callback, ask {@link #deadline} anew.
 *
 * <p>Give it only what comes over an ICE-validated pair. Until the handshake is over even that may
 * be forged, so garbage, ClientHellos that can not be served, plain text alerts, and records of the
 * wrong epoch are counted and passed over in silence; the handshake goes on.
 */
public final class DtlsEndpoint implements AutoCloseable {
  /** Hears of what an endpoint does. All calls come on the loop. */
  public interface Listener {
    /** Send this to the peer. The array is the listener's to keep; {@code length} is all of it. */
    void send(byte[] datagram, int length);

    /** The handshake is over. Comes once at most. */
    void connected(DtlsKeys keys);

    /** There is no connection, or no more; the endpoint is closed. Comes once at most. */
    void failed(DtlsFailure reason);

    /** One record of application data, {@code length} over 0. Valid during the call only. */
    void data(MemorySegment memory, long offset, int length);

    /** The peer said close_notify, which was answered; the endpoint is closed. */
    void closed();
  }

  /** No handshake datagram of ours is longer, whatever the path: IPv6's minimum less headers. */
  public static final int MAX_HANDSHAKE_DATAGRAM = 1_200;

  /** The most bytes of application data in one record; the datagram has up to 37 more. */
  public static final int MAX_DATA = 1_400;

  private static final int MAX_HELLO_ATTEMPTS = 4;
  private static final long MILLISECOND = 1_000_000L;
  private static final long GATE_INTERVAL = 100 * MILLISECOND;

  // A little over twice the TCP segment lifetime, when Bouncy Castle lets go of the last flight.
  private static final long LAST_FLIGHT_KEPT = 245_000 * MILLISECOND;

  private static final long NEVER = Long.MAX_VALUE;

  private enum State {
    NEW,
    /** The server waits for a ClientHello, the client for the gate. */
    WAITING,
    HANDSHAKE,
    CONNECTED,
    CLOSED
  }

  private final DtlsContext context;
  private final DtlsRole role;
  private final Fingerprint remote;
  private final Executor loop;
  private final DtlsCounters counters;
  private final Listener listener;
  private final PeerFlight peerFlight;
  private final OwnFlight ownFlight = new OwnFlight();
  private final Unserved unserved = new Unserved();
  private final IncomingRecords incoming;

  private State state = State.NEW;
  private @Nullable RecordLink link;
  private @Nullable Connection connection;
  private int attempts;
  private long now;
  private long timeoutAt = NEVER;
  private long gateAt = NEVER;
  private long forgetAt = NEVER;

  /**
   * An endpoint, not yet started.
   *
   * @param context what is the relay's
   * @param role ours (RFC 8842)
   * @param remote the peer's fingerprint from its SDP
   * @param loop runs tasks on the media loop, in order
   * @param counters the loop's
   * @param listener hears of what happens
   */
  public DtlsEndpoint(
      DtlsContext context,
      DtlsRole role,
      Fingerprint remote,
      Executor loop,
      DtlsCounters counters,
      Listener listener) {
    this.context = context;
    this.role = role;
    this.remote = remote;
    this.loop = loop;
    this.counters = counters;
    this.listener = listener;
    this.peerFlight = new PeerFlight(role, counters);
    this.incoming = new IncomingRecords(peerFlight, ownFlight, counters, new IncomingOwner());
  }

  /** Begins: the client sends its ClientHello, the server waits for one. Call once. */
  public void start(long nowNanos) {
    if (state != State.NEW) {
      throw new IllegalStateException("started before");
    }
    now = nowNanos;
    state = State.WAITING;
    timeoutAt = nowNanos + context.limits().handshakeTimeout().toNanos();
    if (role == DtlsRole.CLIENT) {
      launch();
    }
  }

  /**
   * Takes a datagram whose first byte is that of DTLS (20 to 63, RFC 7983). Anything may be in it.
   * Before {@link #start} and after the end it is dropped.
   */
  public void onDatagram(MemorySegment memory, long offset, int length, long nowNanos) {
    now = nowNanos;
    if (state == State.NEW || state == State.CLOSED) {
      counters.garbage++;
      return;
    }
    incoming.read(memory, offset, length);
    pump();
  }

  /**
   * Sends application data as one record. Not blocking, not buffered.
   *
   * @param length 1 to {@link #MAX_DATA}
   * @return false if not connected or the length is out of range
   */
  public boolean sendData(MemorySegment memory, long offset, int length) {
    Connection over = connection;
    if (over == null || length < 1 || length > MAX_DATA) {
      return false;
    }
    if (!over.send(memory, offset, length)) {
      fail(DtlsFailure.INTERNAL);
      return false;
    }
    return true;
  }

  /** When {@link #onDeadline} wants to be called next; {@link Long#MAX_VALUE} for never. */
  public long deadline() {
    return Math.min(Math.min(timeoutAt, unserved.deadline()), Math.min(gateAt, forgetAt));
  }

  /** Does what is due at {@code nowNanos}; harmless if nothing is. */
  public void onDeadline(long nowNanos) {
    now = nowNanos;
    if (nowNanos >= timeoutAt || nowNanos >= unserved.deadline()) {
      fail(unserved.reason());
    } else if (nowNanos >= gateAt) {
      launch();
    } else if (nowNanos >= forgetAt) {
      forgetAt = NEVER;
      ownFlight.forget();
      if (connection != null) {
        connection.receive(); // finds nothing, but makes Bouncy Castle look at its clock
      }
    }
  }

  /** Ends the association; a connected peer is told with close_notify. No callback follows. */
  @Override
  public void close() {
    if (connection != null) {
      connection.close();
    }
    end();
  }

  /** Whether {@link Listener#connected} was called and the end has not come. */
  public boolean isConnected() {
    return state == State.CONNECTED;
  }

  /** Starts the handshake's thread if the gate lets it. */
  private boolean launch() {
    if (!context.gate().tryEnter(now)) {
      counters.deferred++;
      unserved.deferred();
      if (role == DtlsRole.CLIENT) {
        gateAt = now + GATE_INTERVAL; // the server is asked again by the next ClientHello
      }
      return false;
    }
    counters.handshakes++;
    gateAt = NEVER;
    unserved.launched();
    state = State.HANDSHAKE;
    RecordLink made =
        new RecordLink((of, bytes, first) -> onLoop(() -> transmit(of, bytes, first)));
    link = made;
    try {
      context
          .handshakes()
          .execute(
              new Handshake(
                  role,
                  new Negotiation(context, remote, made),
                  timeoutAt - now,
                  outcome -> onLoop(() -> onOutcome(made, outcome))));
      return true;
    } catch (RejectedExecutionException e) {
      context.gate().leave();
      fail(DtlsFailure.INTERNAL);
      return false;
    }
  }

  private void onOutcome(RecordLink of, Handshake.Outcome outcome) {
    if (state != State.HANDSHAKE || of != link) {
      return; // ended meanwhile
    }
    switch (outcome) {
      case Handshake.Outcome.Connected connected -> {
        state = State.CONNECTED;
        timeoutAt = NEVER;
        unserved.settled();
        forgetAt = now + LAST_FLIGHT_KEPT;
        connection = new Connection(connected.transport(), of, (_, bytes, _) -> send(bytes));
        peerFlight.finish(of);
        if (role == DtlsRole.CLIENT) {
          ownFlight.forget(); // the server's Finished answers it
        }
        counters.connected++;
        listener.connected(connected.keys());
        pump();
      }
      case Handshake.Outcome.Failed failed -> {
        if (role == DtlsRole.SERVER && !of.hasGreeted() && ++attempts < MAX_HELLO_ATTEMPTS) {
          // Bouncy Castle did not like the ClientHello either. The next one may be genuine.
          counters.refusedHellos++;
          unserved.relaunched();
          state = State.WAITING;
          link = null;
          peerFlight.restart();
        } else {
          fail(unserved.reason(failed.reason()));
        }
      }
    }
  }

  private void transmit(RecordLink from, byte[] datagram, boolean first) {
    if (state == State.HANDSHAKE && from == link) {
      ownFlight.sent(datagram, first);
      send(datagram);
    }
  }

  private void send(byte[] datagram) {
    listener.send(datagram, datagram.length);
  }

  /** Takes what has been received on a connection. */
  private void pump() {
    Connection from;
    while ((from = connection) != null && from.hasPending()) {
      switch (from.receive()) {
        case DATA -> {
          ownFlight.forget(); // the peer would not send data without our last flight
          MemorySegment data = from.data();
          listener.data(data, 0, (int) data.byteSize());
        }
        case REJECTED -> counters.rejectedRecords++;
        case CLOSED -> {
          end();
          listener.closed();
        }
        case ALERT -> fail(DtlsFailure.PEER_ALERT);
        case BROKEN -> fail(DtlsFailure.PROTOCOL);
      }
    }
  }

  private void fail(DtlsFailure reason) {
    end();
    counters.failed(reason);
    listener.failed(reason);
  }

  private void end() {
    state = State.CLOSED;
    timeoutAt = gateAt = forgetAt = NEVER;
    unserved.settled();
    ownFlight.forget();
    connection = null;
    if (link != null) {
      link.abort();
      link = null;
    }
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // The loop has been shut down, and this endpoint with it.
    }
  }

  private final class IncomingOwner implements IncomingRecords.Owner {
    @Override
    public @Nullable RecordLink link() {
      return link;
    }

    @Override
    public boolean isHandshaking() {
      return state == State.HANDSHAKE;
    }

    @Override
    public boolean admits(HandshakeMessage hello) {
      DtlsFailure reason = ClientHelloCheck.refusal(hello.body(), context.srtpProfiles());
      if (reason != null) {
        counters.refusedHellos++;
        unserved.hello(reason);
        return false;
      }
      return launch();
    }

    @Override
    public void plaintextAlert() {
      unserved.alert(now + context.limits().refusalGrace().toNanos());
    }

    @Override
    public void repeatFlight() {
      if (ownFlight.repeat(now, DtlsEndpoint.this::send)) {
        counters.repeatedFlights++;
      }
    }
  }
}
