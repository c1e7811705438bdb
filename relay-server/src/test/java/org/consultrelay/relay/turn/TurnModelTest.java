package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.Data;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.EvenPort;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.ReservationToken;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.turn.TurnFixture.Received;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.turn.TurnModel.Wish;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

/**
 * Whatever clients and peers send in whatever order, the server does what {@link TurnModel} says:
 * nothing throws, nothing is relayed that may not be, and nothing stays when all is over. Each seed
 * is one life of a server.
 */
class TurnModelTest {
  private static final int SEEDS = 200;
  private static final int STEPS = 500;
  private static final StunAttribute[] NOTHING = {};

  private static final TurnOptions OPTIONS =
      new TurnOptions("relay", 1_200, 3, 3, 2, 3, 5, 1 << 30, 1 << 30);
  private static final TransportAddress PRIVATE = TurnFixture.address("10.0.0.1", 9);
  private static final List<TransportAddress> PEERS =
      List.of(
          TurnFixture.address("9.9.9.1", 1),
          TurnFixture.address("9.9.9.1", 2),
          TurnFixture.address("9.9.9.2", 1),
          TurnFixture.address("9.9.9.3", 1),
          TurnFixture.address("9.9.9.4", 1),
          TurnFixture.address("9.9.9.5", 1),
          TurnFixture.address("2a00::1", 1),
          TurnFixture.address("2a00::1", 2),
          TurnFixture.address("2a00::2", 1),
          TurnFixture.OWN_MEDIA,
          TurnFixture.OWN_MEDIA.withPort(22),
          PRIVATE);
  private static final List<TransportAddress> USUAL =
      List.of(PEERS.get(0), PEERS.get(1), PEERS.get(2), PEERS.get(3), TurnFixture.OWN_MEDIA);
  private static final Set<TransportAddress> DENIED =
      Set.of(
          PRIVATE.withPort(0),
          TurnFixture.OWN_MEDIA.withPort(0),
          TurnFixture.address("2001:db8::1", 0));

  @Test
  void theServerDoesWhatTheModelSays() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Life life = new Life(seed);
      int step = 0;
      try {
        for (; step < STEPS; step++) {
          life.step();
          life.check();
        }
        life.end();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", step " + step + ": " + life.doing, e);
      }
    }
  }

  /** One server with its clients, and the model beside it. */
  private static final class Life {
    private final SplittableRandom random;
    private final TurnFixture turn = new TurnFixture(OPTIONS, PeerRules.of(List.of(), List.of()));
    private final TurnModel model = new TurnModel(OPTIONS, DENIED, turn.now);
    private final List<Client> clients = new ArrayList<>();
    private boolean sessionLives = true;
    private String doing = "";

    Life(long seed) {
      random = new SplittableRandom(seed);
      for (int i = 0; i < 7; i++) {
        clients.add(new Client(TurnFixture.host(i / 4 + 1).withPort(1_000 + i), i % 3 == 2));
      }
    }

    /** One five-tuple, and those who may use it. */
    private final class Client {
      final TransportAddress from;
      final boolean stream;
      final List<User> users;
      final User liar;

      Client(TransportAddress from, boolean stream) {
        this.from = from;
        this.stream = stream;
        User alice = user("alice");
        users =
            List.of(
                alice, alice, user("bob"), turn.new User(from, turn.service.credential("PA_1")));
        liar =
            turn
            .new User(from, new SharedSecrets.Credential(alice.credential.username(), "a guess"));
        connect();
      }

      private User user(String name) {
        SharedSecrets secrets = SharedSecrets.of(List.of(TurnFixture.SECRET));
        return turn.new User(from, secrets.issue(name, Duration.ofDays(40), turn.wall));
      }

      void connect() {
        if (stream) {
          ClientSession session =
              turn.server.accept(turn.client(from, TurnTransport.TCP), turn.now);
          users.forEach(each -> each.stream = session);
          liar.stream = session;
        }
      }

      void disconnect() {
        users.getFirst().stream.onClosed(turn.now);
        connect();
      }
    }

    private static String name(User user) {
      return user.credential.username().substring(user.credential.username().indexOf(':') + 1);
    }

    private <T> T any(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    /** Most often who has the allocation. */
    private User usual(Client client) {
      TurnModel.Lease lease = model.leases.get(client.from);
      if (lease != null && random.nextInt(12) != 0) {
        return client.users.stream()
            .filter(each -> name(each).equals(lease.user))
            .findFirst()
            .orElseThrow();
      }
      return any(client.users);
    }

    private TransportAddress anyPeer() {
      List<TransportAddress> relayed = model.taken();
      return random.nextInt(12) == 0 && !relayed.isEmpty()
          ? any(relayed)
          : any(random.nextInt(3) == 0 ? PEERS : USUAL);
    }

    private int anyChannel() {
      return random.nextInt(20) == 0 ? random.nextInt(0x10000) : 0x4000 + random.nextInt(5);
    }

    private byte[] anyBytes() {
      byte[] bytes = new byte[1 + random.nextInt(40)];
      random.nextBytes(bytes);
      return bytes;
    }

    void step() {
      Client client = any(clients);
      User user = usual(client);
      int kind = random.nextInt(16);
      if (kind >= 3 && kind <= 12 && !model.leases.containsKey(client.from)) {
        // Half of what is sent in vain would be too much of it.
        client = any(clients);
        user = usual(client);
      }
      switch (kind) {
        case 0, 1 -> allocate(client, user);
        case 2 -> refresh(client, user);
        case 3, 4 -> permit(client, user);
        case 5, 6 -> bind(client, user);
        case 7, 8 -> sendTo(client);
        case 9, 10 -> channelData(client);
        case 11 -> fromPeer();
        case 12 -> shortWay(client);
        case 13 -> nonsense(client, user);
        case 14 -> {
          if (random.nextInt(3) == 0) {
            pass();
          }
        }
        default -> {
          if (random.nextInt(4) == 0) {
            seldom(client);
          }
        }
      }
    }

    // ---- requests

    private StunMessage ask(User user, StunMethod method, List<StunAttribute> attributes) {
      doing = method + " " + attributes + " of " + name(user) + " at " + user.from;
      if (user.nonce().isEmpty()) {
        user.greet();
      }
      StunAttribute[] all = attributes.toArray(StunAttribute[]::new);
      StunMessage answer = user.ask(method, all);
      if (code(answer) == 438) {
        user.greet();
        answer = user.ask(method, all);
      }
      assertThat(turn.isSilent()).isTrue();
      return answer;
    }

    private static int code(StunMessage answer) {
      ErrorCode error = answer.get(ErrorCode.class);
      return error == null ? 0 : error.code();
    }

    /** What the model says, but for those who may not come in at all. */
    private int expected(User user, int code) {
      return name(user).startsWith("session-") && !sessionLives ? 401 : code;
    }

    private boolean isOut(User user) {
      return expected(user, 0) != 0;
    }

    private void allocate(Client client, User user) {
      List<Long> tokens = List.copyOf(model.tokens());
      boolean names = random.nextInt(4) == 0;
      Wish wish =
          new Wish(
              random.nextInt(20) == 0 ? (random.nextBoolean() ? null : 6) : Integer.valueOf(17),
              random.nextInt(4) == 0 ? any(List.of(AddressFamily.values())) : null,
              random.nextInt(4) == 0 ? any(List.of(AddressFamily.values())) : null,
              random.nextInt(4) == 0 ? random.nextBoolean() : null,
              names ? (tokens.isEmpty() ? Long.valueOf(random.nextLong()) : any(tokens)) : null,
              anyLifetime());
      List<StunAttribute> attributes = new ArrayList<>();
      if (wish.transport() != null) {
        attributes.add(new RequestedTransport(wish.transport()));
      }
      if (wish.family() != null) {
        attributes.add(new RequestedAddressFamily(wish.family()));
      }
      if (wish.additional() != null) {
        attributes.add(new AdditionalAddressFamily(wish.additional()));
      }
      if (wish.even() != null) {
        attributes.add(new EvenPort(wish.even()));
      }
      if (wish.token() != null) {
        attributes.add(new ReservationToken(wish.token()));
      }
      if (random.nextInt(4) == 0) {
        attributes.add(new DontFragment());
      }
      addLifetime(attributes, wish.lifetime());
      StunMessage answer = ask(user, StunMethod.ALLOCATE, attributes);
      int code = expected(user, model.allocate(client.from, name(user), wish));
      assertThat(code(answer)).isEqualTo(code);
      if (code == 0) {
        granted(client, user, wish, answer);
      }
    }

    private void granted(Client client, User user, Wish wish, StunMessage answer) {
      List<TransportAddress> relayed =
          answer.all(XorRelayedAddress.class).stream().map(XorRelayedAddress::address).toList();
      assertThat(relayed).hasSize(wish.additional() == null ? 1 : 2);
      if (wish.token() != null) {
        assertThat(relayed).containsExactly(model.take(wish.token()));
      } else {
        assertThat(relayed.getFirst().isIpv4()).isEqualTo(wish.family() != AddressFamily.IPV6);
      }
      assertThat(model.taken()).doesNotContainAnyElementsOf(relayed);
      assertThat(answer.get(Lifetime.class).seconds()).isEqualTo(model.lifetime(wish.lifetime()));
      model.granted(client.from, name(user), relayed, model.lifetime(wish.lifetime()));
      if (wish.even() != null) {
        assertThat(relayed.getFirst().port() & 1).isZero();
      }
      ReservationToken kept = answer.get(ReservationToken.class);
      assertThat(kept != null).isEqualTo(Boolean.TRUE.equals(wish.even()));
      if (kept != null) {
        TransportAddress first = relayed.getFirst();
        model.keep(kept.token(), first.withPort(first.port() + 1));
      }
    }

    private Long anyLifetime() {
      return random.nextBoolean()
          ? null
          : Long.valueOf(any(List.of(0, 1, 700, 1_200, 1_200, 90_000)));
    }

    private static void addLifetime(List<StunAttribute> attributes, Long lifetime) {
      if (lifetime != null) {
        attributes.add(new Lifetime(lifetime));
      }
    }

    private void refresh(Client client, User user) {
      AddressFamily family = random.nextInt(3) == 0 ? any(List.of(AddressFamily.values())) : null;
      refresh(client, user, anyLifetime(), family);
    }

    private void refresh(Client client, User user, Long lifetime, AddressFamily family) {
      List<StunAttribute> attributes = new ArrayList<>();
      addLifetime(attributes, lifetime);
      if (family != null) {
        attributes.add(new RequestedAddressFamily(family));
      }
      int code = code(ask(user, StunMethod.REFRESH, attributes));
      assertThat(code)
          .isEqualTo(isOut(user) ? 401 : model.refresh(client.from, name(user), family, lifetime));
    }

    private void permit(Client client, User user) {
      List<TransportAddress> peers = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        peers.add(anyPeer());
      }
      List<StunAttribute> attributes = new ArrayList<>();
      peers.forEach(peer -> attributes.add(new XorPeerAddress(peer)));
      int code = code(ask(user, StunMethod.CREATE_PERMISSION, attributes));
      assertThat(code).isEqualTo(isOut(user) ? 401 : model.permit(client.from, name(user), peers));
    }

    private void bind(Client client, User user) {
      int channel = anyChannel();
      TransportAddress peer = anyPeer();
      int code =
          code(
              ask(
                  user,
                  StunMethod.CHANNEL_BIND,
                  List.of(new ChannelNumber(channel), new XorPeerAddress(peer))));
      assertThat(code)
          .isEqualTo(isOut(user) ? 401 : model.bind(client.from, name(user), channel, peer));
    }

    // ---- data

    private void sendTo(Client client) {
      TransportAddress peer = anyPeer();
      byte[] bytes = anyBytes();
      boolean whole = random.nextInt(4) == 0;
      doing = "Send from " + client.from + " to " + peer + (whole ? " in one piece" : "");
      boolean may = model.maySend(client.from, peer);
      StunAttribute[] more = whole ? new StunAttribute[] {new DontFragment()} : NOTHING;
      client.users.getFirst().sendTo(peer, bytes, more);
      boolean leaves = may && !peer.equals(TurnFixture.OWN_MEDIA);
      assertThat(turn.whole).hasSize(whole && leaves ? 1 : 0);
      turn.whole.clear();
      expectRelayed(client, may ? peer : null, bytes);
    }

    private void channelData(Client client) {
      int channel = anyChannel();
      byte[] bytes = anyBytes();
      doing = "ChannelData from " + client.from + " on " + channel;
      if (channel >= 0x4000 && channel <= 0x7FFF) {
        client.users.getFirst().channelData(channel, bytes);
        expectRelayed(client, model.holder(client.from, channel), bytes);
      }
    }

    /** Of what the client sent: to nobody when the peer is null. */
    private void expectRelayed(Client client, TransportAddress peer, byte[] bytes) {
      List<Received> relayed = takeRelayed();
      assertThat(relayed).hasSize(peer == null ? 0 : 1);
      if (peer != null) {
        assertThat(relayed.getFirst().bytes()).isEqualTo(bytes);
        if (peer.equals(TurnFixture.OWN_MEDIA)) {
          assertThat(model.leases.get(client.from).relayed).contains(relayed.getFirst().to());
        } else {
          assertThat(relayed.getFirst().to()).isEqualTo(peer);
        }
      }
      assertThat(turn.whole).isEmpty();
      assertThat(turn.isSilent()).isTrue();
    }

    /** What went to peers and media. */
    private List<Received> takeRelayed() {
      List<Received> relayed = new ArrayList<>(turn.toMedia);
      turn.toMedia.clear();
      for (Deque<Received> each : turn.toPeers.values()) {
        relayed.addAll(each);
        each.clear();
      }
      return relayed;
    }

    private void fromPeer() {
      if (turn.opened.isEmpty()) {
        return;
      }
      TransportAddress peer = anyPeer();
      byte[] bytes = anyBytes();
      RelayedAddress at = any(turn.opened);
      TransportAddress owner =
          clients.stream()
              .map(each -> each.from)
              .filter(each -> model.leases.containsKey(each))
              .filter(each -> model.leases.get(each).relayed.contains(at.address()))
              .findFirst()
              .orElseThrow();
      doing = "a datagram from " + peer + " for " + owner;
      if (peer.isIpv4() != at.address().isIpv4()) {
        return;
      }
      turn.place(bytes);
      at.receive(turn.memory, 64, bytes.length, peer.high(), peer.low(), peer.port(), turn.now);
      expectData(owner, peer, bytes);
    }

    private void shortWay(Client client) {
      TurnModel.Lease lease = model.leases.get(client.from);
      TransportAddress relayed = lease == null ? PRIVATE : lease.relayed.getFirst();
      doing = "media sends to " + client.from;
      PacketSink back = turn.server.shortWay(relayed, 0);
      if (back != null) {
        byte[] bytes = anyBytes();
        TurnFixture.write(back, bytes);
        expectData(client.from, TurnFixture.OWN_MEDIA, bytes);
      }
    }

    private void expectData(TransportAddress owner, TransportAddress peer, byte[] bytes) {
      if (!model.permits(owner, peer)) {
        assertThat(turn.isSilent()).isTrue();
        return;
      }
      Received received = turn.next();
      assertThat(received.to()).isEqualTo(owner);
      int channel = model.channel(owner, peer);
      if (channel != 0) {
        assertThat((received.bytes()[0] << 8) + (received.bytes()[1] & 0xFF)).isEqualTo(channel);
        assertThat(received.bytes()[3]).isEqualTo((byte) bytes.length);
        assertThat(Arrays.copyOfRange(received.bytes(), 4, 4 + bytes.length)).isEqualTo(bytes);
      } else {
        StunMessage data = (StunMessage) StunCodec.decode(received.bytes());
        assertThat(data.get(XorPeerAddress.class).address()).isEqualTo(peer);
        assertThat(data.get(Data.class).bytes()).isEqualTo(bytes);
      }
      assertThat(turn.isSilent()).isTrue();
    }

    // ---- nonsense

    private void nonsense(Client client, User user) {
      byte[] bytes =
          switch (random.nextInt(4)) {
            case 0 -> anyBytes();
            case 1 -> client.liar.sign(anyRequest());
            case 2 -> damaged(user.sign(anyRequest()));
            default -> damaged(indication());
          };
      doing = "nonsense from " + client.from + ": " + Arrays.toString(bytes);
      user.send(bytes);
      while (!turn.isSilent()) {
        // Whatever is said is said to who asked, and is no success but of a Binding.
        StunMessage answer = (StunMessage) StunCodec.decode(turn.next().bytes());
        assertThat(answer.method() == StunMethod.BINDING || code(answer) != 0).isTrue();
      }
      turn.whole.clear();
      for (Received each : takeRelayed()) {
        boolean may =
            model.permits(client.from, each.to())
                || model.channel(client.from, each.to()) != 0
                || model.leases.get(client.from).relayed.contains(each.to());
        assertThat(may).isTrue();
      }
    }

    private StunWriter anyRequest() {
      return switch (random.nextInt(4)) {
        case 0 -> turn.request(StunMethod.ALLOCATE).add(new RequestedTransport(17));
        case 1 -> turn.request(StunMethod.REFRESH).add(new Lifetime(0));
        case 2 -> turn.request(StunMethod.CREATE_PERMISSION).add(new XorPeerAddress(anyPeer()));
        default ->
            turn.request(StunMethod.CHANNEL_BIND)
                .add(new ChannelNumber(anyChannel()))
                .add(new XorPeerAddress(anyPeer()));
      };
    }

    private byte[] indication() {
      return random.nextBoolean()
          ? TurnFixture.channelMessage(anyChannel(), anyBytes())
          : TurnFixture.sendIndication(anyPeer(), anyBytes());
    }

    private byte[] damaged(byte[] whole) {
      byte[] bytes = whole.clone();
      if (random.nextInt(4) == 0) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      // An undamaged request would be a good one.
      return Arrays.equals(bytes, whole) ? new byte[0] : bytes;
    }

    // ---- time

    private void pass() {
      if (random.nextInt(4) != 0) {
        clients.stream()
            .filter(each -> model.leases.containsKey(each.from))
            .forEach(each -> refresh(each, usual(each), 1_200L, null));
      }
      pass(any(List.of(1, 1, 1, 1, 5, 10, 31, 60, 120, 299, 301, 601)));
    }

    private void pass(int seconds) {
      doing = seconds + " s";
      turn.pass(Duration.ofSeconds(seconds));
      model.sweep(turn.now);
      while (!turn.isSilent()) {
        // A connection is closed, for its allocation is over or there never was one.
        Received end = turn.next();
        assertThat(end.bytes()).isEmpty();
        assertThat(model.leases).doesNotContainKey(end.to());
        clients.stream()
            .filter(each -> each.stream && each.from.equals(end.to()))
            .forEach(Client::disconnect);
      }
    }

    private void seldom(Client client) {
      if (client.stream && random.nextInt(4) == 0) {
        doing = client.from + " disconnects";
        client.disconnect();
        model.leases.remove(client.from);
      } else if (!client.stream && (!sessionLives || random.nextInt(4) == 0)) {
        sessionLives = !sessionLives;
        doing = "the session " + (sessionLives ? "begins" : "ends");
        if (sessionLives) {
          var _ = turn.service.credential("PA_1");
        } else {
          turn.service.sessionEnded("PA_1");
          model.leases.values().removeIf(lease -> lease.user.startsWith("session-"));
          pass(1);
        }
      }
    }

    // ---- what must hold always, and at the end

    void check() {
      List<TransportAddress> taken = model.taken();
      assertThat(turn.service.allocations()).isEqualTo(model.leases.size());
      assertThat(turn.ports.taken()).isEqualTo(taken.size());
      long udp = clients.stream().filter(this::holdsByUdp).count();
      assertThat(turn.clients.size()).isEqualTo((int) udp);
      assertThat(turn.server.counters().active(TurnTransport.UDP)).isEqualTo((int) udp);
      assertThat(turn.server.counters().active(TurnTransport.TCP))
          .isEqualTo(model.leases.size() - (int) udp);
      assertThat(taken).containsAll(turn.opened.stream().map(RelayedAddress::address).toList());
    }

    private boolean holdsByUdp(Client client) {
      return !client.stream && model.leases.containsKey(client.from);
    }

    void end() {
      int relayed = model.leases.size();
      for (int seconds : new int[] {31, 600, 570}) {
        pass(seconds);
        check();
      }
      assertThat(model.leases).as("of %s", relayed).isEmpty();
      assertThat(turn.opened).isEmpty();
      // Streams that are open hold a session each, and nothing else is held.
      clients.stream()
          .filter(each -> each.stream)
          .forEach(each -> each.users.getFirst().stream.onClosed(turn.now));
      assertThat(turn.server.held()).isZero();
      assertThat(turn.service.quota().held()).isZero();
    }
  }
}
