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

  /** What participants speak. */
  enum DoorName {
    /** WHIP and WHEP. */
    WHIP,
    /** The LiveKit client protocol. */
    LIVEKIT
  }

  @Option(
      names = "--door",
      paramLabel = "DOOR",
      description =
          "How participants come in: whip (WHIP and WHEP) or livekit (the protocol of LiveKit"
              + " client SDKs). By default livekit with --url, else whip.")
  private @Nullable String door;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Where a relay takes LiveKit clients, as wss://relay.example. Without it and --whip, a"
              + " relay is started on this machine.")
  private @Nullable URI url;

  @Option(
      names = "--whip",
      paramLabel = "URL",
      description =
          "Where publishers post their offers (RFC 9725). Without it, a relay is started on this"
              + " machine in development mode and stopped at the end; so too without --url.")
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
    return whip == null && url == null;
  }

  /**
   * What participants speak.
   *
   * @throws ParameterException when options do not go together
   */
  DoorName door(CommandSpec spec) {
    DoorName chosen = url == null ? DoorName.WHIP : DoorName.LIVEKIT;
    if (door != null) {
      chosen =
          switch (door) {
            case "whip" -> DoorName.WHIP;
            case "livekit" -> DoorName.LIVEKIT;
            default ->
                throw new ParameterException(
                    spec.commandLine(), "--door is " + door + ", must be whip or livekit");
          };
    }
    boolean livekit = chosen == DoorName.LIVEKIT;
    if (livekit && (whip != null || whep != null)) {
      throw new ParameterException(
          spec.commandLine(), "--whip and --whep are not for --door livekit: use --url");
    }
    if (!livekit && url != null) {
      throw new ParameterException(spec.commandLine(), "--url is not for --door whip: use --whip");
    }
    if (livekit && token != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--token is not for --door livekit, where each participant needs an identity: use --key"
              + " and --secret");
    }
    return chosen;
  }

  /** Starts a relay. */
  RelayProcess startRelay() throws java.io.IOException, InterruptedException {
    return RelayProcess.start(List.of(), List.of("-XX:+UseZGC"), relaySettings);
  }

  /** The relay that was started here. */
  Target of(RelayProcess relay, DoorName speaking) {
    return new Target(
        speaking == DoorName.LIVEKIT
            ? new Target.LiveKit(URI.create(relay.door("").toString().replace("http", "ws")))
            : new Target.Whip(relay.door("/whip/v1"), relay.door("/whep/v1")),
        signed("devkey", "secret"),
        relay.metrics(),
        relay.processId());
  }

  /** The relay that was named. */
  Target named(CommandSpec spec) {
    URI signal = url;
    if (signal != null) {
      return new Target(
          new Target.LiveKit(webSocket(signal, spec)), signed(key, secret), metrics, processId);
    }
    URI publish = whip;
    if (publish == null) {
      throw new IllegalStateException("no relay was named");
    }
    return named(publish, whep, token, processId, spec);
  }

  /** Client SDKs take either. */
  private static URI webSocket(URI named, CommandSpec spec) {
    String text = named.toString().replaceFirst("^http", "ws");
    if (!text.matches("wss?://[^/?#]+[^?#]*")) {
      throw new ParameterException(
          spec.commandLine(), "--url is " + named + ", must be as wss://relay.example");
    }
    return URI.create(text);
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
    return new Target(new Target.Whip(publish, known), tokens, metrics, itsProcess);
  }

  /** What it is, for the report: no secrets. */
  String description() {
    URI named = url == null ? whip : url;
    return named == null ? "a relay started on this machine for the run" : named.toString();
  }

  private static Target.TokenSource signed(String apiKey, String apiSecret) {
    TokenIssuer issuer = new TokenIssuer(apiKey, apiSecret, InstantSource.system());
    return (room, identity) -> issuer.issue(Grants.join(identity, room), TOKEN_LIFE);
  }
}
