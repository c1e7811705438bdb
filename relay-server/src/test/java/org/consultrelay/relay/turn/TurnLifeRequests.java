package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.EvenPort;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.RequestedAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.ReservationToken;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.turn.TurnModel.Wish;
import org.consultrelay.relay.wire.TransportAddress;

/** What clients ask for, answered as {@link TurnModel} says. */
final class TurnLifeRequests {
  private final TurnLife life;
  private final SplittableRandom random;
  private final TurnFixture turn;
  private final TurnModel model;

  TurnLifeRequests(TurnLife life) {
    this.life = life;
    this.random = life.random;
    this.turn = life.turn;
    this.model = life.model;
  }

  private StunMessage ask(User user, StunMethod method, List<StunAttribute> attributes) {
    life.doing = method + " " + attributes + " of " + TurnLife.name(user) + " at " + user.from;
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

  static int code(StunMessage answer) {
    ErrorCode error = answer.get(ErrorCode.class);
    return error == null ? 0 : error.code();
  }

  /** What the model says, but for those who may not come in at all. */
  private int expected(User user, int code) {
    return TurnLife.name(user).startsWith("session-") && !life.sessionLives ? 401 : code;
  }

  private boolean isOut(User user) {
    return expected(user, 0) != 0;
  }

  void allocate(TurnLife.Client client, User user) {
    List<Long> tokens = List.copyOf(model.tokens());
    boolean names = random.nextInt(4) == 0;
    Wish wish =
        new Wish(
            random.nextInt(20) == 0 ? (random.nextBoolean() ? null : 6) : Integer.valueOf(17),
            random.nextInt(4) == 0 ? life.any(List.of(AddressFamily.values())) : null,
            random.nextInt(4) == 0 ? life.any(List.of(AddressFamily.values())) : null,
            random.nextInt(4) == 0 ? random.nextBoolean() : null,
            names ? (tokens.isEmpty() ? Long.valueOf(random.nextLong()) : life.any(tokens)) : null,
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
    int code = expected(user, model.allocate(client.from, TurnLife.name(user), wish));
    assertThat(code(answer)).isEqualTo(code);
    if (code == 0) {
      granted(client, user, wish, answer);
    }
  }

  private void granted(TurnLife.Client client, User user, Wish wish, StunMessage answer) {
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
    model.granted(client.from, TurnLife.name(user), relayed, model.lifetime(wish.lifetime()));
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
        : Long.valueOf(life.any(List.of(0, 1, 700, 1_200, 1_200, 90_000)));
  }

  private static void addLifetime(List<StunAttribute> attributes, Long lifetime) {
    if (lifetime != null) {
      attributes.add(new Lifetime(lifetime));
    }
  }

  void refresh(TurnLife.Client client, User user) {
    AddressFamily family =
        random.nextInt(3) == 0 ? life.any(List.of(AddressFamily.values())) : null;
    refresh(client, user, anyLifetime(), family);
  }

  void refresh(TurnLife.Client client, User user, Long lifetime, AddressFamily family) {
    List<StunAttribute> attributes = new ArrayList<>();
    addLifetime(attributes, lifetime);
    if (family != null) {
      attributes.add(new RequestedAddressFamily(family));
    }
    int code = code(ask(user, StunMethod.REFRESH, attributes));
    assertThat(code)
        .isEqualTo(
            isOut(user) ? 401 : model.refresh(client.from, TurnLife.name(user), family, lifetime));
  }

  void permit(TurnLife.Client client, User user) {
    List<TransportAddress> peers = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      peers.add(life.anyPeer());
    }
    List<StunAttribute> attributes = new ArrayList<>();
    peers.forEach(peer -> attributes.add(new XorPeerAddress(peer)));
    int code = code(ask(user, StunMethod.CREATE_PERMISSION, attributes));
    assertThat(code)
        .isEqualTo(isOut(user) ? 401 : model.permit(client.from, TurnLife.name(user), peers));
  }

  void bind(TurnLife.Client client, User user) {
    int channel = life.anyChannel();
    TransportAddress peer = life.anyPeer();
    int code =
        code(
            ask(
                user,
                StunMethod.CHANNEL_BIND,
                List.of(new ChannelNumber(channel), new XorPeerAddress(peer))));
    assertThat(code)
        .isEqualTo(isOut(user) ? 401 : model.bind(client.from, TurnLife.name(user), channel, peer));
  }
}
