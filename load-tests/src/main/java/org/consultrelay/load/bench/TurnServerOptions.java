package org.consultrelay.load.bench;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.load.turn.TurnLogin;
import org.consultrelay.load.turn.TurnServer;
import org.consultrelay.load.turn.TurnServers;
import org.consultrelay.load.turn.TurnTarget;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which TURN servers. */
final class TurnServerOptions {
  /** Kinds that the bench starts itself. */
  enum Named {
    /** Debian's. */
    COTURN,
    /** This repository's. */
    OURS
  }

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "Started here: ${COMPLETION-CANDIDATES}; by default both. May be repeated.")
  private List<Named> named = List.of();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "A server that runs on this machine already, as turn:127.0.0.1:3478.")
  private @Nullable String url;

  @Option(names = "--pid", description = "The process of --url, whose processor time counts.")
  private long processId;

  @Option(names = "--secret", description = "The shared secret of --url (REST credentials).")
  private @Nullable String secret;

  @Option(names = "--user", description = "A user of --url, where there is no secret.")
  private @Nullable String user;

  @Option(names = "--password", description = "That user's password.")
  private @Nullable String password;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description =
          "Relay threads of coturn, loops of ours, and the processors that each is pinned to; by"
              + " default ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--jvm",
      paramLabel = "FLAG",
      description = "A flag for our Java; by default -XX:+UseZGC. May be repeated.")
  private List<String> jvm = List.of("-XX:+UseZGC");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of ours. May be repeated.")
  private List<String> settings = List.of();

  /** Processors that servers have. */
  int threads() {
    return threads;
  }

  /**
   * The servers chosen.
   *
   * @param more settings of ours before those that the user gives
   */
  List<TurnServer.Kind> kinds(List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(settings);
    List<String> launcher = Processors.pinToFirst(threads);
    List<TurnServer.Kind> kinds = new ArrayList<>();
    if (url != null) {
      kinds.add(TurnServers.running(given(url), processId));
    }
    for (Named name : named.isEmpty() && url == null ? List.of(Named.values()) : named) {
      kinds.add(
          switch (name) {
            case COTURN -> TurnServers.coturn(launcher, threads);
            case OURS -> TurnServers.ours(launcher, jvm, threads, all);
          });
    }
    return kinds;
  }

  private TurnTarget given(String given) {
    if (ProcessHandle.of(processId).isEmpty()) {
      throw wrong("--pid is needed with --url, and must be a process of this machine");
    }
    try {
      return TurnTarget.of(given, login());
    } catch (IllegalArgumentException e) {
      throw wrong("--url: " + e.getMessage());
    }
  }

  private TurnLogin login() {
    if (secret != null) {
      return new TurnLogin.Secret(secret);
    }
    if (user != null && password != null) {
      return new TurnLogin.Password(user, password);
    }
    throw wrong("--url needs --secret, or --user and --password");
  }

  private ParameterException wrong(String what) {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return new ParameterException(known.commandLine(), what);
  }
}
