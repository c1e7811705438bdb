package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.Data;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;

/** A TURN server in virtual time, with sockets and media that only write down. */
final class TurnFixture {
  static final TransportAddress OWN_MEDIA = address("198.51.100.1", 7_882);
  static final String SECRET = "north";

  final List<Received> toMedia = new ArrayList<>();
  final Map<RelayedAddress, Deque<Received>> toPeers = new HashMap<>();
  final List<RelayedAddress> opened = new ArrayList<>();
  final PortPool ports;
  final TurnService service;
  final TurnServer server;
  final DatagramClients clients;
  final MemorySegment memory = Arena.ofAuto().allocate(4_096, 8);
  Instant wall = Instant.parse("2026-03-23T09:00:00Z");
  long now = 1_000_000_000L;
  boolean noSockets;

  /** Whether sockets can be told not to fragment, how often they were, and for whom they were. */
  boolean forbidsFragments = true;

  int switches;
  final List<TransportAddress> whole = new ArrayList<>();

  /** Whether what leaves is only counted: for who measures what is allocated. */
  boolean onlyCounts;

  long counted;
  private final Deque<Received> sent = new ArrayDeque<>();
  private final SharedSecrets secrets;
  private long transactions;

  /** What left, for whom. */
  @SuppressWarnings("ArrayRecordComponent") // compared field by field
  record Received(TransportAddress to, byte[] bytes) {}

  TurnFixture() {
    this(TurnOptions.DEFAULT, PeerRules.of(List.of(), List.of()));
  }

  TurnFixture(TurnOptions options, PeerRules rules) {
    ports = new PortPool(50_000, 50_999, new Random(7));
    secrets = SharedSecrets.of(List.of(SECRET, "south"));
    service =
        new TurnService(
            options,
            secrets,
            new byte[32],
            ports,
            List.of(address("198.51.100.1", 0), address("2001:db8::1", 0)),
            () -> wall);
    server =
        new TurnServer(
            service,
            new Sockets(),
            new Media(),
            rules.withOwn(List.of(OWN_MEDIA.toInetAddress())),
            new UnauthenticatedBudget(2_000, 1_000, 19, 5, now),
            now);
    clients = server.datagrams(remote -> client(remote, TurnTransport.UDP));
  }

  static TransportAddress address(String host, int port) {
    return TransportAddress.of(InetAddress.ofLiteral(host), port);
  }

  static TransportAddress host(int number) {
    return TransportAddress.ipv4(0x0808_0000 + number, 5_000);
  }

  /** Whoever comes from an address, by a transport. */
  TurnClient client(TransportAddress remote, TurnTransport transport) {
    return new WrittenClient(remote, transport);
  }

  /** Writes into an array. */
  private class Sink implements PacketSink {
    private final TransportAddress to;
    private final Deque<Received> into;
    private final MemorySegment room = Arena.ofAuto().allocate(4_096, 8);

    Sink(TransportAddress to, Deque<Received> into) {
      this.to = to;
      this.into = into;
    }

    @Override
    public MemorySegment memory() {
      return room;
    }

    @Override
    public long claim(int maxLength) {
      return 8;
    }

    @Override
    public void commit(int length) {
      counted++;
      if (onlyCounts) {
        return;
      }
      into.add(new Received(to, room.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  private final class WrittenClient extends Sink implements TurnClient {
    private final TransportAddress remote;
    private final TurnTransport transport;

    WrittenClient(TransportAddress remote, TurnTransport transport) {
      super(remote, sent);
      this.remote = remote;
      this.transport = transport;
    }

    @Override
    public TurnTransport transport() {
      return transport;
    }

    @Override
    public TransportAddress remote() {
      return remote;
    }

    @Override
    public void close() {
      sent.add(new Received(remote, new byte[] {}));
    }
  }

  private final class Sockets implements RelayedSockets {
    @Override
    public RelayedSocket open(RelayedAddress relayed) {
      if (noSockets) {
        return null;
      }
      opened.add(relayed);
      Deque<Received> out = new ArrayDeque<>();
      toPeers.put(relayed, out);
      return new Socket(relayed, out);
    }

    @Override
    public boolean forbidsFragments() {
      return forbidsFragments;
    }
  }

  private final class Socket implements RelayedSockets.RelayedSocket {
    private final RelayedAddress relayed;
    private final Deque<Received> out;
    private boolean forbids;

    Socket(RelayedAddress relayed, Deque<Received> out) {
      this.relayed = relayed;
      this.out = out;
    }

    @Override
    public PacketSink to(TransportAddress peer) {
      return new Sink(peer, out) {
        @Override
        public void commit(int length) {
          super.commit(length);
          if (forbids && !onlyCounts) {
            whole.add(peer);
          }
        }
      };
    }

    @Override
    public void forbidFragments(boolean forbid) {
      assertThat(forbid).isNotEqualTo(forbids);
      forbids = forbid;
      switches++;
    }

    @Override
    public void close() {
      opened.remove(relayed);
    }
  }

  private final class Media implements OwnMedia {
    @Override
    public int find(long high, long low, int port) {
      return OWN_MEDIA.equals(new TransportAddress(high, low, port)) ? 0 : -1;
    }

    @Override
    public TransportAddress address(int index) {
      return OWN_MEDIA;
    }

    @Override
    public boolean receive(
        int index,
        int slot,
        long offset,
        int length,
        long relayedHigh,
        long relayedLow,
        int relayedPort,
        long nowNanos) {
      counted++;
      if (onlyCounts) {
        return false;
      }
      toMedia.add(
          new Received(
              new TransportAddress(relayedHigh, relayedLow, relayedPort),
              memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)));
      return true;
    }
  }

  /** Puts bytes where received ones stand. */
  void place(byte[] bytes) {
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 64, bytes.length);
  }

  static byte[] sendIndication(TransportAddress peer, byte[] bytes, StunAttribute... more) {
    StunWriter send =
        StunWriter.indication(StunMethod.SEND, new TransactionId(1, 1))
            .add(new XorPeerAddress(peer))
            .add(new Data(bytes));
    for (StunAttribute each : more) {
      send.add(each);
    }
    return send.plain();
  }

  static byte[] channelMessage(int channel, byte[] bytes) {
    byte[] message = new byte[4 + bytes.length];
    message[0] = (byte) (channel >> 8);
    message[1] = (byte) channel;
    message[2] = (byte) (bytes.length >> 8);
    message[3] = (byte) bytes.length;
    System.arraycopy(bytes, 0, message, 4, bytes.length);
    return message;
  }

  /** Media sends a packet by the short way. */
  static void write(PacketSink sink, byte[] bytes) {
    long at = sink.claim(bytes.length);
    MemorySegment.copy(bytes, 0, sink.memory(), ValueLayout.JAVA_BYTE, at, bytes.length);
    sink.commit(bytes.length);
  }

  /** A datagram from there; whether the slot was kept. */
  boolean datagram(TransportAddress from, byte[] bytes) {
    place(bytes);
    return clients.receive(0, memory, 64, bytes.length, from.high(), from.low(), from.port(), now);
  }

  /** What the server sent next; fails when there is nothing. */
  Received next() {
    assertThat(sent).isNotEmpty();
    return sent.remove();
  }

  boolean isSilent() {
    return sent.isEmpty();
  }

  StunMessage nextMessage() {
    return (StunMessage) StunCodec.decode(next().bytes());
  }

  void pass(Duration time) {
    now += time.toNanos();
    wall = wall.plus(time);
    server.sweep(now);
  }

  StunWriter request(StunMethod method) {
    return StunWriter.request(method, new TransactionId(9, ++transactions));
  }

  /** A client that knows its credential and remembers its nonce. */
  final class User {
    final TransportAddress from;
    final SharedSecrets.Credential credential;
    private final IntegrityKey key;
    private String nonce = "";
    ClientSession stream;

    User(TransportAddress from, String name) {
      this(from, secrets.issue(name, Duration.ofHours(1), wall));
    }

    User(TransportAddress from, SharedSecrets.Credential credential) {
      this.from = from;
      this.credential = credential;
      this.key = IntegrityKey.longTerm(credential.username(), "relay", credential.password());
    }

    String nonce() {
      return nonce;
    }

    byte[] sign(StunWriter writer) {
      return writer
          .add(new Username(credential.username()))
          .add(new Realm("relay"))
          .add(new Nonce(nonce))
          .signedPlain(key, IntegrityAlgorithm.SHA1);
    }

    void send(byte[] bytes) {
      if (stream == null) {
        datagram(from, bytes);
      } else {
        place(bytes);
        stream.receive(0, memory, 64, bytes.length, now);
      }
    }

    /** Asks without credential to learn the nonce. */
    void greet() {
      send(request(StunMethod.ALLOCATE).add(new RequestedTransport(17)).plain());
      StunMessage challenge = nextMessage();
      assertThat(challenge.get(ErrorCode.class).code()).isEqualTo(401);
      nonce = challenge.get(Nonce.class).value();
    }

    StunMessage ask(StunMethod method, StunAttribute... attributes) {
      StunWriter writer = request(method);
      for (StunAttribute each : attributes) {
        writer.add(each);
      }
      send(sign(writer));
      StunMessage answer = nextMessage();
      ErrorCode error = answer.get(ErrorCode.class);
      if (error == null || (error.code() != 401 && error.code() != 438)) {
        assertThat(answer.verify(key)).isEqualTo(StunMessage.Integrity.VALID);
      }
      return answer;
    }

    /** The code of an error, 0 of success. */
    int code(StunMethod method, StunAttribute... attributes) {
      ErrorCode error = ask(method, attributes).get(ErrorCode.class);
      return error == null ? 0 : error.code();
    }

    TransportAddress allocate(StunAttribute... more) {
      if (nonce.isEmpty()) {
        greet();
      }
      StunAttribute[] all = new StunAttribute[more.length + 1];
      all[0] = new RequestedTransport(17);
      System.arraycopy(more, 0, all, 1, more.length);
      return ask(StunMethod.ALLOCATE, all).get(XorRelayedAddress.class).address();
    }

    int permit(TransportAddress peer) {
      return code(StunMethod.CREATE_PERMISSION, new XorPeerAddress(peer));
    }

    int bind(int channel, TransportAddress peer) {
      return code(StunMethod.CHANNEL_BIND, new ChannelNumber(channel), new XorPeerAddress(peer));
    }

    void sendTo(TransportAddress peer, byte[] bytes, StunAttribute... more) {
      send(sendIndication(peer, bytes, more));
    }

    void channelData(int channel, byte[] bytes) {
      send(channelMessage(channel, bytes));
    }
  }

  /** A datagram of a peer's to the socket opened last. */
  void fromPeer(TransportAddress peer, byte[] bytes) {
    place(bytes);
    opened.getLast().receive(memory, 64, bytes.length, peer.high(), peer.low(), peer.port(), now);
  }
}
