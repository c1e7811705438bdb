package org.consultrelay.load.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.load.turn.TurnLogin.Credentials;
import org.consultrelay.load.turn.TurnSession.State;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.ChannelNumber;
import org.consultrelay.relay.stun.StunAttribute.Lifetime;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.XorPeerAddress;
import org.consultrelay.relay.stun.StunAttribute.XorRelayedAddress;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A client's dealings with a server that is played by hand, in virtual time. */
class TurnSessionTest {
  private static final long MILLI = 1_000_000;
  private static final TransportAddress PEER = TransportAddress.ipv4(0xC0000201, 4_000);
  private static final TransportAddress RELAYED = TransportAddress.ipv4(0xC0000202, 50_000);
  private static final IntegrityKey KEY = IntegrityKey.longTerm("alice", "here", "pw");

  private final TurnSession session = session(PEER);

  private static TurnSession session(@Nullable TransportAddress peer) {
    return new TurnSession(new Credentials("alice", "pw"), peer, new SplittableRandom(1));
  }

  private static StunMessage sent(TurnSession session, long nowNanos) {
    byte[] request = session.poll(nowNanos);
    assertThat(request).isNotNull();
    return (StunMessage) StunCodec.decode(request);
  }

  private static void challenge(TurnSession session, StunMessage request, int code, String nonce) {
    session.receive(
        StunWriter.error(request, code, "").add(new Realm("here")).add(new Nonce(nonce)).plain(),
        0);
  }

  private static void grant(
      TurnSession session, StunMessage request, IntegrityKey key, StunAttribute... attributes) {
    StunWriter writer = StunWriter.success(request);
    for (StunAttribute attribute : attributes) {
      writer.add(attribute);
    }
    session.receive(writer.signedPlain(key, IntegrityAlgorithm.SHA1), 0);
  }

  /** Up to the signed Allocate. */
  private static StunMessage loggedIn(TurnSession session) {
    session.begin(0);
    challenge(session, sent(session, 0), 401, "n1");
    return sent(session, 0);
  }

  private static void assertSigned(StunMessage request, String nonce) {
    assertThat(request.verify(KEY)).isEqualTo(StunMessage.Integrity.VALID);
    assertThat(request.get(Nonce.class)).isEqualTo(new Nonce(nonce));
  }

  @Test
  void allocatesPermitsBindsAndGivesBack() {
    session.begin(0);
    StunMessage first = sent(session, 0);
    assertThat(first.method()).isEqualTo(StunMethod.ALLOCATE);
    assertThat(first.integrityAlgorithm()).isNull();
    challenge(session, first, 401, "n1");
    StunMessage allocate = sent(session, 0);
    assertSigned(allocate, "n1");
    assertThat(allocate.transactionId()).isNotEqualTo(first.transactionId());
    grant(session, allocate, KEY, new XorRelayedAddress(RELAYED), new Lifetime(600));
    assertThat(session.relayed()).isEqualTo(RELAYED);
    StunMessage permission = sent(session, 0);
    assertThat(permission.method()).isEqualTo(StunMethod.CREATE_PERMISSION);
    assertThat(permission.get(XorPeerAddress.class)).isEqualTo(new XorPeerAddress(PEER));
    grant(session, permission, KEY);
    StunMessage bind = sent(session, 0);
    assertThat(bind.method()).isEqualTo(StunMethod.CHANNEL_BIND);
    assertThat(bind.get(ChannelNumber.class)).isEqualTo(new ChannelNumber(TurnSession.CHANNEL));
    assertThat(bind.get(XorPeerAddress.class)).isEqualTo(new XorPeerAddress(PEER));
    grant(session, bind, KEY);
    assertThat(session.state()).isEqualTo(State.READY);
    assertThat(session.poll(Long.MAX_VALUE)).isNull();
    session.delete(0);
    StunMessage refresh = sent(session, 0);
    assertThat(refresh.method()).isEqualTo(StunMethod.REFRESH);
    assertThat(refresh.get(Lifetime.class)).isEqualTo(new Lifetime(0));
    assertSigned(refresh, "n1");
    grant(session, refresh, KEY, new Lifetime(0));
    assertThat(session.state()).isEqualTo(State.DELETED);
  }

  @Test
  void withoutAPeerAnAllocationIsAll() {
    TurnSession alone = session(null);
    grant(alone, loggedIn(alone), KEY, new XorRelayedAddress(RELAYED));
    assertThat(alone.state()).isEqualTo(State.READY);
  }

  @Test
  void asksAgainAfterHalfASecondThenTwiceAsLongAndGivesUp() {
    session.begin(0);
    List<Long> sentAt = new ArrayList<>();
    long now = 0;
    for (; session.isAsking(); now += 10 * MILLI) {
      if (session.poll(now) != null) {
        sentAt.add(now / MILLI);
      }
    }
    assertThat(sentAt).containsExactly(0L, 500L, 1_500L, 3_500L, 7_500L, 15_500L, 31_500L);
    assertThat(session.state()).isEqualTo(State.FAILED);
    assertThat(session.failure()).isEqualTo("no answer to ALLOCATING");
  }

  @Test
  void aStaleNonceIsReplacedAndTheRequestSentAnew() {
    StunMessage allocate = loggedIn(session);
    challenge(session, allocate, 438, "n2");
    assertSigned(sent(session, 0), "n2");
  }

  @Test
  void aServerThatFindsEveryNonceStaleIsLeft() {
    StunMessage request = loggedIn(session);
    int asked = 1;
    while (session.isAsking()) {
      challenge(session, request, 438, "n" + ++asked);
      if (session.isAsking()) {
        request = sent(session, 0);
      }
      assertThat(asked).isLessThan(10);
    }
    assertThat(session.failure()).isEqualTo("error 438 to ALLOCATING");
  }

  @Test
  void wrongCredentialsAreAnError() {
    StunMessage allocate = loggedIn(session);
    challenge(session, allocate, 401, "n2");
    assertThat(session.state()).isEqualTo(State.FAILED);
    assertThat(session.failure()).isEqualTo("error 401 to ALLOCATING");
  }

  @Test
  void anAnswerThatTheServerDidNotSignIsAnError() {
    IntegrityKey other = IntegrityKey.longTerm("alice", "here", "other");
    grant(session, loggedIn(session), other, new XorRelayedAddress(RELAYED));
    assertThat(session.state()).isEqualTo(State.FAILED);
    assertThat(session.relayed()).isNull();
  }

  @Test
  void anAnswerToSomethingElseIsLeftAlone() {
    session.begin(0);
    StunMessage first = sent(session, 0);
    challenge(session, first, 401, "n1");
    StunMessage allocate = sent(session, 0);
    challenge(session, first, 401, "late");
    session.receive(new byte[] {1, 2, 3}, 0);
    assertThat(session.state()).isEqualTo(State.ALLOCATING);
    grant(session, allocate, KEY, new XorRelayedAddress(RELAYED));
    assertThat(session.state()).isEqualTo(State.PERMITTING);
  }
}
