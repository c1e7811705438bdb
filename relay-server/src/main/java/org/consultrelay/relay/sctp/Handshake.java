package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * How an association comes up (RFC 9260 §5): INIT, INIT ACK, COOKIE ECHO, COOKIE ACK. Both sides of
 * a peer connection may begin; what they say of themselves is the same in either direction, so two
 * handshakes that cross make one association (§5.2.1, §5.2.4 B and D).
 */
final class Handshake {
  /** Who is told of the outcome. */
  interface Outcome {
    /** The association is up. */
    void established(StateCookie.Peer peer, long nowNanos);

    /** It never will be, or no longer is. */
    void failed(SctpFailure reason);
  }

  /** Streams that we announce both ways: all that channels can have (RFC 8832 §6). */
  static final int STREAMS = 65_535;

  private static final int MAX_ATTEMPTS = 8;
  private static final long COOKIE_LIFE = 60_000_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private enum State {
    CLOSED,
    COOKIE_WAIT,
    COOKIE_ECHOED,
    ESTABLISHED
  }

  private final PacketWriter packet;
  private final RandomGenerator random;
  private final RoundTrip roundTrip;
  private final SctpLimits limits;
  private final SctpCounters counters;
  private final Outcome outcome;
  private final StateCookie.Key key;
  private final int localTag;
  private final int localTsn;

  private State state = State.CLOSED;
  private StateCookie.@Nullable Peer peer;
  private byte @Nullable [] cookie;
  private long repeatAt = NEVER;
  private int attempts;

  Handshake(
      PacketWriter packet,
      RandomGenerator random,
      RoundTrip roundTrip,
      SctpLimits limits,
      SctpCounters counters,
      Outcome outcome) {
    this.packet = packet;
    this.random = random;
    this.roundTrip = roundTrip;
    this.limits = limits;
    this.counters = counters;
    this.outcome = outcome;
    this.key = new StateCookie.Key(random);
    this.localTag = freshTag();
    this.localTsn = random.nextInt();
  }

  private int freshTag() {
    while (true) {
      int tag = random.nextInt();
      if (tag != 0) {
        return tag;
      }
    }
  }

  /** Packets for us have this tag. */
  int localTag() {
    return localTag;
  }

  /** Our first TSN. */
  int localTsn() {
    return localTsn;
  }

  /** Packets for the peer have this tag; 0 while it is not known. */
  int peerTag() {
    return peer == null ? 0 : peer.tag();
  }

  boolean isEstablished() {
    return state == State.ESTABLISHED;
  }

  /** When an INIT or COOKIE ECHO is due again. */
  long deadline() {
    return repeatAt;
  }

  /** Sends the INIT, unless the peer has been quicker. */
  void start(long nowNanos) {
    if (state == State.CLOSED) {
      state = State.COOKIE_WAIT;
      attempts = 0;
      sendInit(nowNanos);
    }
  }

  void onDeadline(long nowNanos) {
    if (nowNanos < repeatAt) {
      return;
    }
    if (++attempts > MAX_ATTEMPTS) {
      stop();
      outcome.failed(SctpFailure.HANDSHAKE_TIMEOUT);
      return;
    }
    roundTrip.backOff();
    if (state == State.COOKIE_WAIT) {
      sendInit(nowNanos);
    } else {
      sendCookie(nowNanos);
    }
  }

  /** Nothing is sent again. */
  void stop() {
    repeatAt = NEVER;
  }

  private void sendInit(long nowNanos) {
    packet.begin(0);
    writeInit(Chunks.INIT, localTag, localTsn);
    packet.endChunk();
    packet.send();
    repeatAt = nowNanos + roundTrip.timeout();
  }

  private void writeInit(int type, int tag, int tsn) {
    packet
        .chunk(type, 0)
        .put32(tag)
        .put32(limits.receiveBuffer())
        .put16(STREAMS)
        .put16(STREAMS)
        .put32(tsn);
    packet.parameter(Chunks.FORWARD_TSN_SUPPORTED).endParameter();
    packet
        .parameter(Chunks.SUPPORTED_EXTENSIONS)
        .put8(Chunks.RE_CONFIG)
        .put8(Chunks.FORWARD_TSN)
        .endParameter();
  }

  private void sendCookie(long nowNanos) {
    byte[] echo = cookie;
    if (echo != null) {
      packet.begin(peerTag());
      packet.chunk(Chunks.COOKIE_ECHO, 0).put(echo, 0, echo.length).endChunk();
      packet.send();
      repeatAt = nowNanos + roundTrip.timeout();
    }
  }

  /** The value of an INIT; answered without remembering anything. */
  void onInit(MemorySegment memory, long offset, int length, long nowNanos) {
    InitChunk init = InitChunk.parse(memory, offset, length);
    if (init == null || init.tag() == 0) {
      counters.dropped(SctpDrop.MALFORMED);
      return;
    }
    packet.begin(init.tag());
    if (!init.isValid()) {
      counters.dropped(SctpDrop.MALFORMED);
      packet.chunk(Chunks.ABORT, 0);
      packet.parameter(Chunks.INVALID_MANDATORY_PARAMETER).endParameter();
      packet.endChunk();
      packet.send();
      return;
    }
    StateCookie made =
        isEstablished()
            // A peer that starts anew, or a late INIT: tie tags tell them apart (RFC 9260 §5.2.2).
            ? new StateCookie(
                nowNanos,
                freshTag(),
                random.nextInt(),
                localTag,
                peerTag(),
                StateCookie.Peer.of(init))
            : new StateCookie(nowNanos, localTag, localTsn, 0, 0, StateCookie.Peer.of(init));
    writeInit(Chunks.INIT_ACK, made.localTag(), made.localTsn());
    byte[] sealed = key.seal(made);
    packet.parameter(Chunks.STATE_COOKIE).put(sealed, 0, sealed.length).endParameter();
    for (byte[] unknown : init.unrecognized()) {
      packet
          .parameter(Chunks.UNRECOGNIZED_PARAMETER)
          .put(unknown, 0, unknown.length)
          .endParameter();
    }
    packet.endChunk();
    packet.send();
  }

  /** The value of an INIT ACK. */
  void onInitAck(MemorySegment memory, long offset, int length, long nowNanos) {
    if (state != State.COOKIE_WAIT) {
      counters.dropped(SctpDrop.UNEXPECTED);
      return;
    }
    InitChunk ack = InitChunk.parse(memory, offset, length);
    byte[] echo = ack == null ? null : ack.cookie();
    if (ack == null
        || echo == null
        || !ack.isValid()
        || echo.length > PacketWriter.MAX_CHUNK - Chunks.HEADER) {
      counters.dropped(SctpDrop.MALFORMED);
      return; // the next attempt may bring a better one
    }
    peer = StateCookie.Peer.of(ack);
    cookie = echo;
    state = State.COOKIE_ECHOED;
    attempts = 0;
    sendCookie(nowNanos);
  }

  /**
   * The value of a COOKIE ECHO.
   *
   * @param tag the packet's
   * @return whether the rest of the packet may be read
   */
  boolean onCookieEcho(MemorySegment memory, long offset, int length, int tag, long nowNanos) {
    StateCookie echo = key.open(Bytes.toArray(memory, offset, length));
    if (echo == null || echo.localTag() != tag) {
      counters.dropped(SctpDrop.COOKIE);
      return false;
    }
    if (isEstablished()) {
      if (tag == localTag && echo.peer().tag() == peerTag()) {
        sendCookieAck(); // the first one was lost
        return true;
      }
      counters.dropped(SctpDrop.COOKIE);
      if (echo.localTie() == localTag && echo.peerTie() == peerTag()) {
        outcome.failed(SctpFailure.RESTARTED_BY_PEER);
      }
      return false;
    }
    long age = nowNanos - echo.createdNanos();
    if (age > COOKIE_LIFE) {
      counters.dropped(SctpDrop.COOKIE);
      packet.begin(echo.peer().tag());
      packet.chunk(Chunks.ERROR, 0);
      packet.parameter(Chunks.STALE_COOKIE).put32((int) Math.min(age / 1_000, Integer.MAX_VALUE));
      packet.endParameter();
      packet.endChunk();
      packet.send();
      return false;
    }
    establish(echo.peer(), nowNanos);
    return true;
  }

  /** A COOKIE ACK. */
  void onCookieAck(long nowNanos) {
    StateCookie.Peer known = peer;
    if (state != State.COOKIE_ECHOED || known == null) {
      counters.dropped(SctpDrop.UNEXPECTED);
      return;
    }
    stop();
    state = State.ESTABLISHED;
    outcome.established(known, nowNanos);
  }

  /** The peer says that the cookie, which is its own, is too old: it gets a new INIT. */
  void onStaleCookie(long nowNanos) {
    if (state == State.COOKIE_ECHOED) {
      state = State.COOKIE_WAIT;
      sendInit(nowNanos);
    }
  }

  private void establish(StateCookie.Peer by, long nowNanos) {
    stop();
    peer = by;
    state = State.ESTABLISHED;
    sendCookieAck();
    outcome.established(by, nowNanos);
  }

  private void sendCookieAck() {
    packet.begin(peerTag());
    packet.emptyChunk(Chunks.COOKIE_ACK, 0);
    packet.send();
  }
}
