package org.consultrelay.relay.ice;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.ice.Peer.HIGH;
import static org.consultrelay.relay.ice.Peer.LOW;
import static org.consultrelay.relay.ice.Peer.MOBILE;
import static org.consultrelay.relay.ice.Peer.STRANGER;
import static org.consultrelay.relay.ice.Peer.WIFI;
import static org.consultrelay.relay.ice.Peer.seconds;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.consultrelay.relay.ice.CheckAnswer.Verdict;
import org.consultrelay.relay.ice.IceEvent.PairRemoved;
import org.consultrelay.relay.ice.IceEvent.PairSelected;
import org.consultrelay.relay.ice.IceEvent.PairValidated;
import org.consultrelay.relay.ice.IceEvent.StateChanged;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.IceControlled;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.UnknownAttributes;
import org.consultrelay.relay.stun.StunAttribute.UseCandidate;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunClass;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMessage.Integrity;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

class IceLiteAgentTest {
  private final IceCredentials local = IceCredentials.random(new Random(1));
  private final IntegrityKey key = IntegrityKey.shortTerm(local.password());
  private final IceLiteAgent agent = new IceLiteAgent(local, IceTimeouts.DEFAULT, 0);
  private final Peer peer = new Peer();

  private List<IceEvent> events() {
    List<IceEvent> events = new ArrayList<>();
    for (IceEvent event = agent.poll(); event != null; event = agent.poll()) {
      events.add(event);
    }
    return events;
  }

  private Verdict verdict(StunMessage request, TransportAddress from, double at) {
    return agent.onBindingRequest(request, from, 0, seconds(at)).verdict();
  }

  private static StunMessage response(CheckAnswer answer) {
    return Peer.message(requireNonNull(answer.response()));
  }

  @Test
  void aCheckIsAnsweredAndValidatesThePair() {
    StunMessage check = peer.check(local, HIGH);
    assertThat(agent.isValidated(WIFI, 0)).isFalse();
    CheckAnswer answer = agent.onBindingRequest(check, WIFI, 0, seconds(1));
    assertThat(answer.verdict()).isEqualTo(Verdict.ACCEPTED);
    StunMessage response = response(answer);
    assertThat(response.is(StunMethod.BINDING, StunClass.SUCCESS)).isTrue();
    assertThat(response.transactionId()).isEqualTo(check.transactionId());
    assertThat(response.get(XorMappedAddress.class)).isEqualTo(new XorMappedAddress(WIFI));
    assertThat(response.verify(key)).isEqualTo(Integrity.VALID);
    assertThat(response.hasFingerprint()).isTrue();
    assertThat(response.length()).isLessThanOrEqualTo(check.length());
    assertThat(agent.isValidated(WIFI, 0)).isTrue();
    assertThat(agent.isValidated(WIFI, 1)).isFalse();
    assertThat(agent.isValidated(WIFI.withPort(1), 0)).isFalse();
    assertThat(agent.selected()).isNull();
    assertThat(agent.selectedPath()).isEqualTo(-1);
    assertThat(events())
        .containsExactly(new PairValidated(WIFI, 0), new StateChanged(IceState.CHECKING));
  }

  @Test
  void aNominationSelects() {
    assertThat(verdict(peer.nominating(local, HIGH), WIFI, 1)).isEqualTo(Verdict.ACCEPTED);
    assertThat(agent.selected()).isEqualTo(WIFI);
    assertThat(agent.selectedPath()).isZero();
    assertThat(agent.state()).isEqualTo(IceState.CONNECTED);
    assertThat(events())
        .containsExactly(
            new PairValidated(WIFI, 0),
            new PairSelected(WIFI, 0),
            new StateChanged(IceState.CONNECTED));
  }

  @Test
  void sha256IsAnsweredWithSha256() {
    StunMessage check =
        Peer.message(
            StunWriter.request(StunMethod.BINDING, new TransactionId(1, 2))
                .add(new Username(local.ufrag() + ":x"))
                .add(new Priority(1))
                .signed(key, IntegrityAlgorithm.SHA256));
    StunMessage response = response(agent.onBindingRequest(check, WIFI, 0, 0));
    assertThat(response.integrityAlgorithm()).isEqualTo(IntegrityAlgorithm.SHA256);
    assertThat(response.verify(key)).isEqualTo(Integrity.VALID);
  }

  @Test
  void thePeerThatThinksItIsControlledGets487() {
    StunMessage check =
        Peer.message(
            peer.bytes(
                local,
                local.password(),
                new IceControlled(Long.MIN_VALUE),
                new Priority(HIGH),
                new UseCandidate()));
    CheckAnswer answer = agent.onBindingRequest(check, WIFI, 0, 0);
    assertThat(answer.verdict()).isEqualTo(Verdict.ROLE_CONFLICT);
    StunMessage response = response(answer);
    assertThat(response.messageClass()).isEqualTo(StunClass.ERROR);
    assertThat(requireNonNull(response.get(ErrorCode.class)).code()).isEqualTo(487);
    assertThat(response.verify(key)).isEqualTo(Integrity.VALID);
    assertThat(agent.isValidated(WIFI, 0)).isFalse();
    assertThat(events()).isEmpty();
    // It switches and tries again.
    assertThat(verdict(peer.nominating(local, HIGH), WIFI, 0.1)).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void unknownRequiredAttributesGet420() throws Exception {
    byte[] head =
        StunWriter.request(StunMethod.BINDING, new TransactionId(3, 4))
            .add(new Username(local.ufrag() + ":x"))
            .plain();

    StunMessage check = Peer.message(RawCheck.withUnknownAttribute(head, 0x7001, local.password()));
    assertThat(check.unknownRequired()).containsExactly(0x7001);
    CheckAnswer answer = agent.onBindingRequest(check, WIFI, 0, 0);
    assertThat(answer.verdict()).isEqualTo(Verdict.UNKNOWN_ATTRIBUTE);
    StunMessage response = response(answer);
    assertThat(requireNonNull(response.get(ErrorCode.class)).code()).isEqualTo(420);
    assertThat(response.get(UnknownAttributes.class))
        .isEqualTo(new UnknownAttributes(List.of(0x7001)));
    assertThat(events()).isEmpty();
  }

  @Test
  void forgedRequestsChangeNothingAndGetNoAnswer() {
    verdict(peer.nominating(local, LOW), WIFI, 0);
    events();
    long deadline = agent.deadline();
    StunMessage wrongPassword =
        Peer.message(peer.bytes(local, "another password of 24 c", new UseCandidate()));
    StunMessage unknown = peer.nominating(IceCredentials.random(new Random(2)), HIGH);
    StunMessage unsigned =
        Peer.message(
            StunWriter.request(StunMethod.BINDING, new TransactionId(1, 1))
                .add(new Username(local.ufrag() + ":x"))
                .add(new UseCandidate())
                .fingerprinted());
    StunMessage nameless =
        Peer.message(
            StunWriter.request(StunMethod.BINDING, new TransactionId(1, 1))
                .signed(key, IntegrityAlgorithm.SHA1));
    StunMessage noColon =
        Peer.message(
            StunWriter.request(StunMethod.BINDING, new TransactionId(1, 1))
                .add(new Username(local.ufrag()))
                .signed(key, IntegrityAlgorithm.SHA1));
    StunMessage indication =
        Peer.message(
            StunWriter.indication(StunMethod.BINDING, new TransactionId(1, 1))
                .add(new Username(local.ufrag() + ":x"))
                .signed(key, IntegrityAlgorithm.SHA1));
    assertThat(verdict(wrongPassword, STRANGER, 1)).isEqualTo(Verdict.BAD_INTEGRITY);
    assertThat(verdict(unknown, STRANGER, 1)).isEqualTo(Verdict.UNKNOWN_USERNAME);
    assertThat(verdict(unsigned, STRANGER, 1)).isEqualTo(Verdict.NO_INTEGRITY);
    assertThat(verdict(nameless, STRANGER, 1)).isEqualTo(Verdict.UNKNOWN_USERNAME);
    assertThat(verdict(noColon, STRANGER, 1)).isEqualTo(Verdict.UNKNOWN_USERNAME);
    assertThat(verdict(indication, STRANGER, 1)).isEqualTo(Verdict.NOT_A_CHECK);
    assertThat(agent.onBindingRequest(wrongPassword, WIFI, 0, seconds(1)).response()).isNull();
    assertThat(agent.selected()).isEqualTo(WIFI);
    assertThat(agent.isValidated(STRANGER, 0)).isFalse();
    assertThat(agent.deadline()).isEqualTo(deadline);
    assertThat(events()).isEmpty();
  }

  @Test
  void replayedRequestsChangeNothing() {
    StunMessage first = peer.nominating(local, HIGH);
    verdict(first, WIFI, 0);
    for (int i = 1; i < 500; i++) {
      verdict(peer.nominating(local, HIGH), WIFI, i * 0.02);
    }
    events();
    long deadline = agent.deadline();
    // From elsewhere, as high in priority as can be: neither answered nor believed.
    CheckAnswer answer = agent.onBindingRequest(first, STRANGER, 0, seconds(12));
    assertThat(answer.verdict()).isEqualTo(Verdict.REPLAYED);
    assertThat(answer.response()).isNull();
    assertThat(agent.onBindingRequest(first, WIFI, 1, seconds(12)).verdict())
        .isEqualTo(Verdict.REPLAYED);
    // From the peer's own address: answered as a retransmission, but consent is not renewed by it.
    assertThat(verdict(first, WIFI, 12)).isEqualTo(Verdict.REPEATED);
    assertThat(agent.deadline()).isEqualTo(deadline);
    assertThat(agent.isValidated(STRANGER, 0)).isFalse();
    assertThat(events()).isEmpty();
    agent.onDeadline(seconds(499 * 0.02 + 30));
    assertThat(agent.state()).isEqualTo(IceState.FAILED);
  }

  @Test
  void aFloodOfAuthenticChecksIsBounded() {
    verdict(peer.nominating(local, HIGH), WIFI, 0);
    int validated = 0;
    int removed = 0;
    for (int i = 0; i < 20_000; i++) {
      TransportAddress from = TransportAddress.ipv4(i, 1_000);
      agent.onBindingRequest(peer.check(local, LOW), from, 0, seconds(0.5) + i);
      for (IceEvent event = agent.poll(); event != null; event = agent.poll()) {
        validated += event instanceof PairValidated ? 1 : 0;
        removed += event instanceof PairRemoved ? 1 : 0;
      }
    }
    assertThat(validated - removed).isLessThanOrEqualTo(CandidatePairs.MAX);
    assertThat(agent.selected()).isEqualTo(WIFI);
    assertThat(agent.isValidated(WIFI, 0)).isTrue();
    assertThat(agent.isValidated(TransportAddress.ipv4(19_999, 1_000), 0)).isTrue();
    assertThat(agent.isValidated(TransportAddress.ipv4(0, 1_000), 0)).isFalse();
  }

  @Test
  void aFloodOfForgedChecksLeavesTheCallAlone() {
    verdict(peer.nominating(local, HIGH), WIFI, 0);
    events();
    byte[] forged = peer.bytes(local, "another password of 24 c", new UseCandidate());
    for (int i = 0; i < 20_000; i++) {
      ByteBuffer.wrap(forged).putInt(8, i);
      // The fingerprint no longer fits: repair it as an attacker would.
      StunMessage request = Peer.message(RawCheck.refingerprinted(forged));
      assertThat(verdict(request, TransportAddress.ipv4(i, 9), 1)).isEqualTo(Verdict.BAD_INTEGRITY);
    }
    assertThat(events()).isEmpty();
    assertThat(agent.selected()).isEqualTo(WIFI);
  }

  @Test
  void theFullerPairOfAnAggressivePeerIsKept() {
    // Both pairs nominated with every check, every half second, for a minute.
    verdict(peer.nominating(local, LOW), MOBILE, 0);
    for (int i = 0; i < 120; i++) {
      verdict(peer.nominating(local, HIGH), WIFI, 0.05 + i * 0.5);
      verdict(peer.nominating(local, LOW), MOBILE, 0.30 + i * 0.5);
    }
    assertThat(agent.selected()).isEqualTo(WIFI);
    assertThat(events().stream().filter(PairSelected.class::isInstance))
        .containsExactly(new PairSelected(MOBILE, 0), new PairSelected(WIFI, 0));
  }

  @Test
  void aFewLostChecksDoNotMakeItFlap() {
    verdict(peer.nominating(local, HIGH), WIFI, 0);
    verdict(peer.nominating(local, LOW), MOBILE, 0.1);
    // Every third round the Wi-Fi check is lost twice in a row.
    for (int i = 1; i < 60; i++) {
      if (i % 3 == 0) {
        verdict(peer.nominating(local, HIGH), WIFI, i * 0.5);
      }
      verdict(peer.nominating(local, LOW), MOBILE, i * 0.5 + 0.1);
      assertThat(agent.selected()).as("round %d", i).isIn(WIFI, MOBILE);
    }
    assertThat(events().stream().filter(PairSelected.class::isInstance).count())
        .isLessThanOrEqualTo(1);
  }

  @Test
  void thePeerThatWithdrawsItsNominationIsFollowedAtOnce() {
    // As Chromium does: both pairs are checked, only the one in use is nominated.
    verdict(peer.nominating(local, HIGH), WIFI, 0);
    verdict(peer.check(local, LOW), MOBILE, 0.1);
    verdict(peer.check(local, HIGH), WIFI, 1);
    verdict(peer.nominating(local, LOW), MOBILE, 1.1);
    assertThat(agent.selected()).isEqualTo(MOBILE);
    // An overtaken check of before does not turn it back.
    verdict(peer.nominating(local, HIGH), WIFI, 1.2);
    assertThat(agent.selected()).isEqualTo(MOBILE);
    verdict(peer.check(local, HIGH), WIFI, 1.3);
    verdict(peer.nominating(local, LOW), MOBILE, 1.4);
    assertThat(agent.selected()).isEqualTo(MOBILE);
  }

  @Test
  void fromWifiToMobileInOneCheckLongAfterTheStart() {
    for (int i = 0; i < 10; i++) {
      verdict(peer.nominating(local, HIGH), WIFI, i * 2.5);
    }
    events();
    verdict(peer.nominating(local, LOW), MOBILE, 23);
    assertThat(agent.selected()).isEqualTo(MOBILE);
    assertThat(events()).containsExactly(new PairValidated(MOBILE, 0), new PairSelected(MOBILE, 0));
  }

  @Test
  void fromWifiToMobileSoonAfterTheStart() {
    verdict(peer.nominating(local, HIGH), WIFI, 0);
    verdict(peer.nominating(local, LOW), MOBILE, 1.0);
    assertThat(agent.selected()).isEqualTo(WIFI);
    verdict(peer.nominating(local, LOW), MOBILE, 1.5);
    verdict(peer.nominating(local, LOW), MOBILE, 2.0);
    assertThat(agent.selected()).isEqualTo(WIFI);
    verdict(peer.nominating(local, LOW), MOBILE, 2.5);
    assertThat(agent.selected()).isEqualTo(MOBILE);
  }

  @Test
  void aSilentPairGivesWay() {
    verdict(peer.nominating(local, HIGH), WIFI, 0);
    verdict(peer.check(local, LOW), MOBILE, 3.0);
    assertThat(agent.selected()).isEqualTo(WIFI);
    verdict(peer.nominating(local, LOW), MOBILE, 3.1);
    assertThat(agent.selected()).isEqualTo(MOBILE);
  }

  @Test
  void retransmissionsAreNotNominationsInARow() {
    verdict(peer.nominating(local, HIGH), WIFI, 0);
    StunMessage one = peer.nominating(local, LOW);
    for (int i = 1; i < 10; i++) {
      verdict(one, MOBILE, i * 0.2);
    }
    assertThat(agent.selected()).isEqualTo(WIFI);
  }

  @Test
  void theHigherPriorityWinsAtOnce() {
    verdict(peer.nominating(local, LOW), MOBILE, 0);
    verdict(peer.nominating(local, HIGH), WIFI, 0.1);
    assertThat(agent.selected()).isEqualTo(WIFI);
  }
}
