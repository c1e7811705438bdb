package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.ErrorCode;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.PasswordAlgorithm;
import org.consultrelay.relay.stun.StunAttribute.PasswordAlgorithms;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunAttribute.Software;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.turn.SharedSecrets.Credential;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

class CredentialsTest {
  private final TurnFixture turn = new TurnFixture();
  private final TransportAddress from = TurnFixture.host(1);

  private int allocate(Credential credential) {
    User user = turn.new User(from, credential);
    user.greet();
    return user.code(StunMethod.ALLOCATE, new RequestedTransport(17));
  }

  /**
   * Worked out with openssl: printf 1600000000:bob | openssl dgst -sha1 -hmac north -binary |
   * base64.
   */
  @Test
  void thePasswordIsThatOfTheRestScheme() {
    Credential credential =
        SharedSecrets.of(List.of("north"))
            .issue("bob", Duration.ZERO, Instant.ofEpochSecond(1_600_000_000));
    assertThat(credential.username()).isEqualTo("1600000000:bob");
    assertThat(credential.password()).isEqualTo("vfcZN1G17lAzdCEds/jjhndMpJU=");
    assertThat(SharedSecrets.of(List.of("north")).passwords("1600000000:bob"))
        .containsExactly(
            "vfcZN1G17lAzdCEds/jjhndMpJU=", "O53TAxBRrvc/J5dTGwPIsj01pJrdGQh1RlW29vDtx0Y=");
    assertThat(credential.toString()).doesNotContain(credential.password());
  }

  @Test
  void eachOfTheSecretsIsGoodAndNoOther() {
    SharedSecrets second = SharedSecrets.of(List.of("south"));
    SharedSecrets other = SharedSecrets.of(List.of("west"));
    assertThat(allocate(second.issue("x", Duration.ofHours(1), turn.wall))).isZero();
    turn.now += 1;
    TurnFixture fresh = new TurnFixture();
    User stranger = fresh.new User(from, other.issue("x", Duration.ofHours(1), fresh.wall));
    stranger.greet();
    assertThat(stranger.code(StunMethod.ALLOCATE, new RequestedTransport(17))).isEqualTo(401);
  }

  @Test
  void aSha256PasswordIsGood() {
    String username = turn.wall.plusSeconds(60).getEpochSecond() + ":x";
    String password = SharedSecrets.of(List.of(TurnFixture.SECRET)).passwords(username).get(1);
    assertThat(allocate(new Credential(username, password))).isZero();
  }

  @Test
  void anExpiredNameIsNot() {
    SharedSecrets secrets = SharedSecrets.of(List.of(TurnFixture.SECRET));
    assertThat(allocate(secrets.issue("x", Duration.ofSeconds(0), turn.wall))).isEqualTo(401);
    assertThat(allocate(secrets.issue("x", Duration.ofSeconds(1), turn.wall))).isZero();
    for (String name : List.of("x", "", ":x", "99999999999999999999:x", "-1:x", "1e9:x")) {
      TurnFixture fresh = new TurnFixture();
      User user = fresh.new User(from, new Credential(name, secrets.passwords(name).getFirst()));
      user.greet();
      assertThat(user.code(StunMethod.ALLOCATE, new RequestedTransport(17)))
          .as(name)
          .isEqualTo(401);
    }
  }

  @Test
  void anOldNonceIs438AndTheNextOneGood() {
    User user = turn.new User(from, "x");
    user.allocate();
    turn.pass(Duration.ofMinutes(9));
    assertThat(user.code(StunMethod.REFRESH)).isZero();
    turn.pass(Duration.ofMinutes(2));
    assertThat(user.code(StunMethod.REFRESH)).isEqualTo(438);
    user.greet();
    assertThat(user.code(StunMethod.REFRESH)).isZero();
    assertThat(turn.server.counters().staleNonces()).isEqualTo(1);
  }

  @Test
  void theShortestRequestGetsLessThanTwiceItsBytes() {
    byte[] barest = turn.request(StunMethod.ALLOCATE).add(new RequestedTransport(17)).plain();
    assertThat(barest).hasSize(28);
    turn.datagram(from, barest);
    byte[] answer = turn.next().bytes();
    assertThat(answer.length).isLessThan(2 * 28);
  }

  @Test
  void sha256IsOfferedWhereThereIsRoomAndCanBeUsed() {
    turn.datagram(
        from,
        turn.request(StunMethod.ALLOCATE)
            .add(new RequestedTransport(17))
            .add(new Software("a client that says who it is"))
            .plain());
    StunMessage challenge = turn.nextMessage();
    assertThat(challenge.get(PasswordAlgorithms.class).numbers()).containsExactly(2, 1);
    String nonce = challenge.get(Nonce.class).value();
    assertThat(nonce).startsWith("obMatJos2gAAA");
    Credential credential =
        SharedSecrets.of(List.of(TurnFixture.SECRET)).issue("x", Duration.ofHours(1), turn.wall);
    IntegrityKey key =
        IntegrityKey.longTermSha256(credential.username(), "relay", credential.password());
    StunWriter writer = with(credential, nonce).add(new PasswordAlgorithms(List.of(2, 1)));
    turn.datagram(
        from, writer.add(new PasswordAlgorithm(2)).signedPlain(key, IntegrityAlgorithm.SHA256));
    StunMessage answer = turn.nextMessage();
    assertThat(answer.has(ErrorCode.class)).isFalse();
    assertThat(answer.integrityAlgorithm()).isEqualTo(IntegrityAlgorithm.SHA256);
    assertThat(answer.verify(key)).isEqualTo(StunMessage.Integrity.VALID);
  }

  @Test
  void whoseOfferWasWeakenedIsRefused() {
    turn.datagram(
        from,
        turn.request(StunMethod.ALLOCATE)
            .add(new RequestedTransport(17))
            .add(new Software("a client that says who it is"))
            .plain());
    String nonce = turn.nextMessage().get(Nonce.class).value();
    Credential credential =
        SharedSecrets.of(List.of(TurnFixture.SECRET)).issue("x", Duration.ofHours(1), turn.wall);
    IntegrityKey key = IntegrityKey.longTerm(credential.username(), "relay", credential.password());
    turn.datagram(
        from,
        with(credential, nonce)
            .add(new PasswordAlgorithms(List.of(1)))
            .add(new PasswordAlgorithm(1))
            .signedPlain(key, IntegrityAlgorithm.SHA1));
    assertThat(turn.nextMessage().get(ErrorCode.class).code()).isEqualTo(400);
  }

  @Test
  void anOldNonceSaysNothingToWhoHasNoPassword() {
    User user = turn.new User(from, "x");
    user.greet();
    turn.pass(Duration.ofMinutes(11));
    String old = user.nonce();
    IntegrityKey wrong = IntegrityKey.longTerm(user.credential.username(), "relay", "guess");
    turn.datagram(from, with(user.credential, old).signedPlain(wrong, IntegrityAlgorithm.SHA1));
    assertThat(turn.nextMessage().get(ErrorCode.class).code()).isEqualTo(401);
    IntegrityKey right =
        IntegrityKey.longTerm(user.credential.username(), "relay", user.credential.password());
    turn.datagram(from, with(user.credential, old).signedPlain(right, IntegrityAlgorithm.SHA1));
    assertThat(turn.nextMessage().get(ErrorCode.class).code()).isEqualTo(438);
    assertThat(turn.server.counters().staleNonces()).isEqualTo(1);
  }

  /** Each way to answer our offer that RFC 8489 §9.2.4 does not have. */
  @Test
  void onlyOurWholeOfferComesBackWithOneOfItChosen() {
    turn.datagram(
        from,
        turn.request(StunMethod.ALLOCATE)
            .add(new RequestedTransport(17))
            .add(new Software("a client that says who it is"))
            .plain());
    String nonce = turn.nextMessage().get(Nonce.class).value();
    Credential credential =
        SharedSecrets.of(List.of(TurnFixture.SECRET)).issue("x", Duration.ofHours(1), turn.wall);
    IntegrityKey key = IntegrityKey.longTerm(credential.username(), "relay", credential.password());
    for (StunWriter writer :
        List.of(
            with(credential, nonce).add(new PasswordAlgorithms(List.of(2, 1))),
            with(credential, nonce).add(new PasswordAlgorithm(1)),
            with(credential, nonce)
                .add(new PasswordAlgorithms(List.of(1, 2)))
                .add(new PasswordAlgorithm(1)),
            with(credential, nonce)
                .add(new PasswordAlgorithms(List.of(2, 1)))
                .add(new PasswordAlgorithm(7)))) {
      turn.datagram(from, writer.signedPlain(key, IntegrityAlgorithm.SHA1));
      assertThat(turn.nextMessage().get(ErrorCode.class).code()).isEqualTo(400);
    }
    turn.datagram(
        from,
        with(credential, nonce)
            .add(new PasswordAlgorithms(List.of(2, 1)))
            .add(new PasswordAlgorithm(1))
            .signedPlain(key, IntegrityAlgorithm.SHA1));
    assertThat(turn.nextMessage().has(ErrorCode.class)).isFalse();
  }

  @Test
  void aNameThatNobodyCouldUseIsNotIssued() {
    SharedSecrets secrets = SharedSecrets.of(List.of(TurnFixture.SECRET));
    String longest = "n".repeat(SharedSecrets.MAX_NAME);
    assertThat(allocate(secrets.issue(longest, Duration.ofHours(1), turn.wall))).isZero();
    for (String name : List.of("", "a:b", longest + "n")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> secrets.issue(name, Duration.ofHours(1), turn.wall));
    }
  }

  private StunWriter with(Credential credential, String nonce) {
    return turn.request(StunMethod.ALLOCATE)
        .add(new RequestedTransport(17))
        .add(new Username(credential.username()))
        .add(new Realm("relay"))
        .add(new Nonce(nonce));
  }
}
