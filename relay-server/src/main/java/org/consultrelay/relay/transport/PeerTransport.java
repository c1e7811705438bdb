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
import org.consultrelay.relay.net.Destination;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.sfu.ForwardingTurn;
import org.consultrelay.relay.sfu.MediaEndpoint;
import org.consultrelay.relay.sfu.MediaOutlet;
import org.consultrelay.relay.sfu.MediaPacket;
import org.consultrelay.relay.srtp.SrtpKeys;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.srtp.SrtpReceiver;
import org.consultrelay.relay.srtp.SrtpSender;
import org.consultrelay.relay.stun.BindingCheck;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection on a loop: ICE finds the path, DTLS agrees on keys, SRTP carries the media of
 * a {@link MediaEndpoint}. Every method is called on the loop and every callback comes there.
 */
public final class PeerTransport {
  /** The most that SRTP and SRTCP add to a packet, in bytes: a tag of 16 and an index of 4. */
  private static final int SRTP_OVERHEAD = 20;

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
  private final Outlet outlet = new Outlet();
  private final Deadline deadline = new Deadline();
  private final List<String> ufrags = new ArrayList<>(2);
  private final List<IceEvent.PairValidated> pairs = new ArrayList<>(2);
  private @Nullable DtlsEndpoint dtls;
  private @Nullable SrtpProfile profile;
  private @Nullable SrtpSender sender;
  private @Nullable SrtpReceiver receiver;
  private @Nullable SendBatch batch;
  private @Nullable Destination destination;
  private boolean dtlsStarted;
  private boolean connected;
  private boolean announceOpen;
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

  /** The peer's address in use, or null. */
  public @Nullable TransportAddress remoteAddress() {
    return ice.selected();
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
  public void negotiated(DtlsRole role, Fingerprint remote) {
    if (dtls != null) {
      throw new IllegalStateException("negotiated before");
    }
    dtls =
        new DtlsEndpoint(
            demultiplexer.dtls(),
            role,
            remote,
            demultiplexer.loop(),
            counters.dtls,
            new DtlsEvents());
    drainIce();
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
          if (destination == null) {
            // The first answer of the handshake goes to whoever passed a check first.
            sendTo(validated.remote(), validated.path());
          }
          startDtls();
        }
        case IceEvent.PairRemoved removed -> {
          port(removed.path()).unbind(removed.remote(), this);
          pairs.removeIf(
              pair -> pair.path() == removed.path() && pair.remote().equals(removed.remote()));
          if (destination != null && destination.address().equals(removed.remote())) {
            // Consent ended here (RFC 7675 §5.1): nothing more goes there, chosen pair or not.
            destination = null;
          }
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
    batch = port(path).batch();
    destination = Destination.of(remote);
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
    sender = demultiplexer.ciphers().sender(local);
    receiver = demultiplexer.ciphers().receiver(remote);
    connected = true;
    // On the next tick: it knows the time, which a handshake's end does not.
    announceOpen = true;
    listener.connected(this);
    settleDeadline();
  }

  private void end(TransportEnd reason) {
    if (ended) {
      return;
    }
    ended = true;
    if (dtls != null) {
      dtls.close();
    }
    media.close();
    demultiplexer.timers().cancel(deadline);
    forget();
    if (sender != null) {
      sender.close();
      sender = null;
    }
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
      demultiplexer.timers().schedule(deadline, next);
    }
  }

  /** One timer for everything that the connection waits for. */
  private final class Deadline extends TimerWheel.Timer {
    @Override
    protected void onTimer(long nowNanos) {
      now = nowNanos;
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
      settleDeadline();
    }
  }

  /** What DTLS tells. */
  private final class DtlsEvents implements DtlsEndpoint.Listener {
    @Override
    public void send(byte[] datagram, int length) {
      if (batch != null && destination != null) {
        long at = batch.claim(length);
        Bytes.put(batch.memory(), at, datagram);
        batch.commit(destination, length);
      }
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
      // Data channels come with the LiveKit protocol; nothing was negotiated that would send here.
    }

    @Override
    public void closed() {
      end(TransportEnd.CLOSED_BY_PEER);
    }
  }

  /** Encrypts into the port's batch. */
  private final class Outlet implements MediaOutlet {
    @Override
    public boolean isOpen() {
      return sender != null && destination != null;
    }

    @Override
    public MemorySegment memory() {
      return openBatch().memory();
    }

    @Override
    public long claim(int length) {
      return openBatch().claim(length + SRTP_OVERHEAD);
    }

    @Override
    public void sendRtp(
        long at,
        int headerLength,
        MemorySegment source,
        long payloadOffset,
        int payloadLength,
        int ssrc,
        long index) {
      SendBatch to = openBatch();
      SrtpSender keys = sender;
      Destination peer = destination;
      if (keys != null && peer != null) {
        to.commit(
            peer,
            keys.protectRtp(
                to.memory(), at, headerLength, source, payloadOffset, payloadLength, ssrc, index));
      }
    }

    @Override
    public void sendRtcp(long at, int length) {
      SendBatch to = openBatch();
      SrtpSender keys = sender;
      Destination peer = destination;
      if (keys != null && peer != null) {
        to.commit(peer, keys.protectRtcp(to.memory(), at, length));
      }
    }

    private SendBatch openBatch() {
      SendBatch to = batch;
      if (to == null) {
        throw new IllegalStateException("not open");
      }
      return to;
    }
  }
}
