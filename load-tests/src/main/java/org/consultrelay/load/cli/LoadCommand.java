package org.consultrelay.load.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Overrides;
import org.consultrelay.load.profile.Profile;
import org.consultrelay.load.profile.ProfileException;
import org.consultrelay.load.profile.Schedule;
import org.consultrelay.load.report.Expectation;
import org.consultrelay.load.report.Report;
import org.consultrelay.load.report.ReportHtml;
import org.consultrelay.load.report.ReportJson;
import org.consultrelay.load.report.ReportSvg;
import org.consultrelay.load.report.ReportText;
import org.consultrelay.load.run.LoadOptions;
import org.consultrelay.load.run.LoadRun;
import org.consultrelay.load.run.RunResult;
import org.consultrelay.load.run.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Rehearses a profile on a relay, shows how it goes, and reports what was seen. */
@Command(
    name = "./relay load",
    description = {
      "Loads a relay with simulated consultations and reports what their participants saw.",
      "Without --url or --whip it starts a relay on this machine in development mode."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Every expectation was met, or none was named.",
      "1:An expectation was missed.",
      "2:The command line or the profile is wrong, or the run could not be made."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      PlanCommand.class,
      CompareCommand.class,
      BadNetworkCommand.class,
      DrainCommand.class
    })
public final class LoadCommand implements Callable<Integer> {
  private static final int WATCH_MILLIS = 500;

  private TargetOptions.DoorName door = TargetOptions.DoorName.WHIP;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private TargetOptions target = new TargetOptions();
  @Mixin private MediaOptions media = new MediaOptions();

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      defaultValue = "morning",
      description =
          "What happens: morning, lockdown-2020, nationwide, beyond, reconnect-storm, conference,"
              + " lecture, or a YAML file; by default ${DEFAULT-VALUE}.")
  private String profile = "morning";

  @Option(
      names = "--rooms",
      paramLabel = "N",
      description = "Consultations at once, at the busiest.")
  private @Nullable Integer rooms;

  @Option(
      names = "--people",
      paramLabel = "N",
      description = "Participants of every consultation, in place of the profile's mix.")
  private @Nullable Integer people;

  @Option(names = "--duration", paramLabel = "TIME", description = "Of the run, as 90s or 10m.")
  private @Nullable String duration;

  @Option(
      names = "--ramp",
      paramLabel = "TIME",
      description = "In which those come in who are there when the run's time begins.")
  private @Nullable String ramp;

  @Option(
      names = "--speed-up",
      paramLabel = "N",
      defaultValue = "1",
      description = "The profile's hours and lengths pass so many times as fast.")
  private double speedUp = 1;

  @Option(
      names = "--audio-only",
      paramLabel = "SHARE",
      description = "Share of consultations without pictures, as 0.2 or 20%%.")
  private @Nullable String audioOnly;

  @Option(
      names = "--publishers",
      paramLabel = "N",
      description =
          "Participants of every consultation who send, in place of the profile's number; the"
              + " others only listen and look. Needs --door livekit if that is not everybody.")
  private @Nullable Integer publishers;

  @Option(
      names = "--loss",
      paramLabel = "SHARE",
      description = "Share of packets that participants lose on their own lines, as 0.01 or 1%%.")
  private @Nullable String loss;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Same seed, same run.")
  private long seed = 1;

  @Option(
      names = "--report",
      paramLabel = "DIRECTORY",
      description = "Writes report.html, report.json and report.svg there.")
  private @Nullable Path directory;

  @Option(
      names = "--expect",
      paramLabel = "EXPECTATION",
      description =
          "What the run has to show, as join.success=100%%, join.p99<2s, loss<0.1%%. May be"
              + " repeated.")
  private List<String> expectations = List.of();

  /** For picocli. */
  public LoadCommand() {}

  @Override
  public Integer call() {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    door = target.door(known());
    List<Expectation> expected = expectations.stream().map(this::expectation).toList();
    try {
      Profile chosen = Profile.load(profile);
      Overrides overrides = overrides();
      List<Consultation> schedule = Schedule.draw(chosen, overrides);
      checkListeners(schedule);
      double lost = loss == null ? chosen.loss() : share("--loss", loss);
      LoadOptions options = media.options(known(), lost, seed);
      Report report = run(chosen, overrides, schedule, options, expected, out);
      ReportText.print(report, out);
      write(report, out);
      return report.met() ? 0 : 1;
    } catch (ProfileException e) {
      throw new ParameterException(known().commandLine(), e.getMessage(), e);
    } catch (IOException e) {
      System.err.println("load: " + e.getMessage());
      return 2;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 2;
    }
  }

  private CommandSpec known() {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return known;
  }

  private Expectation expectation(String text) {
    try {
      return Expectation.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(known().commandLine(), "--expect " + e.getMessage(), e);
    }
  }

  /** Over WHIP somebody who only listens has no session of their own that could be joined. */
  private void checkListeners(List<Consultation> schedule) {
    boolean listeners =
        schedule.stream().flatMap(each -> each.legs().stream()).anyMatch(leg -> !leg.publishes());
    if (listeners && door == TargetOptions.DoorName.WHIP) {
      throw new ParameterException(
          known().commandLine(), "participants who only listen need --door livekit");
    }
  }

  private Overrides overrides() {
    return new Overrides(
        Optional.ofNullable(rooms),
        Optional.ofNullable(duration).map(text -> time("--duration", text)),
        Optional.ofNullable(ramp).map(text -> time("--ramp", text)),
        speedUp,
        Optional.ofNullable(people),
        Optional.ofNullable(audioOnly).map(text -> share("--audio-only", text)),
        Optional.ofNullable(publishers),
        seed);
  }

  private Duration time(String name, String text) {
    try {
      return Quantities.time(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(known().commandLine(), name + " " + e.getMessage(), e);
    }
  }

  private double share(String name, String text) {
    try {
      return Quantities.share(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(known().commandLine(), name + " " + e.getMessage(), e);
    }
  }

  private Report run(
      Profile chosen,
      Overrides overrides,
      List<Consultation> schedule,
      LoadOptions options,
      List<Expectation> expected,
      PrintStream out)
      throws IOException, InterruptedException {
    if (!target.startsRelay()) {
      return run(chosen, overrides, schedule, options, expected, target.named(known()), out);
    }
    out.println("starting a relay on this machine");
    try (RelayProcess relay = target.startRelay()) {
      return run(chosen, overrides, schedule, options, expected, target.of(relay, door), out);
    }
  }

  private Report run(
      Profile chosen,
      Overrides overrides,
      List<Consultation> schedule,
      LoadOptions options,
      List<Expectation> expected,
      Target relay,
      PrintStream out)
      throws IOException, InterruptedException {
    Instant begun = Instant.now();
    double seconds = Schedule.duration(chosen, overrides).toMillis() / 1e3;
    int legs = schedule.stream().mapToInt(each -> each.legs().size()).sum();
    out.printf(
        "%s: %d consultations, %d participants, %.0f s%n",
        chosen.name(), schedule.size(), legs, seconds);
    RunResult result;
    try (LoadRun run = LoadRun.start(schedule, relay, options)) {
      Thread stopper = new Thread(run::stop);
      Runtime.getRuntime().addShutdownHook(stopper);
      try (Progress progress = new Progress(seconds, out, isTerminal())) {
        while (!run.isOver(WATCH_MILLIS)) {
          progress.show(run.figures());
        }
      }
      result = run.await();
      Runtime.getRuntime().removeShutdownHook(stopper);
    }
    return new Report(
        chosen.name(),
        begun,
        settings(chosen, schedule, legs, seconds, options),
        Runtime.getRuntime().availableProcessors(),
        result,
        expected.stream().map(each -> each.check(result)).toList());
  }

  @SuppressWarnings("SystemConsoleNull") // it may still be null, where there is no console at all
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private Map<String, String> settings(
      Profile chosen, List<Consultation> schedule, int legs, double seconds, LoadOptions options) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Profile", chosen.name() + ": " + chosen.about());
    settings.put("Relay", target.description());
    settings.put(
        "Door", door == TargetOptions.DoorName.LIVEKIT ? "LiveKit protocol, v1" : "WHIP and WHEP");
    settings.put("Consultations", Integer.toString(schedule.size()));
    settings.put("Participants", Integer.toString(legs));
    settings.put("Duration", Math.round(seconds) + " s");
    settings.put("Speed-up", Double.toString(speedUp));
    settings.put("Media", media.description());
    settings.put("Packets lost on purpose", options.loss() * 100 + " %");
    settings.put("Seed", Long.toString(seed));
    settings.put("Tester", options.loops() + " event loops, Java " + Runtime.version());
    settings.put(
        "Machine of the tester",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors");
    return settings;
  }

  private void write(Report report, PrintStream out) throws IOException {
    Path into = directory;
    if (into == null) {
      return;
    }
    Files.createDirectories(into);
    Path html = into.resolve("report.html");
    Path json = into.resolve("report.json");
    Path svg = into.resolve("report.svg");
    Files.writeString(html, ReportHtml.of(report));
    Files.writeString(svg, ReportSvg.of(report));
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(json.toFile(), ReportJson.of(report));
    out.println();
    out.println("report: " + html + ", " + json + ", " + svg);
  }
}
