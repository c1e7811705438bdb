package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.consultrelay.relay.wire.Bytes;
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
  private static final int FATAL = 2;
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

  private State state = State.NEW;
  private @Nullable RecordLink link;
  private @Nullable Connection connection;
  private @Nullable DtlsFailure refusal;
  private boolean deferred;
  private int attempts;
  private long now;
  private long timeoutAt = NEVER;
  private long refusalAt = NEVER;
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
    counters.garbage +=
        RecordReader.read(memory, offset, length, this::onPlaintext, this::onEncrypted);
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
    return Math.min(Math.min(timeoutAt, refusalAt), Math.min(gateAt, forgetAt));
  }

  /** Does what is due at {@code nowNanos}; harmless if nothing is. */
  public void onDeadline(long nowNanos) {
    now = nowNanos;
    if (nowNanos >= timeoutAt || nowNanos >= refusalAt) {
      DtlsFailure unserved = deferred ? DtlsFailure.OVERLOADED : DtlsFailure.TIMEOUT;
      fail(refusal != null ? refusal : unserved);
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

  private void onPlaintext(int type, MemorySegment memory, long offset, int length) {
    switch (type) {
      case Records.HANDSHAKE -> {
        switch (peerFlight.accept(memory, offset, length)) {
          case NEW -> deliver();
          case REPEATED -> repeatFlight();
          case USELESS -> counters.garbage++;
        }
      }
      case Records.CHANGE_CIPHER_SPEC -> {
        // Says nothing that the next record's epoch does not say, and could be forged or overtake.
      }
      case Records.ALERT -> {
        if (state == State.HANDSHAKE && length == 2 && Bytes.u8(memory, offset) == FATAL) {
          counters.plaintextAlerts++;
          if (refusalAt == NEVER) {
            refusal = DtlsFailure.PEER_ALERT;
            refusalAt = now + context.limits().refusalGrace().toNanos();
          }
        } else {
          counters.garbage++;
        }
      }
      default -> counters.garbage++;
    }
  }

  private void onEncrypted(int type, byte[] record) {
    RecordLink to = link;
    boolean known =
        type == Records.HANDSHAKE || type == Records.ALERT || type == Records.APPLICATION_DATA;
    if (!known || to == null) {
      counters.garbage++;
    } else if (state == State.HANDSHAKE) {
      peerFlight.deliverEncrypted(record, to);
    } else if (type == Records.HANDSHAKE) {
      repeatFlight(); // the client's Finished again: it lacks ours
    } else {
      to.push(record);
    }
  }

  /** Hands on whole messages in sequence, having judged the first one if we are the server. */
  private void deliver() {
    HandshakeMessage message;
    while ((message = peerFlight.poll()) != null) {
      boolean wanted = message.type() != Records.CLIENT_HELLO || admits(message);
      RecordLink to = link;
      if (!wanted || to == null) {
        peerFlight.restart();
        return;
      }
      ownFlight.forget();
      peerFlight.deliver(message, to);
    }
  }

  private boolean admits(HandshakeMessage hello) {
    DtlsFailure reason = ClientHelloCheck.refusal(hello.body(), context.srtpProfiles());
    if (reason != null) {
      counters.refusedHellos++;
      refusal = reason; // of a timeout, if no better one comes
      return false;
    }
    return launch();
  }

  /** Starts the handshake's thread if the gate lets it. */
  private boolean launch() {
    if (!context.gate().tryEnter(now)) {
      counters.deferred++;
      deferred = true;
      if (role == DtlsRole.CLIENT) {
        gateAt = now + GATE_INTERVAL; // the server is asked again by the next ClientHello
      }
      return false;
    }
    counters.handshakes++;
    deferred = false;
    gateAt = NEVER;
    refusal = null;
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
        refusalAt = NEVER;
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
          refusal = DtlsFailure.INCOMPATIBLE;
          refusalAt = NEVER;
          state = State.WAITING;
          link = null;
          peerFlight.restart();
        } else {
          fail(
              refusal != null && failed.reason() == DtlsFailure.TIMEOUT
                  ? refusal
                  : failed.reason());
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

  private void repeatFlight() {
    if (ownFlight.repeat(now, this::send)) {
      counters.repeatedFlights++;
    }
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
    timeoutAt = refusalAt = gateAt = forgetAt = NEVER;
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
}
