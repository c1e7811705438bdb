package org.consultrelay.relay.transport;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.dtls.DtlsEndpoint;
import org.consultrelay.relay.dtls.DtlsFailure;
import org.consultrelay.relay.dtls.DtlsKeys;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.ice.CheckAnswer;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ice.IceEvent;
import org.consultrelay.relay.ice.IceLiteAgent;
import org.consultrelay.relay.ice.IceState;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.sctp.DataChannels;
import org.consultrelay.relay.sctp.SctpLimits;
import org.consultrelay.relay.sfu.ForwardingTurn;
import org.consultrelay.relay.sfu.MediaEndpoint;
import org.consultrelay.relay.sfu.MediaPacket;
import org.consultrelay.relay.srtp.SrtpKeys;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.srtp.SrtpReceiver;
import org.consultrelay.relay.stun.BindingCheck;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection on a loop: ICE finds the path, DTLS agrees on keys, SRTP carries the media of
 * a {@link MediaEndpoint}. Every method is called on the loop and every callback comes there.
 */
public final class PeerTransport {
  /** Hears how the connection fares. All calls come on the loop. */
  public interface Listener {
    /** Keys are agreed and media flows. Comes once at most. */
    void connected(PeerTransport transport);

    /** The connection is over; nothing of it is left. Comes once at most. */
    void ended(PeerTransport transport, TransportEnd reason);
  }

  private final Demultiplexer demultiplexer;
  private final TransportCounters counters;
  private final Listener listener;
  private final ForwardingTurn turn;
  private final IceLiteAgent ice;
  private final MediaEndpoint media;
  private final SrtpOutlet outlet = new SrtpOutlet();
  private final Deadline deadline = new Deadline();
  private final List<String> ufrags = new ArrayList<>(2);
  private final List<IceEvent.PairValidated> pairs = new ArrayList<>(2);
  private @Nullable DtlsEndpoint dtls;
  private @Nullable DtlsRole role;
  private @Nullable DataChannels channels;
  private @Nullable SrtpProfile profile;
  private @Nullable SrtpReceiver receiver;
  private boolean dtlsStarted;
  private boolean connected;
  private boolean announceOpen;
  private boolean channelsStarted;
  private boolean ended;
  private long now;

  PeerTransport(Demultiplexer demultiplexer, Listener listener, String cname, long nowNanos) {
    this.demultiplexer = demultiplexer;
    this.counters = demultiplexer.counters();
    this.listener = listener;
    this.turn = demultiplexer.turn();
    this.now = nowNanos;
    this.ice =
        new IceLiteAgent(
            IceCredentials.random(demultiplexer.random()), demultiplexer.iceTimeouts(), nowNanos);
    this.media = new MediaEndpoint(turn, outlet, this::reschedule, demultiplexer.random(), cname);
    register(ice.local());
    reschedule(ice.deadline());
  }

  /** Our ICE credentials, for the session description. */
  public IceCredentials localCredentials() {
    return ice.local();
  }

  /** Our certificate's fingerprint, for the session description. */
  public Fingerprint localFingerprint() {
    return demultiplexer.dtls().certificate().fingerprint();
  }

  /** The media that goes over this connection. */
  public MediaEndpoint media() {
    return media;
  }

  /** How ICE is doing. */
  public IceState iceState() {
    return ice.state();
  }

  /** The peer's address in use, or null; a relay's, when the peer is behind one. */
  public @Nullable TransportAddress remoteAddress() {
    return ice.selected();
  }

  /** Where the peer is and how it comes, or null while nobody knows. */
  public PathSinks.@Nullable Origin origin() {
    TransportAddress remote = outlet.destination();
    return remote == null ? null : port(outlet.path()).origin(remote);
  }

  /**
   * How the peer reaches us, as far as is known: once connected, what the keys were agreed over.
   */
  public PathKind pathKind() {
    int path = ice.selectedPath();
    if (path < 0) {
      path = pairs.isEmpty() ? 0 : pairs.getFirst().path();
    }
    return port(path).kind();
  }

  /** The SRTP profile in use, or null before keys are agreed. */
  public @Nullable SrtpProfile profile() {
    return profile;
  }

  /** Whether keys are agreed. */
  public boolean isConnected() {
    return connected;
  }

  /** What the negotiation said of DTLS: our role and the peer's fingerprint. Called once. */
  public void negotiated(DtlsRole ours, Fingerprint remote) {
    if (dtls != null) {
      throw new IllegalStateException("negotiated before");
    }
    role = ours;
    dtls =
        new DtlsEndpoint(
            demultiplexer.dtls(),
            ours,
            remote,
            demultiplexer.loop(),
            counters.dtls,
            new DtlsEvents());
    drainIce();
  }

  /**
   * The negotiation agreed on data channels too (RFC 8841). Called once, after {@link #negotiated},
   * before or after the connection is up. When the connection ends the listener is not told apart.
   *
   * @param remoteSctpPort the peer's {@code a=sctp-port}, 1 to 65,535; ours is {@link
   *     DataChannels#PORT}
   * @param remoteMaxMessageSize the peer's {@code a=max-message-size} in bytes, 65,536 if it has
   *     none, 0 for any length (RFC 8841 §6); ours is that of {@link SctpLimits#DEFAULT}
   */
  public DataChannels acceptDataChannels(
      int remoteSctpPort, long remoteMaxMessageSize, DataChannels.Listener channelListener) {
    if (role == null || channels != null) {
      throw new IllegalStateException("not negotiated yet, or accepted before");
    }
    DataChannels made =
        new DataChannels(
            role == DtlsRole.CLIENT,
            remoteSctpPort,
            remoteMaxMessageSize,
            SctpLimits.DEFAULT,
            demultiplexer.random(),
            counters.sctp,
            this::sendSctp,
            this::reschedule,
            channelListener);
    channels = made;
    if (ended) {
      made.close(now);
    }
    reschedule(now);
    return made;
  }

  /** New local ICE credentials for a restart (RFC 8445 §9); media goes on meanwhile. */
  public IceCredentials restartIce(long nowNanos) {
    now = nowNanos;
    IceCredentials fresh = IceCredentials.random(demultiplexer.random());
    ice.restart(fresh, nowNanos);
    register(fresh);
    drainIce();
    settleDeadline();
    return fresh;
  }

  /** Ends the connection; the peer is told with close_notify. */
  public void close(long nowNanos) {
    now = nowNanos;
    end(TransportEnd.CLOSED);
  }

  /** The connection that a pair was on is gone. */
  void onPairClosed(TransportAddress remote, int path, long nowNanos) {
    if (!ended) {
      now = nowNanos;
      ice.onPairClosed(remote, path, nowNanos);
      drainIce();
      settleDeadline();
    }
  }

  CheckAnswer onCheck(StunMessage request, TransportAddress from, int path, long nowNanos) {
    now = nowNanos;
    CheckAnswer answer = ice.onBindingRequest(request, from, path, nowNanos);
    drainIce();
    settleDeadline();
    return answer;
  }

  /** As {@link #onCheck} for the usual check; null when it is for another connection. */
  CheckAnswer.@Nullable Verdict onUsualCheck(
      BindingCheck check, TransportAddress from, int path, long nowNanos) {
    CheckAnswer.Verdict verdict = ice.onBindingCheck(check, from, path, nowNanos);
    if (verdict != null) {
      now = nowNanos;
      drainIce();
      settleDeadline();
    }
    return verdict;
  }

  void onDtls(MemorySegment memory, long offset, int length, long nowNanos) {
    now = nowNanos;
    if (dtls == null) {
      counters.dtlsUnexpected++;
      return;
    }
    dtls.onDatagram(memory, offset, length, nowNanos);
    settleDeadline();
  }

  /** RTP or RTCP, still encrypted. Returns true when the slot is kept. */
  boolean onMedia(int slot, long offset, int length, long nowNanos) {
    SrtpReceiver keys = receiver;
    if (keys == null) {
      counters.notKeyed++;
      return false;
    }
    MemorySegment memory = demultiplexer.slots().memory();
    if (RtcpReader.isRtcp(memory, offset)) {
      int plain = keys.unprotectRtcp(memory, offset, length);
      if (plain < 0) {
        refused(plain);
      } else {
        media.onRtcp(memory, offset, plain, nowNanos);
      }
      return false;
    }
    MediaPacket packet = turn.next(slot, nowNanos);
    RtpPacket rtp = packet.rtp();
    if (!rtp.parse(memory, offset, length)) {
      counters.rtpMalformed++;
      return false;
    }
    int plain =
        keys.unprotectRtp(
            memory, offset, length, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber());
    if (plain < 0) {
      refused(plain);
      return false;
    }
    if (!rtp.decrypted(plain)) {
      counters.rtpMalformed++;
      return false;
    }
    return media.onRtp(packet, nowNanos);
  }

  private void refused(int code) {
    switch (code) {
      case SrtpReceiver.AUTHENTICATION_FAILED -> counters.srtpUnauthenticated++;
      case SrtpReceiver.REPLAYED -> counters.srtpReplayed++;
      case SrtpReceiver.TOO_MANY_STREAMS -> counters.srtpTooManyStreams++;
      default -> counters.srtpMalformed++;
    }
  }

  private void drainIce() {
    for (IceEvent event = ice.poll(); event != null; event = ice.poll()) {
      switch (event) {
        case IceEvent.PairValidated validated -> {
          port(validated.path()).bind(validated.remote(), this);
          pairs.add(validated);
          if (!outlet.hasDestination()) {
            // The first answer of the handshake goes to whoever passed a check first.
            sendTo(validated.remote(), validated.path());
          }
          startDtls();
        }
        case IceEvent.PairRemoved removed -> {
          port(removed.path()).unbind(removed.remote(), this);
          pairs.removeIf(
              pair -> pair.path() == removed.path() && pair.remote().equals(removed.remote()));
          // Consent ended here (RFC 7675 §5.1): nothing more goes there, chosen pair or not.
          outlet.leave(removed.remote(), removed.path());
        }
        case IceEvent.PairSelected chosen -> {
          if (connected) {
            counters.addressChanges++;
          }
          sendTo(chosen.remote(), chosen.path());
          startDtls();
        }
        case IceEvent.CredentialsRetired retired -> {
          demultiplexer.unregister(retired.ufrag());
          ufrags.remove(retired.ufrag());
        }
        case IceEvent.StateChanged changed -> {
          if (changed.state() == IceState.FAILED) {
            if (connected) {
              counters.consentExpired++;
            }
            end(connected ? TransportEnd.CONSENT_EXPIRED : TransportEnd.NEVER_CONNECTED);
          }
        }
      }
    }
  }

  private void sendTo(TransportAddress remote, int path) {
    outlet.sendTo(remote, path, port(path).sink(remote));
  }

  private PortDemultiplexer port(int path) {
    return demultiplexer.port(path);
  }

  private void startDtls() {
    if (dtls != null && !dtlsStarted && !ended) {
      dtlsStarted = true;
      dtls.start(now);
    }
  }

  private void keyed(DtlsKeys keys) {
    if (ended) {
      return;
    }
    SrtpProfile agreed = SrtpProfile.of(keys.srtpProfile());
    if (agreed == null) {
      end(TransportEnd.DTLS_FAILED);
      return;
    }
    open(
        new SrtpKeys(agreed, keys.localKey(), keys.localSalt()),
        new SrtpKeys(agreed, keys.remoteKey(), keys.remoteSalt()));
  }

  /** As if a check had passed from there: for those who try out the packet path without a peer. */
  void adopt(TransportAddress remote, int path) {
    port(path).bind(remote, this);
    pairs.add(new IceEvent.PairValidated(remote, path));
    sendTo(remote, path);
  }

  /** Media can flow with these keys. */
  void open(SrtpKeys local, SrtpKeys remote) {
    profile = local.profile();
    outlet.open(demultiplexer.ciphers().sender(local));
    receiver = demultiplexer.ciphers().receiver(remote);
    connected = true;
    // On the next tick: it knows the time, which a handshake's end does not.
    announceOpen = true;
    listener.connected(this);
    settleDeadline();
  }

  private void sendSctp(MemorySegment memory, int length) {
    if (dtls != null) {
      dtls.sendData(memory, 0, length);
    }
  }

  private void end(TransportEnd reason) {
    if (ended) {
      return;
    }
    ended = true;
    if (channels != null) {
      channels.close(now);
    }
    if (dtls != null) {
      dtls.close();
    }
    media.close();
    demultiplexer.timers().cancel(deadline);
    forget();
    outlet.close();
    if (receiver != null) {
      receiver.close();
      receiver = null;
    }
    listener.ended(this, reason);
  }

  private void register(IceCredentials credentials) {
    demultiplexer.register(credentials.ufrag(), this);
    ufrags.add(credentials.ufrag());
  }

  /** Nothing that comes in finds its way here any more. */
  private void forget() {
    for (String ufrag : ufrags) {
      demultiplexer.unregister(ufrag);
    }
    for (IceEvent.PairValidated pair : pairs) {
      port(pair.path()).unbind(pair.remote(), this);
    }
    demultiplexer.ended();
  }

  private void reschedule(long deadlineNanos) {
    if (deadlineNanos != Long.MAX_VALUE
        && !ended
        && (!deadline.isScheduled() || deadlineNanos < deadline.deadlineNanos())) {
      demultiplexer.timers().schedule(deadline, deadlineNanos);
    }
  }

  /** Something happened that may have moved the deadline either way. */
  private void settleDeadline() {
    if (!ended) {
      long next = announceOpen ? now : Math.min(ice.deadline(), media.deadline());
      if (dtls != null) {
        next = Math.min(next, dtls.deadline());
      }
      if (channels != null) {
        next = Math.min(next, startsChannels() ? now : channels.deadline());
      }
      demultiplexer.timers().schedule(deadline, next);
    }
  }

  private boolean startsChannels() {
    return channels != null && !channelsStarted && dtls != null && dtls.isConnected();
  }

  private void tickChannels() {
    if (channels != null) {
      if (startsChannels()) {
        channelsStarted = true;
        channels.start(now);
      }
      channels.onDeadline(now);
    }
  }

  /** One timer for everything that the connection waits for. */
  private final class Deadline extends TimerWheel.Timer {
    @Override
    protected void onTimer(long nowNanos) {
      now = nowNanos;
      try {
        doDue(nowNanos);
      } finally {
        // Also after a bug: a connection without a timer would never ask or report again.
        settleDeadline();
      }
    }

    private void doDue(long nowNanos) {
      ice.onDeadline(nowNanos);
      drainIce();
      if (dtls != null && !ended) {
        dtls.onDeadline(nowNanos);
      }
      if (announceOpen && !ended) {
        announceOpen = false;
        media.onOutletOpen(nowNanos);
      }
      if (!ended) {
        media.onDeadline(nowNanos);
      }
      if (!ended) {
        tickChannels();
      }
    }
  }

  /** What DTLS tells. */
  private final class DtlsEvents implements DtlsEndpoint.Listener {
    @Override
    public void send(byte[] datagram, int length) {
      outlet.sendPlain(datagram, length);
    }

    @Override
    public void connected(DtlsKeys keys) {
      keyed(keys);
    }

    @Override
    public void failed(DtlsFailure reason) {
      end(TransportEnd.DTLS_FAILED);
    }

    @Override
    public void data(MemorySegment memory, long offset, int length) {
      if (channels == null) {
        counters.sctpUnexpected++;
      } else {
        channels.onPacket(memory, offset, length, now);
      }
    }

    @Override
    public void closed() {
      end(TransportEnd.CLOSED_BY_PEER);
    }
  }
}
