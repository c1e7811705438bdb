package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.consultrelay.relay.ice.IceControllingAgent;
import org.consultrelay.relay.ice.IceControllingAgent.Nominating;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ice.IceState;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.ice.OutgoingCheck;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpPacket;
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
 * A browser's side of a peer connection: real ICE, real SRTP, and keys handed to both sides where
 * DTLS would agree on them. What it publishes or plays is its subclass's business.
 */
abstract class SimulatedPeer implements RelayExit.Watcher, PeerTransport.Listener {
  /** As long as a handshake of two round trips takes, in ticks of 5 ms. */
  private static final int HANDSHAKE_TICKS = 20;

  final SplittableRandom random;
  final SimulatedNetwork network;
  final RelaySide relay;
  final PeerTransport transport;
  final Map<Integer, TransportAddress> paths = new HashMap<>();

  /** The relay's events. */
  boolean connected;

  @Nullable TransportEnd ended;

  /** When the relay last sent something here. */
  long lastFromRelay;

  private IceControllingAgent ice;
  private final SrtpKeys relayKeys;
  private final SrtpKeys ownKeys;
  private final SrtpSender sender;
  private final SrtpReceiver receiver;
  private final MemorySegment memory;
  private final RelayExit exit;
  private final RtpPacket rtp = new RtpPacket();
  private final RtcpReader rtcp = new RtcpReader();
  private final RtcpWriter writer = new RtcpWriter();
  private int handshakeTicks;

  SimulatedPeer(
      SplittableRandom random,
      SimulatedNetwork network,
      RelaySide relay,
      SrtpProfile profile,
      Arena arena) {
    this.random = random;
    this.network = network;
    this.relay = relay;
    this.transport = relay.demultiplexer.open(this, "relay-cname", network.now());
    this.relayKeys = keys(profile);
    this.ownKeys = keys(profile);
    this.sender = RelaySide.CIPHERS.sender(ownKeys);
    this.receiver = RelaySide.CIPHERS.receiver(relayKeys);
    this.memory = arena.allocate(2 * SrtpSender.MAX_PACKET_LENGTH);
    this.exit =
        new RelayExit(
            RelaySide.CIPHERS.receiver(relayKeys),
            arena.allocate(SrtpSender.MAX_PACKET_LENGTH),
            this);
    this.ice = agent(transport.localCredentials());
    network.add(this);
  }

  private SrtpKeys keys(SrtpProfile profile) {
    byte[] key = new byte[profile.keyLength()];
    byte[] salt = new byte[profile.saltLength()];
    random.nextBytes(key);
    random.nextBytes(salt);
    return new SrtpKeys(profile, key, salt);
  }

  private IceControllingAgent agent(IceCredentials remote) {
    return new IceControllingAgent(
        IceCredentials.random(random),
        remote,
        random.nextLong(),
        Nominating.SELECTED,
        IceTimeouts.DEFAULT,
        random,
        network.now());
  }

  static HeaderExtensionMap extensions(int mid, int audioLevel, int transportCc) {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    assertThat(builder.put(HeaderExtension.MID, mid)).isTrue();
    assertThat(builder.put(HeaderExtension.AUDIO_LEVEL, audioLevel)).isTrue();
    assertThat(builder.put(HeaderExtension.TRANSPORT_CC, transportCc)).isTrue();
    return builder.build();
  }

  /** Gives the peer an address, as when a phone joins a network. */
  SimulatedNetwork.Line open(
      int path, TransportAddress address, long priority, Conditions up, Conditions down) {
    paths.put(path, address);
    network.own(address, this);
    SimulatedNetwork.Line line = network.attach(this, address, up, down);
    ice.addPair(path, RelaySide.ADDRESS, priority, network.now());
    drainIce();
    return line;
  }

  /** Takes an address away, as when a phone leaves a network: it notices. */
  void lose(int path) {
    network.detach(paths.get(path));
    ice.removePath(path, network.now());
    drainIce();
  }

  /** Starts ICE anew over the same paths, with new credentials on both sides. */
  void restartIce() {
    ice = agent(transport.restartIce(network.now()));
    paths.forEach((path, _) -> ice.addPair(path, RelaySide.ADDRESS, 100, network.now()));
    drainIce();
  }

  IceState iceState() {
    return ice.state();
  }

  void tick(long now) {
    if (ended != null) {
      return;
    }
    ice.onDeadline(now);
    drainIce();
    if (ice.state() == IceState.CONNECTED
        && !transport.isConnected()
        && ++handshakeTicks == HANDSHAKE_TICKS) {
      transport.open(relayKeys, ownKeys);
      relay.flush();
    }
    if (connected && ice.selectedPath() >= 0) {
      onTick(now);
    }
  }

  private void drainIce() {
    for (OutgoingCheck check = ice.poll(); check != null; check = ice.poll()) {
      network.up(paths.get(check.path()), check.bytes(), null);
    }
  }

  void receive(byte[] bytes, TransportAddress at, long now) {
    Bytes.put(memory, 0, bytes);
    int first = bytes[0] & 0xFF;
    if (first < 4) {
      paths.forEach(
          (path, address) -> {
            if (address.equals(at)
                && StunCodec.decode(bytes) instanceof StunMessage message) {
              ice.onMessage(message, RelaySide.ADDRESS, path, now);
            }
          });
      drainIce();
    } else if (RtcpReader.isRtcp(memory, 0)) {
      int plain = receiver.unprotectRtcp(memory, 0, bytes.length);
      if (plain != SrtpReceiver.REPLAYED) {
        assertThat(plain).as("SRTCP at the peer").isPositive();
        assertThat(rtcp.wrap(memory, 0, plain)).isTrue();
        while (rtcp.next()) {
          onRtcp(rtcp, now);
        }
      }
    } else {
      rtp.parse(memory, 0, bytes.length);
      int plain =
          receiver.unprotectRtp(
              memory, 0, bytes.length, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber());
      if (plain != SrtpReceiver.REPLAYED) {
        if (plain < 0 || !rtp.decrypted(plain)) {
          throw new AssertionError("SRTP at the peer: " + plain);
        }
        rtp.indexExtensions(extensions());
        onRtp(rtp, now);
      }
    }
  }

  /** A datagram for us has left the relay, and the network has it now. */
  void leavesRelay(byte[] bytes) {
    lastFromRelay = network.now();
    if ((bytes[0] & 0xFF) >= 128) {
      exit.sent(bytes, network.now());
    }
  }

  /** Encrypts and sends the RTP packet at the front of {@link #scratch()}. Returns its bytes. */
  byte[] sendRtp(
      int headerLength,
      int payloadLength,
      int ssrc,
      long index,
      SimulatedNetwork.@Nullable Arrival arrival) {
    int length =
        sender.protectRtp(
            memory, 0, headerLength, memory, headerLength, payloadLength, ssrc, index);
    byte[] bytes = Bytes.toArray(memory, 0, length);
    send(bytes, arrival);
    return bytes;
  }

  /** Sends a datagram from the address in use. */
  void send(byte[] bytes, SimulatedNetwork.@Nullable Arrival arrival) {
    TransportAddress from = paths.get(ice.selectedPath());
    if (from != null) {
      network.up(from, bytes, arrival);
    }
  }

  RtcpWriter beginRtcp() {
    writer.begin(memory, 0, 1_200);
    return writer;
  }

  /** Encrypts and sends what {@link #beginRtcp()} began. Returns its bytes. */
  byte[] sendRtcp() {
    int length = sender.protectRtcp(memory, 0, writer.length());
    byte[] bytes = Bytes.toArray(memory, 0, length);
    send(bytes, null);
    return bytes;
  }

  /** Packets that left the relay for us a second time, bit by bit the same. */
  int repeats() {
    return exit.repeats();
  }

  MemorySegment scratch() {
    return memory;
  }

  abstract HeaderExtensionMap extensions();

  abstract void onTick(long now);

  abstract void onRtp(RtpPacket packet, long now);

  abstract void onRtcp(RtcpReader packet, long now);

  @Override
  public void connected(PeerTransport itself) {
    assertThat(connected).isFalse();
    connected = true;
  }

  @Override
  public void ended(PeerTransport itself, TransportEnd reason) {
    assertThat(ended).isNull();
    ended = reason;
  }
}
