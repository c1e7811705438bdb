package org.consultrelay.load.cli;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.load.run.Target;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which relay is loaded, as the command line says. */
final class TargetOptions {
  private static final Duration TOKEN_LIFE = Duration.ofHours(24);

  @Option(
      names = "--whip",
      paramLabel = "URL",
      description =
          "Where publishers post their offers (RFC 9725). Without it, a relay is started on this"
              + " machine in development mode and stopped at the end.")
  private @Nullable URI whip;

  @Option(
      names = "--whep",
      paramLabel = "URL",
      description =
          "Where players post theirs; the publisher's identity is appended. By default that of"
              + " --whip with whep in place of whip.")
  private @Nullable URI whep;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The Bearer token of every participant, for servers that know no identities.")
  private @Nullable String token;

  @Option(names = "--key", paramLabel = "KEY", description = "API key; by default devkey.")
  private String key = "devkey";

  @Option(names = "--secret", paramLabel = "SECRET", description = "Its secret; by default secret.")
  private String secret = "secret";

  @Option(
      names = "--metrics",
      paramLabel = "URL",
      description = "The relay's Prometheus metrics, for its CPU, memory and lateness.")
  private @Nullable URI metrics;

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "The relay's process on this machine, for its CPU and memory.")
  private long processId = -1;

  @Option(
      names = "--relay-set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the relay that is started here. May be repeated.")
  private List<String> relaySettings = List.of();

  /** Whether a relay is to be started on this machine. */
  boolean startsRelay() {
    return whip == null;
  }

  /** Starts a relay. */
  RelayProcess startRelay() throws java.io.IOException, InterruptedException {
    return RelayProcess.start(List.of(), List.of("-XX:+UseZGC"), relaySettings);
  }

  /** The relay that was started here. */
  Target of(RelayProcess relay) {
    return new Target(
        relay.door("/whip/v1"),
        relay.door("/whep/v1"),
        signed("devkey", "secret"),
        relay.metrics(),
        relay.processId());
  }

  /** The relay that was named. */
  Target named(CommandSpec spec) {
    URI publish = whip;
    if (publish == null) {
      throw new IllegalStateException("no relay was named");
    }
    return named(publish, whep, token, processId, spec);
  }

  /**
   * Another relay.
   *
   * @param play null: as the other, with whep in place of whip
   * @param fixed the token of every participant; null: signed for each
   */
  Target named(
      URI publish, @Nullable URI play, @Nullable String fixed, long itsProcess, CommandSpec spec) {
    URI known = play;
    if (known == null) {
      String guess = publish.toString().replace("/whip", "/whep");
      if (guess.equals(publish.toString())) {
        throw new ParameterException(
            spec.commandLine(), "--whep is needed: it cannot be told from --whip " + publish);
      }
      known = URI.create(guess);
    }
    Target.TokenSource tokens = fixed == null ? signed(key, secret) : (room, identity) -> fixed;
    return new Target(publish, known, tokens, metrics, itsProcess);
  }

  /** What it is, for the report: no secrets. */
  String description() {
    return whip == null ? "a relay started on this machine for the run" : whip.toString();
  }

  private static Target.TokenSource signed(String apiKey, String apiSecret) {
    TokenIssuer issuer = new TokenIssuer(apiKey, apiSecret, InstantSource.system());
    return (room, identity) -> issuer.issue(Grants.join(identity, room), TOKEN_LIFE);
  }
}
