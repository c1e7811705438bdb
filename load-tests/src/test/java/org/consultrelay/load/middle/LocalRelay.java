package org.consultrelay.load.middle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consultrelay.load.run.Target;
import org.consultrelay.relay.Relay;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.config.ConfigLoader;

/** A real relay in this process, on free ports of loopback. */
public final class LocalRelay implements AutoCloseable {
  private static final String KEY = "testkey";
  private static final String SECRET = "a-secret-that-is-long-enough-for-hs256";

  private final TokenIssuer tokens = new TokenIssuer(KEY, SECRET, InstantSource.system());
  private final Relay relay;

  private LocalRelay(Relay relay) {
    this.relay = relay;
  }

  /** Starts one. */
  public static LocalRelay start() {
    List<String> settings =
        List.of(
            "keys." + KEY + "=" + SECRET,
            "http.host=127.0.0.1",
            "http.port=0",
            "ops.port=0",
            "net.bind=127.0.0.1",
            "net.mediaPort=0",
            "net.packetMemory=64MiB");
    try {
      return new LocalRelay(
          Relay.start(new ConfigLoader(false, Optional.empty(), settings, Map.of(), 2).load()));
    } catch (Exception e) {
      throw new IllegalStateException("the relay does not start", e);
    }
  }

  /** Where its doors are, without a slash at the end. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + relay.httpPort());
  }

  /** A token that lets this identity into this room. */
  public String token(String room, String identity) {
    return tokens.issue(Grants.join(identity, room), Duration.ofHours(1));
  }

  /** It as a target of load. */
  public Target target() {
    return targetThrough(url());
  }

  /** It as a target of load, by way of something in front of it. */
  public Target targetThrough(URI front) {
    return new Target(
        new Target.Whip(front.resolve("/whip/v1"), front.resolve("/whep/v1")),
        this::token,
        null,
        -1);
  }

  @Override
  public void close() {
    try {
      relay.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
