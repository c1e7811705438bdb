package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * A server with clients and peers, and {@link TurnModel} beside it; one life of both from a seed.
 */
final class TurnLife {
  private static final TurnOptions OPTIONS =
      new TurnOptions("relay", 1_200, 3, 3, 2, 3, 5, 1 << 30, 1 << 30);
  static final TransportAddress PRIVATE = TurnFixture.address("10.0.0.1", 9);
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

  final SplittableRandom random;
  final TurnFixture turn = new TurnFixture(OPTIONS, PeerRules.of(List.of(), List.of()));
  final TurnModel model = new TurnModel(OPTIONS, DENIED, turn.now);
  final List<Client> clients = new ArrayList<>();
  boolean sessionLives = true;
  String doing = "";

  TurnLife(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < 7; i++) {
      clients.add(new Client(TurnFixture.host(i / 4 + 1).withPort(1_000 + i), i % 3 == 2));
    }
  }

  /** One five-tuple, and those who may use it. */
  final class Client {
    final TransportAddress from;
    final boolean stream;
    final List<User> users;
    final User liar;

    Client(TransportAddress from, boolean stream) {
      this.from = from;
      this.stream = stream;
      User alice = user("alice");
      users =
          List.of(alice, alice, user("bob"), turn.new User(from, turn.service.credential("PA_1")));
      liar =
          turn.new User(from, new SharedSecrets.Credential(alice.credential.username(), "a guess"));
      connect();
    }

    private User user(String name) {
      SharedSecrets secrets = SharedSecrets.of(List.of(TurnFixture.SECRET));
      return turn.new User(from, secrets.issue(name, Duration.ofDays(40), turn.wall));
    }

    void connect() {
      if (stream) {
        ClientSession session = turn.server.accept(turn.client(from, TurnTransport.TCP), turn.now);
        users.forEach(each -> each.stream = session);
        liar.stream = session;
      }
    }

    void disconnect() {
      users.getFirst().stream.onClosed(turn.now);
      connect();
    }
  }

  static String name(User user) {
    return user.credential.username().substring(user.credential.username().indexOf(':') + 1);
  }

  <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Most often who has the allocation. */
  User usual(Client client) {
    TurnModel.Lease lease = model.leases.get(client.from);
    if (lease != null && random.nextInt(12) != 0) {
      return client.users.stream()
          .filter(each -> name(each).equals(lease.user))
          .findFirst()
          .orElseThrow();
    }
    return any(client.users);
  }

  TransportAddress anyPeer() {
    List<TransportAddress> relayed = model.taken();
    return random.nextInt(12) == 0 && !relayed.isEmpty()
        ? any(relayed)
        : any(random.nextInt(3) == 0 ? PEERS : USUAL);
  }

  int anyChannel() {
    return random.nextInt(20) == 0 ? random.nextInt(0x10000) : 0x4000 + random.nextInt(5);
  }

  byte[] anyBytes() {
    byte[] bytes = new byte[1 + random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** What holds always: there is neither more nor less than the model says. */
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
}
