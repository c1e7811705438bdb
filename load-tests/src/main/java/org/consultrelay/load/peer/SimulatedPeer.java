package org.consultrelay.load.peer;

import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsCounters;
import org.consultrelay.relay.dtls.DtlsEndpoint;
import org.consultrelay.relay.dtls.DtlsFailure;
import org.consultrelay.relay.dtls.DtlsKeys;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.ice.IceControllingAgent;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.ice.OutgoingCheck;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.Destination;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpKeys;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.srtp.SrtpReceiver;
import org.consultrelay.relay.srtp.SrtpSender;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection of a simulated participant on a socket of its own: it controls ICE, is the
 * DTLS client, and has its own SRTP keys. Lives on a loop; {@link #connect} may be called from
 * elsewhere.
 */
public final class SimulatedPeer implements DatagramHandler, DtlsEndpoint.Listener {
  private static final long CHECK_PRIORITY = 1_853_824_767L;

  /** What takes the media that comes in. On the loop. */
  public interface Media {
    /**
     * An SRTP or SRTCP packet, as it came: still encrypted.
     *
     * @param receiver decrypts it in place
     */
    void onPacket(
        SrtpReceiver receiver, MemorySegment memory, long offset, int length, long nowNanos);
  }

  private final MediaLoop loop;
  private final DatagramPort port;
  private final DtlsContext dtlsContext;
  private final SrtpCiphers ciphers;
  private final SecureRandom random;
  private final Media media;
  private final IceCredentials local;
  private final CompletableFuture<SimulatedPeer> connected = new CompletableFuture<>();
  private final TimerWheel.Timer timer =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          onDeadline(nowNanos);
        }
      };
  private @Nullable IceControllingAgent ice;
  private @Nullable DtlsEndpoint dtls;
  private @Nullable Destination relay;
  private @Nullable SrtpSender sender;
  private @Nullable SrtpReceiver receiver;
  private @Nullable SrtpProfile profile;
  private boolean dtlsStarted;

  /**
   * A peer on a port of a loop.
   *
   * @param media takes what comes in
   */
  public SimulatedPeer(
      MediaLoop loop,
      DatagramPort port,
      DtlsContext dtls,
      SrtpCiphers ciphers,
      SecureRandom random,
      Media media) {
    this.loop = loop;
    this.port = port;
    this.dtlsContext = dtls;
    this.ciphers = ciphers;
    this.random = random;
    this.media = media;
    this.local = IceCredentials.random(random);
  }

  /** Our ICE credentials, for the offer. */
  public IceCredentials credentials() {
    return local;
  }

  /** Begins to connect to whoever gave the answer. Completes when media can flow. */
  public CompletableFuture<SimulatedPeer> connect(RemoteDescription remote) {
    loop.execute(() -> begin(remote));
    return connected;
  }

  private void begin(RemoteDescription remote) {
    long now = loop.nowNanos();
    relay = Destination.of(remote.address());
    dtls =
        new DtlsEndpoint(
            dtlsContext, DtlsRole.CLIENT, remote.fingerprint(), loop, new DtlsCounters(), this);
    ice =
        new IceControllingAgent(
            local,
            remote.ice(),
            random.nextLong(),
            IceControllingAgent.Nominating.EVERY_CHECK,
            IceTimeouts.DEFAULT,
            random,
            now);
    ice.addPair(0, remote.address(), CHECK_PRIORITY, now);
    drain(now);
  }

  /** The keys to send with, or null before the connection stands. */
  public @Nullable SrtpSender sender() {
    return sender;
  }

  /** The agreed profile, or null before. */
  public @Nullable SrtpProfile profile() {
    return profile;
  }

  /** Where to send. */
  public Destination relay() {
    Destination known = relay;
    if (known == null) {
      throw new IllegalStateException("not connected");
    }
    return known;
  }

  /** What leaves by this peer's socket. */
  public SendBatch batch() {
    return port.sendBatch();
  }

  /** How far it has come, for whoever wonders why it does not connect. */
  @Override
  public String toString() {
    return "peer on "
        + port.localAddress()
        + ", ICE "
        + (ice == null ? "not begun" : ice.state())
        + ", DTLS "
        + (dtlsStarted ? (sender == null ? "begun" : "connected") : "not begun")
        + ", "
        + port.counters().sentPackets()
        + " datagrams sent, "
        + port.counters().receivedPackets()
        + " received";
  }

  private void onDeadline(long nowNanos) {
    if (ice != null) {
      ice.onDeadline(nowNanos);
    }
    if (dtls != null) {
      dtls.onDeadline(nowNanos);
    }
    drain(nowNanos);
  }

  private void drain(long nowNanos) {
    IceControllingAgent agent = ice;
    DtlsEndpoint handshake = dtls;
    if (agent == null || handshake == null) {
      return;
    }
    for (OutgoingCheck check = agent.poll(); check != null; check = agent.poll()) {
      send(Destination.of(check.to()), check.bytes());
    }
    if (agent.selected() != null && !dtlsStarted) {
      dtlsStarted = true;
      handshake.start(nowNanos);
    }
    loop.timers().schedule(timer, Math.min(agent.deadline(), handshake.deadline()));
  }

  private void send(Destination to, byte[] bytes) {
    SendBatch batch = port.sendBatch();
    long at = batch.claim(bytes.length);
    Bytes.put(batch.memory(), at, bytes);
    batch.commit(to, bytes.length);
  }

  @Override
  public boolean onDatagram(
      int slot, long offset, int length, long high, long low, int remotePort, long nowNanos) {
    MemorySegment memory = loop.slots().memory();
    int first = length == 0 ? 0 : Bytes.u8(memory, offset);
    if (first >= 128 && first <= 191) {
      if (receiver != null) {
        media.onPacket(receiver, memory, offset, length, nowNanos);
      }
    } else if (first >= 20 && first <= 63) {
      if (dtls != null) {
        dtls.onDatagram(memory, offset, length, nowNanos);
        drain(nowNanos);
      }
    } else if (first <= 3
        && ice != null
        && StunCodec.decode(Bytes.toArray(memory, offset, length)) instanceof StunMessage message) {
      ice.onMessage(message, new TransportAddress(high, low, remotePort), 0, nowNanos);
      drain(nowNanos);
    }
    return false;
  }

  @Override
  public void endOfTurn(long nowNanos) {}

  @Override
  public void send(byte[] datagram, int length) {
    send(relay(), Arrays.copyOf(datagram, length));
  }

  @Override
  public void connected(DtlsKeys keys) {
    SrtpProfile agreed = SrtpProfile.of(keys.srtpProfile());
    if (agreed == null) {
      connected.completeExceptionally(new IllegalStateException("no SRTP profile"));
      return;
    }
    profile = agreed;
    sender = ciphers.sender(new SrtpKeys(agreed, keys.localKey(), keys.localSalt()));
    receiver = ciphers.receiver(new SrtpKeys(agreed, keys.remoteKey(), keys.remoteSalt()));
    connected.complete(this);
    drain(loop.nowNanos());
  }

  @Override
  public void failed(DtlsFailure reason) {
    connected.completeExceptionally(new IllegalStateException("DTLS failed: " + reason));
  }

  @Override
  public void data(MemorySegment memory, long offset, int length) {}

  @Override
  public void closed() {}
}
