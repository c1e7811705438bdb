package org.consultrelay.load.peer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsCounters;
import org.consultrelay.relay.dtls.DtlsEndpoint;
import org.consultrelay.relay.dtls.DtlsFailure;
import org.consultrelay.relay.dtls.DtlsKeys;
import org.consultrelay.relay.ice.IceControllingAgent;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ice.IceState;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.ice.OutgoingCheck;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.Destination;
import org.consultrelay.relay.net.DropReason;
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
 * One peer connection of a simulated participant on a socket of its own: it controls ICE, is DTLS
 * client or server as the answer wants it, and has its own SRTP keys. Lives on a loop; {@link
 * #connect} and {@link #close} may be called from elsewhere.
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

    /** Keys are agreed: media can be sent. */
    default void onConnected(SimulatedPeer peer, long nowNanos) {}

    /** The connection is over, whoever ended it; nothing can be sent any more. Comes once. */
    default void onEnded(SimulatedPeer peer, boolean byUs) {}
  }

  private final MediaLoop loop;
  private final boolean ownsPort;
  private @Nullable DatagramPort port;
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
  private boolean over;
  private long socketDrops;

  /** A peer that opens a port of its own when it connects, and closes it at its end. */
  public SimulatedPeer(
      MediaLoop loop, DtlsContext dtls, SrtpCiphers ciphers, SecureRandom random, Media media) {
    this(loop, null, dtls, ciphers, random, media);
  }

  /**
   * A peer on a port of a loop.
   *
   * @param port null: it opens one when it connects
   * @param media takes what comes in
   */
  public SimulatedPeer(
      MediaLoop loop,
      @Nullable DatagramPort port,
      DtlsContext dtls,
      SrtpCiphers ciphers,
      SecureRandom random,
      Media media) {
    this.loop = loop;
    this.port = port;
    this.ownsPort = port == null;
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

  /**
   * Ends the connection and closes its socket.
   *
   * @param goodbye whether the other side is told
   */
  public void close(boolean goodbye) {
    loop.execute(() -> end(goodbye, true));
  }

  private void end(boolean goodbye, boolean byUs) {
    if (over) {
      return;
    }
    over = true;
    loop.timers().cancel(timer);
    if (dtls != null && goodbye) {
      dtls.close();
      flush();
    }
    connected.completeExceptionally(new IllegalStateException("ended"));
    if (sender != null) {
      sender.close();
      sender = null;
    }
    if (receiver != null) {
      receiver.close();
      receiver = null;
    }
    if (port != null) {
      if (ownsPort) {
        loop.closePort(port);
      }
      socketDrops = port.counters().drops(DropReason.RECEIVE_BUFFER_FULL);
      port = null;
    }
    media.onEnded(this, byUs);
  }

  /** As {@link #end}, but not within a call of the port's own. */
  private void endSoon() {
    loop.execute(() -> end(false, false));
  }

  private void begin(RemoteDescription remote) {
    if (over) {
      return;
    }
    long now = loop.nowNanos();
    List<TransportAddress> addresses = remote.addresses();
    boolean ipv4 = addresses.getFirst().isIpv4();
    relay = Destination.of(addresses.getFirst());
    if (port == null) {
      try {
        TransportAddress any = ipv4 ? TransportAddress.ipv4(0, 0) : new TransportAddress(0, 0, 0);
        loop.openPort(
            any,
            (owner, opened) -> {
              port = opened;
              return this;
            });
      } catch (IOException e) {
        connected.completeExceptionally(e);
        return;
      }
    }
    dtls =
        new DtlsEndpoint(
            dtlsContext, remote.dtlsRole(), remote.fingerprint(), loop, new DtlsCounters(), this);
    ice =
        new IceControllingAgent(
            local,
            remote.ice(),
            random.nextLong(),
            IceControllingAgent.Nominating.EVERY_CHECK,
            IceTimeouts.DEFAULT,
            random,
            now);
    for (int i = 0; i < addresses.size(); i++) {
      ice.addPair(0, addresses.get(i), CHECK_PRIORITY - i, now);
    }
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
    return open().sendBatch();
  }

  /** Sends what is in the {@link #batch}. */
  public void flush() {
    if (port != null) {
      port.flush();
    }
  }

  /** The loop that it lives on. */
  public MediaLoop loop() {
    return loop;
  }

  /** Datagrams that the kernel dropped because this peer's socket was full; known at the end. */
  public long socketDrops() {
    return socketDrops;
  }

  private DatagramPort open() {
    DatagramPort opened = port;
    if (opened == null) {
      throw new IllegalStateException("no socket");
    }
    return opened;
  }

  /** How far it has come, for whoever wonders why it does not connect. */
  @Override
  public String toString() {
    DatagramPort opened = port;
    return "peer, ICE "
        + (ice == null ? "not begun" : ice.state())
        + ", DTLS "
        + (dtlsStarted ? (sender == null ? "begun" : "connected") : "not begun")
        + ", "
        + (opened == null ? 0 : opened.counters().sentPackets())
        + " datagrams sent, "
        + (opened == null ? 0 : opened.counters().receivedPackets())
        + " received";
  }

  private void onDeadline(long nowNanos) {
    if (over) {
      return;
    }
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
    if (agent == null || handshake == null || over) {
      return;
    }
    for (OutgoingCheck check = agent.poll(); check != null; check = agent.poll()) {
      send(Destination.of(check.to()), check.bytes());
    }
    TransportAddress selected = agent.selected();
    if (selected != null && !dtlsStarted) {
      dtlsStarted = true;
      relay = Destination.of(selected);
      handshake.start(nowNanos);
    }
    if (agent.state() == IceState.FAILED) {
      connected.completeExceptionally(new IllegalStateException("ICE failed"));
      endSoon();
      return;
    }
    loop.timers().schedule(timer, Math.min(agent.deadline(), handshake.deadline()));
    flush();
  }

  private void send(Destination to, byte[] bytes) {
    SendBatch batch = open().sendBatch();
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
      if (receiver != null && !over) {
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
  public void endOfTurn(long nowNanos) {
    flush();
  }

  @Override
  public void send(byte[] datagram, int length) {
    if (port != null) {
      send(relay(), Arrays.copyOf(datagram, length));
      flush();
    }
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
    media.onConnected(this, loop.nowNanos());
    connected.complete(this);
    drain(loop.nowNanos());
  }

  @Override
  public void failed(DtlsFailure reason) {
    connected.completeExceptionally(new IllegalStateException("DTLS failed: " + reason));
    endSoon();
  }

  @Override
  public void data(MemorySegment memory, long offset, int length) {}

  @Override
  public void closed() {
    endSoon();
  }
}
