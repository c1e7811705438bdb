package org.consultrelay.relay;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.config.ConfigException;
import org.consultrelay.relay.config.ConfigFiles;
import org.consultrelay.relay.config.ConfigLoader;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.doctor.ThisMachine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line: {@code run} (also when no command is given), {@code token}, {@code
 * check-config}, {@code doctor}, {@code version}. Exit codes: 0 done, 1 the start failed or the
 * doctor found a problem, 2 the command or the configuration is wrong.
 */
@Command(
    name = "relay",
    description = "A media relay for video consultations.",
    synopsisSubcommandLabel = "[run | token | check-config | doctor | version]",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class)
final class Cli {
  private final RelayStarter starter;
  private final Map<String, String> environment;

  @Spec private CommandSpec spec = CommandSpec.create();

  private boolean running;

  private Cli(RelayStarter starter, Map<String, String> environment) {
    this.starter = starter;
    this.environment = environment;
  }

  /**
   * Does what the arguments say.
   *
   * @param starter called by {@code run}
   * @param environment all environment variables
   * @return the exit code, or empty when a relay is running now and the process is to stay
   */
  static OptionalInt execute(
      RelayStarter starter,
      Map<String, String> environment,
      PrintWriter out,
      PrintWriter err,
      String... args) {
    Cli cli = new Cli(starter, environment);
    CommandLine line = new CommandLine(cli);
    line.setOut(out);
    line.setErr(err);
    line.setExecutionExceptionHandler((failure, command, parsed) -> cli.report(failure, command));
    int code = line.execute(args.length == 0 || isRunOption(args[0]) ? asRun(args) : args);
    return code == 0 && cli.running ? OptionalInt.empty() : OptionalInt.of(code);
  }

  private static boolean isRunOption(String argument) {
    return argument.startsWith("-")
        && !List.of("-h", "--help", "-V", "--version").contains(argument);
  }

  private static String[] asRun(String... args) {
    List<String> all = new ArrayList<>(List.of("run"));
    all.addAll(List.of(args));
    return all.toArray(String[]::new);
  }

  private int report(Exception failure, CommandLine command) {
    if (failure instanceof ConfigException mistakes) {
      mistakes.mistakes().forEach(mistake -> command.getErr().println(mistake.line()));
      return 2;
    }
    String message = failure.getMessage();
    command.getErr().println("the relay cannot start: " + (message == null ? failure : message));
    return 1;
  }

  /** Where the configuration comes from. */
  static final class Configuration {
    @Option(names = "--dev", description = "Development mode: known keys, this machine only.")
    private boolean dev;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The configuration; by default relay.yaml, if there is one.")
    private @Nullable Path file;

    @Option(
        names = "--set",
        paramLabel = "KEY=VALUE",
        description = "Sets one key, e.g. --set http.port=8080. May be repeated.")
    private List<String> sets = new ArrayList<>();

    RelayConfig load(Map<String, String> environment) throws ConfigException {
      return files(environment).read();
    }

    ConfigFiles files(Map<String, String> environment) {
      int processors = Runtime.getRuntime().availableProcessors();
      return new ConfigFiles(
          new ConfigLoader(dev, Optional.ofNullable(file), sets, environment, processors));
    }
  }

  @Command(
      name = "run",
      description = "Starts the relay. The default.",
      mixinStandardHelpOptions = true)
  int run(@Mixin Configuration options) throws Exception {
    ConfigFiles files = options.files(environment);
    starter.start(files.read(), files);
    running = true;
    return 0;
  }

  @Command(
      name = "check-config",
      description = "Reads the configuration, says what is wrong with it, starts nothing.",
      mixinStandardHelpOptions = true)
  int checkConfig(@Mixin Configuration options) throws ConfigException {
    RelayConfig config = options.load(environment);
    out().println("The configuration is good: " + config);
    return 0;
  }

  @Command(
      name = "doctor",
      description = "Looks at the machine, the network and the certificates; says what to change.",
      mixinStandardHelpOptions = true)
  int doctor(
      @Mixin Configuration options,
      @Option(names = "--json", description = "One JSON object instead of a line for each check.")
          boolean json)
      throws ConfigException {
    return DoctorCommand.run(options.load(environment), new ThisMachine(), json, out());
  }

  @Command(
      name = "rehearse",
      hidden = true,
      description = "Starts a relay on free ports of this machine, asks it how it is, stops it.",
      mixinStandardHelpOptions = true)
  int rehearse() throws Exception {
    out().println(Rehearsal.run());
    return 0;
  }

  @Command(
      name = "token",
      description =
          "Prints a token that lets an identity join a room or, with --server, a back end ask.",
      mixinStandardHelpOptions = true)
  int token(
      @Mixin Configuration options,
      @Option(
              names = "--room",
              defaultValue = "",
              description = "The room to join or, with --server, to moderate.")
          String room,
      @Option(names = "--identity", defaultValue = "", description = "Who joins.") String identity,
      @Option(
              names = "--server",
              description =
                  "For a back end: makes and lists rooms, books consultations, moderates --room.")
          boolean server,
      @Option(
              names = "--key",
              description = "The API key that signs; by default the only one configured.")
          @Nullable String key,
      @Option(
              names = "--secret",
              description =
                  "Its secret, when not from the configuration. Others on this machine"
                      + " can see arguments.")
          @Nullable String secret,
      @Option(
              names = "--valid-hours",
              defaultValue = "6",
              description = "For how long (default ${DEFAULT-VALUE}).")
          int hours)
      throws ConfigException {
    if (hours < 1 || (!server && (room.isEmpty() || identity.isEmpty()))) {
      throw wrong("--room, --identity and --valid-hours must not be empty or 0");
    }
    String signer = key;
    String signature = secret;
    if (signature == null) {
      Map<String, String> secrets = options.load(environment).keys().secrets();
      signer = key != null || secrets.size() != 1 ? key : secrets.keySet().iterator().next();
      signature = signer == null ? null : secrets.get(signer);
    }
    if (signer == null || signature == null || signature.isEmpty()) {
      throw wrong("--key: name one of the configured API keys, or give --key and --secret");
    }
    String token =
        new TokenIssuer(signer, signature, InstantSource.system())
            .issue(
                server ? Grants.server(room) : Grants.join(identity, room),
                Duration.ofHours(hours));
    out().println(token);
    return 0;
  }

  @Command(name = "version", description = "Says which version this is.")
  int version() {
    out().println(versionText());
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  /** The version of the jar that this runs from; "development" when from none. */
  static String versionNumber() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static String versionText() {
    return "Consult Relay " + versionNumber() + " on Java " + Runtime.version();
  }

  /** For {@code --version}. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {versionText()};
    }
  }
}
