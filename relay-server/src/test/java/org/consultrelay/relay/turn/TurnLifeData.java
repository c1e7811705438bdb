package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.Data;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.turn.TurnFixture.Received;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;

/** What clients, peers and media send, relayed as {@link TurnModel} permits; and nonsense. */
final class TurnLifeData {
  private static final StunAttribute[] NOTHING = {};

  private final TurnLife life;
  private final SplittableRandom random;
  private final TurnFixture turn;
  private final TurnModel model;

  TurnLifeData(TurnLife life) {
    this.life = life;
    this.random = life.random;
    this.turn = life.turn;
    this.model = life.model;
  }

  void sendTo(TurnLife.Client client) {
    TransportAddress peer = life.anyPeer();
    byte[] bytes = life.anyBytes();
    boolean whole = random.nextInt(4) == 0;
    life.doing = "Send from " + client.from + " to " + peer + (whole ? " in one piece" : "");
    boolean may = model.maySend(client.from, peer);
    StunAttribute[] more = whole ? new StunAttribute[] {new DontFragment()} : NOTHING;
    client.users.getFirst().sendTo(peer, bytes, more);
    boolean leaves = may && !peer.equals(TurnFixture.OWN_MEDIA);
    assertThat(turn.whole).hasSize(whole && leaves ? 1 : 0);
    turn.whole.clear();
    expectRelayed(client, may ? peer : null, bytes);
  }

  void channelData(TurnLife.Client client) {
    int channel = life.anyChannel();
    byte[] bytes = life.anyBytes();
    life.doing = "ChannelData from " + client.from + " on " + channel;
    if (channel >= 0x4000 && channel <= 0x7FFF) {
      client.users.getFirst().channelData(channel, bytes);
      expectRelayed(client, model.holder(client.from, channel), bytes);
    }
  }

  /** Of what the client sent: to nobody when the peer is null. */
  private void expectRelayed(TurnLife.Client client, TransportAddress peer, byte[] bytes) {
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

  void fromPeer() {
    if (turn.opened.isEmpty()) {
      return;
    }
    TransportAddress peer = life.anyPeer();
    byte[] bytes = life.anyBytes();
    RelayedAddress at = life.any(turn.opened);
    TransportAddress owner =
        life.clients.stream()
            .map(each -> each.from)
            .filter(each -> model.leases.containsKey(each))
            .filter(each -> model.leases.get(each).relayed.contains(at.address()))
            .findFirst()
            .orElseThrow();
    life.doing = "a datagram from " + peer + " for " + owner;
    if (peer.isIpv4() != at.address().isIpv4()) {
      return;
    }
    turn.place(bytes);
    at.receive(turn.memory, 64, bytes.length, peer.high(), peer.low(), peer.port(), turn.now);
    expectData(owner, peer, bytes);
  }

  void shortWay(TurnLife.Client client) {
    TurnModel.Lease lease = model.leases.get(client.from);
    TransportAddress relayed = lease == null ? TurnLife.PRIVATE : lease.relayed.getFirst();
    life.doing = "media sends to " + client.from;
    PacketSink back = turn.server.shortWay(relayed, 0);
    if (back != null) {
      byte[] bytes = life.anyBytes();
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

  void nonsense(TurnLife.Client client, User user) {
    byte[] bytes =
        switch (random.nextInt(4)) {
          case 0 -> life.anyBytes();
          case 1 -> client.liar.sign(anyRequest());
          case 2 -> damaged(user.sign(anyRequest()));
          default -> damaged(indication());
        };
    life.doing = "nonsense from " + client.from + ": " + Arrays.toString(bytes);
    user.send(bytes);
    while (!turn.isSilent()) {
      // Whatever is said is said to who asked, and is no success but of a Binding.
      StunMessage answer = (StunMessage) StunCodec.decode(turn.next().bytes());
      assertThat(answer.method() == StunMethod.BINDING || TurnLifeRequests.code(answer) != 0)
          .isTrue();
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
      case 2 -> turn.request(StunMethod.CREATE_PERMISSION).add(new XorPeerAddress(life.anyPeer()));
      default ->
          turn.request(StunMethod.CHANNEL_BIND)
              .add(new ChannelNumber(life.anyChannel()))
              .add(new XorPeerAddress(life.anyPeer()));
    };
  }

  private byte[] indication() {
    return random.nextBoolean()
        ? TurnFixture.channelMessage(life.anyChannel(), life.anyBytes())
        : TurnFixture.sendIndication(life.anyPeer(), life.anyBytes());
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
}
