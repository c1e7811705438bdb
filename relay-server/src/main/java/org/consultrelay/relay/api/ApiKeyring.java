package org.consultrelay.relay.api;

import com.auth0.jwt.algorithms.Algorithm;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The API keys as they are now. Whoever checks or makes tokens asks it each time and keeps no
 * secret, so that keys can be changed while calls go on. Any thread.
 */
public final class ApiKeyring {
  /**
   * An API key.
   *
   * @param name the claim {@code iss} of its tokens
   * @param secret signs them; never to be logged
   * @param tenant whose it is; empty where there are no tenants
   * @param roomPrefix what the names of its rooms begin with; empty: any room is its
   */
  public record Key(String name, String secret, String tenant, String roomPrefix) {
    /** Whether a room is the API key's own. */
    public boolean covers(String room) {
      return room.startsWith(roomPrefix);
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "Key[" + name + ", tenant=" + tenant + ", roomPrefix=" + roomPrefix + "]";
    }
  }

  /** A key, what checks its signatures, and how many came before it. */
  record Signing(Key key, Algorithm algorithm, int number) {}

  /** More keys than these that are gone are not remembered. */
  private static final int MOST_GONE = 1_000;

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, KeyUses> uses = new ConcurrentHashMap<>();
  private final Map<String, Key> gone = new ConcurrentHashMap<>();
  private int came;
  private volatile Map<String, Signing> now = Map.of();

  /** With these keys, in their order. */
  public ApiKeyring(Collection<Key> keys) {
    replace(keys);
  }

  /** Keys without tenants: each may use any room. */
  public static ApiKeyring of(Map<String, String> secrets) {
    return new ApiKeyring(
        secrets.entrySet().stream()
            .map(each -> new Key(each.getKey(), each.getValue(), "", ""))
            .toList());
  }

  /**
   * From now on these and no others. Tokens of keys that are gone are refused at once; whoever has
   * joined with one stays, and is given fresh tokens by another key of the same tenant.
   */
  public synchronized void replace(Collection<Key> keys) {
    Map<String, Signing> next = new LinkedHashMap<>();
    for (Key key : keys) {
      Signing before = now.get(key.name());
      next.put(
          key.name(),
          new Signing(
              key, Algorithm.HMAC256(key.secret()), before == null ? ++came : before.number()));
      uses.computeIfAbsent(key.name(), _ -> new KeyUses());
      gone.remove(key.name());
    }
    for (Signing before : now.values()) {
      if (!next.containsKey(before.key().name()) && gone.size() < MOST_GONE) {
        gone.put(before.key().name(), new Key(before.key().name(), "", before.key().tenant(), ""));
      }
    }
    now = next;
    listeners.forEach(Runnable::run);
  }

  /** Is called after each {@link #replace}, on its thread. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** All keys, in their order. */
  public List<Key> keys() {
    return now.values().stream().map(Signing::key).toList();
  }

  /** A key by name. */
  public Optional<Key> find(String name) {
    return Optional.ofNullable(now.get(name)).map(Signing::key);
  }

  /**
   * Who signs for somebody that came with a token of this key: the newest key of its tenant, so
   * that nobody depends on one that is about to go. Where there are no tenants, the key itself
   * while it is there. Empty when there is none that covers the room.
   */
  public Optional<Key> successor(String name, String room) {
    Map<String, Signing> keys = now;
    Signing same = keys.get(name);
    Key former = same == null ? gone.get(name) : same.key();
    if (former == null) {
      return Optional.empty();
    }
    Signing best = former.tenant().isEmpty() ? same : null;
    if (best == null) {
      for (Signing each : keys.values()) {
        if (each.key().tenant().equals(former.tenant())
            && each.key().covers(room)
            && (best == null || each.number() > best.number())) {
          best = each;
        }
      }
    }
    return Optional.ofNullable(best).map(Signing::key).filter(key -> key.covers(room));
  }

  /** A key that may sign for a room, one with a prefix before one for any room. */
  public Optional<Key> signerFor(String room) {
    Key best = null;
    for (Signing each : now.values()) {
      Key key = each.key();
      if (key.covers(room)
          && (best == null || key.roomPrefix().length() > best.roomPrefix().length())) {
        best = key;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Makes tokens with a key. */
  public static TokenIssuer issuer(Key key, InstantSource clock) {
    return new TokenIssuer(key.name(), key.secret(), clock);
  }

  /** How often a key was used; empty for one that there never was. */
  public Optional<KeyUses> uses(String name) {
    return Optional.ofNullable(uses.get(name));
  }

  @Nullable Signing signing(String name) {
    return now.get(name);
  }
}
