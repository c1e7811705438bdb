package org.consultrelay.relay.consult;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.consultrelay.relay.store.Store;

/** What is kept of consultations, for as long as they last. Away from the loops. */
final class ConsultStore {
  private static final String LINK_SECRET = "links";
  private static final String HMAC = "HmacSHA256";
  private static final int SECRET_BYTES = 32;
  private static final Duration COMPACTION = Duration.ofMillis(200);

  private final Store store;
  private final ConcurrentMap<String, String> consultations;
  private final ConcurrentMap<String, String> secrets;

  /** Whether the file may hold what has been removed; the process before may have left some. */
  private boolean stale = true;

  ConsultStore(Store store) {
    this.store = store;
    this.consultations = store.map("consultations");
    this.secrets = store.map("consult-secrets");
  }

  /** All that was kept; what cannot be read any more is left out and removed. */
  List<SavedConsultation> all() {
    List<SavedConsultation> all = new ArrayList<>();
    for (Map.Entry<String, String> each : consultations.entrySet()) {
      Optional<SavedConsultation> read = Json.read(each.getValue(), SavedConsultation.class);
      read.ifPresentOrElse(all::add, () -> consultations.remove(each.getKey()));
    }
    return all;
  }

  void keep(SavedConsultation saved) {
    consultations.put(saved.terms().id(), Json.write(saved));
  }

  void remove(String id) {
    consultations.remove(id);
    stale = true;
  }

  /** Has the file rewritten where it holds what has been removed. */
  void forget() {
    if (stale) {
      stale = false;
      store.compact(COMPACTION);
    }
  }

  /** What has been changed outlives the process from now on. */
  void commit() {
    store.commit();
  }

  /**
   * The secret that links are signed with. In a file it is made once, so that links outlive both a
   * restart and a change of API keys; else it comes of the API keys, and links end with the
   * process.
   */
  byte[] linkSecret(Map<String, String> apiKeys, SecureRandom random) {
    if (!store.isDurable()) {
      return derived(apiKeys);
    }
    String kept =
        secrets.computeIfAbsent(
            LINK_SECRET,
            _ -> {
              byte[] fresh = new byte[SECRET_BYTES];
              random.nextBytes(fresh);
              return Base64.getEncoder().encodeToString(fresh);
            });
    store.commit();
    return Base64.getDecoder().decode(kept);
  }

  private static byte[] derived(Map<String, String> apiKeys) {
    try {
      byte[] key = "consult links".getBytes(StandardCharsets.UTF_8);
      for (Map.Entry<String, String> each : new TreeMap<>(apiKeys).entrySet()) {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(each.getValue().getBytes(StandardCharsets.UTF_8), HMAC));
        mac.update(key);
        key = mac.doFinal(each.getKey().getBytes(StandardCharsets.UTF_8));
      }
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }
}
