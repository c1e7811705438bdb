package org.consultrelay.relay.turn;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** What the TURN servers of all loops share. Any thread, but for what says otherwise. */
public final class TurnService {
  /** User names of our own participants begin with it: those are good as long as their session. */
  private static final String SESSION = "session-";

  private static final Duration NONCE_LIFE = Duration.ofMinutes(10);

  /** A call is over by then. */
  private static final Duration SESSION_LIFE = Duration.ofHours(24);

  private final Map<TransportAddress, TurnClient> clients = new ConcurrentHashMap<>();
  private volatile TurnOptions options;
  private volatile SharedSecrets secrets;
  private final byte[] nonceKey;
  private final PortPool ports;
  private final Reservations reservations;
  private final AllocationQuota quota;
  private final InstantSource clock;
  private final List<TransportAddress> relayedHosts;

  /** Whose each is; empty: nobody's. */
  private final Map<String, String> sessions = new ConcurrentHashMap<>();

  /**
   * A service without allocations.
   *
   * @param options limits
   * @param secrets who may use it
   * @param nonceKey random bytes
   * @param ports what is relayed from
   * @param relayedHosts the hosts that peers see, at most one of each family, port 0
   * @param clock wall-clock time, for credentials
   */
  public TurnService(
      TurnOptions options,
      SharedSecrets secrets,
      byte[] nonceKey,
      PortPool ports,
      List<TransportAddress> relayedHosts,
      InstantSource clock) {
    this.options = options;
    this.secrets = secrets;
    this.nonceKey = nonceKey.clone();
    this.ports = ports;
    this.reservations = new Reservations(ports);
    this.quota = new AllocationQuota(options);
    this.relayedHosts = List.copyOf(relayedHosts);
    this.clock = clock;
  }

  /**
   * Other limits and secrets from now on. Allocations that there are stay as they are, and so does
   * the bandwidth of each loop in all.
   *
   * @param tenantsMost the most allocations of a tenant, by name; one that is not in it has no
   *     limit
   */
  public void configure(
      TurnOptions newOptions, SharedSecrets newSecrets, Map<String, Integer> tenantsMost) {
    options = newOptions;
    secrets = newSecrets;
    quota.configure(newOptions, tenantsMost);
  }

  /** A credential for one of our own sessions, good until {@link #sessionEnded}. */
  public SharedSecrets.Credential credential(String session) {
    sessions.putIfAbsent(session, "");
    return secrets.issue(SESSION + session, SESSION_LIFE, clock.instant());
  }

  /** A session has begun; its allocations are counted as this tenant's. */
  public void sessionBegan(String session, String tenant) {
    sessions.put(session, tenant);
  }

  /** Whose participant a user is; empty when nobody's. */
  String tenantOf(String user) {
    return isSession(user) ? sessions.getOrDefault(user.substring(SESSION.length()), "") : "";
  }

  /** Nothing new may be had with a session's credential any more. */
  public void sessionEnded(String session) {
    sessions.remove(session);
  }

  /** Whether a user is one of our own participants. */
  static boolean isSession(String user) {
    return user.startsWith(SESSION);
  }

  /** Whether a user's credential is good apart from its date and password. */
  boolean mayUse(String user) {
    return !isSession(user) || sessions.containsKey(user.substring(SESSION.length()));
  }

  TurnOptions options() {
    return options;
  }

  SharedSecrets secrets() {
    return secrets;
  }

  /** For one thread. */
  NonceKey nonces() {
    return new NonceKey(nonceKey, NONCE_LIFE);
  }

  PortPool ports() {
    return ports;
  }

  Reservations reservations() {
    return reservations;
  }

  AllocationQuota quota() {
    return quota;
  }

  InstantSource clock() {
    return clock;
  }

  /** The host that peers of a family see; null when there is none. */
  @Nullable TransportAddress relayedHost(boolean ipv4) {
    for (TransportAddress host : relayedHosts) {
      if (host.isIpv4() == ipv4) {
        return host;
      }
    }
    return null;
  }

  /** Whether an address is relayed for somebody now. */
  boolean isRelayed(TransportAddress address) {
    TransportAddress host = relayedHost(address.isIpv4());
    return host != null && host.equals(address.withPort(0)) && ports.isTaken(address.port());
  }

  /** How many allocations there are. */
  public int allocations() {
    return quota.total();
  }

  /** A client is behind a relayed address from now on. */
  void clientBehind(TransportAddress relayed, TurnClient client) {
    clients.put(relayed, client);
  }

  void nobodyBehind(TransportAddress relayed) {
    clients.remove(relayed);
  }

  /** Who is behind a relayed address, on whichever loop; null when nobody is. */
  public @Nullable TurnClient clientOf(TransportAddress relayed) {
    return clients.get(relayed);
  }
}
