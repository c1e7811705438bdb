package org.consultrelay.relay.turn;

import java.time.Instant;
import java.util.List;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.Nonce;
import org.consultrelay.relay.stun.StunAttribute.PasswordAlgorithm;
import org.consultrelay.relay.stun.StunAttribute.PasswordAlgorithms;
import org.consultrelay.relay.stun.StunAttribute.Realm;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMessage.Integrity;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Long-term credentials (RFC 8489 §9.2) over {@link SharedSecrets}. Answers to strangers stay
 * shorter than twice the request: password algorithms are offered only to those whose request
 * leaves room for it. One thread.
 */
final class Authenticator {
  private static final int MAX_NAME = 128;
  private static final List<Integer> ALGORITHMS =
      List.of(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5);

  private final TurnService service;
  private final NonceKey nonces;

  Authenticator(TurnService service) {
    this.service = service;
    this.nonces = service.nonces();
  }

  /**
   * Who sent a request.
   *
   * @param known who used this very client address before; null for nobody yet
   */
  Authentication check(
      StunMessage request,
      TransportAddress client,
      Authentication.@Nullable Authenticated known,
      Instant now) {
    IntegrityAlgorithm algorithm = request.integrityAlgorithm();
    if (algorithm == null) {
      return challenge(request, 401, client, now);
    }
    Username username = request.get(Username.class);
    Nonce nonce = request.get(Nonce.class);
    if (username == null || nonce == null || !request.has(Realm.class)) {
      return new Authentication.Refused(400, StunWriter.error(request, 400, "").plain());
    }
    // Who forges a source cannot have a nonce of ours for it: no password is worked out for him.
    NonceKey.Freshness freshness = nonces.judge(nonce.value(), client, now);
    if (freshness == NonceKey.Freshness.FOREIGN) {
      return challenge(request, 438, client, now);
    }
    String user = user(username.value(), now);
    if (user == null || !service.mayUse(user)) {
      return challenge(request, 401, client, now);
    }
    if (known != null
        && known.username().equals(username.value())
        && known.algorithm() == algorithm
        && request.verify(known.key()) == Integrity.VALID) {
      return freshness == NonceKey.Freshness.FRESH ? known : challenge(request, 438, client, now);
    }
    PasswordAlgorithm chosen = request.get(PasswordAlgorithm.class);
    if (!isAsOffered(request, chosen, nonce.value())) {
      // RFC 8489 §9.2.4: somebody on the way may want a weaker one.
      return new Authentication.Refused(400, StunWriter.error(request, 400, "").plain());
    }
    boolean sha256 = chosen != null && chosen.number() == PasswordAlgorithm.SHA_256;
    for (String password : service.secrets().passwords(username.value())) {
      IntegrityKey key =
          sha256
              ? IntegrityKey.longTermSha256(username.value(), service.options().realm(), password)
              : IntegrityKey.longTerm(username.value(), service.options().realm(), password);
      if (request.verify(key) == Integrity.VALID) {
        // Only now: whose password is wrong is told nothing about his nonce (RFC 8489 §9.2.4).
        return freshness == NonceKey.Freshness.FRESH
            ? new Authentication.Authenticated(username.value(), user, key, algorithm)
            : challenge(request, 438, client, now);
      }
    }
    return challenge(request, 401, client, now);
  }

  /** Neither attribute, which means MD5; or our very offer back, and one of it chosen. */
  private static boolean isAsOffered(
      StunMessage request, @Nullable PasswordAlgorithm chosen, String nonce) {
    PasswordAlgorithms offered = request.get(PasswordAlgorithms.class);
    if (chosen == null && offered == null) {
      return true;
    }
    return chosen != null
        && offered != null
        && NonceKey.offersAlgorithms(nonce)
        && offered.numbers().equals(ALGORITHMS)
        && ALGORITHMS.contains(chosen.number());
  }

  /** The name in {@code expiry:name}; null when it is expired or none. */
  private static @Nullable String user(String username, Instant now) {
    int colon = username.indexOf(':');
    String expiry = colon < 0 ? username : username.substring(0, colon);
    if (username.length() > MAX_NAME || expiry.isEmpty() || expiry.length() > 12) {
      return null;
    }
    long seconds = 0;
    for (int i = 0; i < expiry.length(); i++) {
      char digit = expiry.charAt(i);
      if (digit < '0' || digit > '9') {
        return null;
      }
      seconds = seconds * 10 + digit - '0';
    }
    return seconds <= now.getEpochSecond() ? null : username.substring(colon + 1);
  }

  private Authentication challenge(
      StunMessage request, int code, TransportAddress client, Instant now) {
    byte[] answer = challenge(request, code, client, now, true);
    if (answer.length >= 2 * request.length()) {
      answer = challenge(request, code, client, now, false);
    }
    return new Authentication.Refused(code, answer);
  }

  private byte[] challenge(
      StunMessage request, int code, TransportAddress client, Instant now, boolean algorithms) {
    StunWriter answer =
        StunWriter.error(request, code, "")
            .add(new Realm(service.options().realm()))
            .add(new Nonce(nonces.make(client, now, algorithms)));
    if (algorithms) {
      answer.add(new PasswordAlgorithms(ALGORITHMS));
    }
    return answer.plain();
  }
}
