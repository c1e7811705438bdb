package org.consultrelay.relay.ice;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.ice.Peer.WIFI;
import static org.consultrelay.relay.ice.Peer.seconds;

import java.util.Random;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.Software;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.stun.UnauthenticatedBudget.Decision;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

class UnauthenticatedTest {
  private static final TransportAddress V6 = new TransportAddress(0x20010db8L << 32, 1, 1000);

  private final UnauthenticatedBudget budget = new UnauthenticatedBudget(1_000, 20, 42, 0);
  private final PlainBinding binding = new PlainBinding(budget);

  private static StunWriter request() {
    return StunWriter.request(StunMethod.BINDING, new TransactionId(1, 2));
  }

  @Test
  void theShortestRequestIsAnsweredWithTheShortestResponse() {
    StunMessage request = Peer.message(request().plain());
    byte[] response = requireNonNull(binding.answer(request, WIFI, 0));
    assertThat(request.length()).isEqualTo(20);
    assertThat(response).hasSize(32);
    assertThat(Peer.message(response).get(XorMappedAddress.class))
        .isEqualTo(new XorMappedAddress(WIFI));
    assertThat(binding.count(Decision.ANSWER)).isEqualTo(1);
  }

  @Test
  void neverMoreThanOnePointSixTimesTheRequest() {
    assertThat(binding.answer(Peer.message(request().plain()), V6, 0)).isNull();
    assertThat(binding.count(Decision.AMPLIFIES)).isEqualTo(1);
    StunMessage fingerprinted = Peer.message(request().fingerprinted());
    assertThat(fingerprinted.length()).isEqualTo(28);
    assertThat(requireNonNull(binding.answer(fingerprinted, V6, 0))).hasSize(44);
    for (int request = 20; request < 200; request++) {
      for (int response = 20; response < 400; response++) {
        Decision decision =
            budget.ask(WIFI.withPort(1), request, response, seconds(request * 1_000.0 + response));
        assertThat(decision == Decision.ANSWER).isEqualTo(response * 10 <= request * 16);
      }
    }
  }

  @Test
  void whoNamesAUserGetsNothing() {
    IntegrityKey key = IntegrityKey.shortTerm("some password or other");
    byte[][] requests = {
      request().add(new Username("abcd:efgh")).plain(),
      request().add(new Username("abcd:efgh")).signed(key, IntegrityAlgorithm.SHA1),
      request().signed(key, IntegrityAlgorithm.SHA1),
      StunWriter.indication(StunMethod.BINDING, new TransactionId(1, 1)).plain(),
      RawCheck.withAttribute(request().plain(), 0x7001)
    };
    for (byte[] bytes : requests) {
      assertThat(binding.answer(Peer.message(bytes), WIFI, 0)).isNull();
    }
    assertThat(binding.refused()).isEqualTo(requests.length);
    assertThat(binding.answer(Peer.message(request().add(new Software("x")).plain()), WIFI, 0))
        .isNotNull();
  }

  @Test
  void oneNetworkHasItsShare() {
    int answers = 0;
    for (int i = 0; i < 10_000; i++) {
      // Ten seconds from all the addresses and ports of one /24.
      TransportAddress from = TransportAddress.ipv4(0xC6336400 | (i & 0xFF), i);
      answers += budget.ask(from, 20, 32, seconds(i / 1_000.0)) == Decision.ANSWER ? 1 : 0;
    }
    // A burst of 20, then 20 a second.
    assertThat(answers).isBetween(215, 221);
    assertThat(budget.ask(WIFI, 20, 32, seconds(10))).isEqualTo(Decision.ANSWER);
  }

  @Test
  void anIpv6NetworkIsA56() {
    int answers = 0;
    for (int i = 0; i < 1_000; i++) {
      TransportAddress from = new TransportAddress((0x20010db8L << 32) | (i & 0xFF), i * 77L, 1);
      answers += budget.ask(from, 30, 44, 0) == Decision.ANSWER ? 1 : 0;
    }
    assertThat(answers).isEqualTo(20);
  }

  @Test
  void theLoopHasItsShareWhoeverAsks() {
    Random random = new Random(7);
    int answers = 0;
    for (int i = 0; i < 500_000; i++) {
      TransportAddress from = TransportAddress.ipv4(random.nextInt(), 1);
      answers += budget.ask(from, 20, 32, seconds(i / 100_000.0)) == Decision.ANSWER ? 1 : 0;
    }
    // A burst of 1,000, then 1,000 a second for five seconds.
    assertThat(answers).isBetween(5_900, 6_001);
  }

  @Test
  void theBudgetComesBack() {
    for (int i = 0; i < 100; i++) {
      var _ = budget.ask(WIFI, 20, 32, 0);
    }
    assertThat(budget.ask(WIFI, 20, 32, 0)).isEqualTo(Decision.SOURCE_SPENT);
    assertThat(budget.ask(WIFI, 20, 32, seconds(0.05))).isEqualTo(Decision.ANSWER);
    assertThat(budget.ask(WIFI, 20, 32, seconds(0.05))).isEqualTo(Decision.SOURCE_SPENT);
  }

  @Test
  void spreadsNetworksOverTheBuckets() {
    UnauthenticatedBudget wide = new UnauthenticatedBudget(1_000_000, 1, 99, 0);
    int answers = 0;
    for (int i = 0; i < 4_096; i++) {
      answers += wide.ask(TransportAddress.ipv4(i << 8, 1), 20, 32, 0) == Decision.ANSWER ? 1 : 0;
    }
    // Of 4,096 balls in 4,096 bins about 63 % find an empty one.
    assertThat(answers).isBetween(2_300, 3_100);
  }
}
