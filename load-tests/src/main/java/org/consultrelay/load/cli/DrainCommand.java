package org.consultrelay.load.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.consultrelay.load.drain.DrainOutcome;
import org.consultrelay.load.drain.DrainPlan;
import org.consultrelay.load.drain.DrainRehearsal;
import org.consultrelay.load.report.Figure;
import org.consultrelay.load.run.RunResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./relay load drain}: stops a relay under load and looks whether anybody notices. */
@Command(
    name = "drain",
    description = {
      "Starts a relay on this machine, lets consultations of two come in, tells it to stop"
          + " (SIGTERM) when all are in, and says whether one lost a packet before its own end or"
          + " the relay's deadline."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Nobody lost a packet, and the relay ended with code 0.",
      "1:Somebody did, or it did not.",
      "2:The command line is wrong, or the rehearsal could not be made."
    },
    mixinStandardHelpOptions = true)
final class DrainCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private MediaOptions media = new MediaOptions();

  @Option(
      names = "--rooms",
      paramLabel = "N",
      defaultValue = "300",
      description = "Consultations of two; by default ${DEFAULT-VALUE}.")
  private int rooms = 300;

  @Option(
      names = "--ramp",
      paramLabel = "TIME",
      defaultValue = "20s",
      description = "In which they come in; by default ${DEFAULT-VALUE}.")
  private String ramp = "20s";

  @Option(
      names = "--shortest",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "From the ramp's end to the end of the first; by default ${DEFAULT-VALUE}.")
  private String shortest = "30s";

  @Option(
      names = "--longest",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "From the ramp's end to the end of the last; by default ${DEFAULT-VALUE}.")
  private String longest = "60s";

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "The relay's (ops.drainDeadline); by default ${DEFAULT-VALUE}.")
  private String deadline = "1h";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Same seed, same lengths.")
  private long seed = 1;

  @Option(
      names = "--relay-set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the relay. May be repeated.")
  private List<String> settings = List.of();

  @Override
  public Integer call() {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("not run by picocli");
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try {
      DrainPlan plan =
          new DrainPlan(
              rooms,
              time("--ramp", ramp, known),
              time("--shortest", shortest, known),
              time("--longest", longest, known),
              time("--deadline", deadline, known),
              seed);
      DrainOutcome outcome =
          DrainRehearsal.run(plan, media.options(known, 0, seed), settings, out::println);
      print(outcome, out);
      return outcome.nothingLost() && outcome.stoppedWell() ? 0 : 1;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(known.commandLine(), e.getMessage(), e);
    } catch (IOException e) {
      System.err.println("load drain: " + e.getMessage());
      return 2;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 2;
    }
  }

  private static Duration time(String name, String text, CommandSpec known) {
    try {
      return Quantities.time(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(known.commandLine(), name + " " + e.getMessage(), e);
    }
  }

  private static void print(DrainOutcome outcome, PrintStream out) {
    RunResult result = outcome.result();
    out.println();
    out.printf(
        Locale.ROOT,
        "%d consultations, %d of %d participants in, told to stop after %.1f s%n",
        outcome.rooms(),
        result.joined(),
        result.expectedJoins(),
        outcome.toldAfterSeconds());
    out.printf(
        Locale.ROOT,
        "%,d packets ought to have come: %d did not come by themselves, %d never came; latency p50"
            + " %s, p99 %s%n",
        result.totals().expected(),
        result.totals().lostOnNetwork(),
        result.totals().lost(),
        Figure.LATENCY_P50.format(Figure.LATENCY_P50.of(result)),
        Figure.LATENCY_P99.format(Figure.LATENCY_P99.of(result)));
    out.printf(
        Locale.ROOT,
        "ended by themselves: %d participants; told to go: %d; failures: %s%n",
        result.joined() - result.dropouts(),
        result.dropouts(),
        result.failures().isEmpty() ? "none" : result.failures());
    out.printf(
        Locale.ROOT,
        "meanwhile a new room was answered %d (Retry-After %s), an old one %d%n",
        outcome.newRoom().status(),
        outcome.newRoom().retryAfter().isEmpty() ? "none" : outcome.newRoom().retryAfter(),
        outcome.oldRoom().status());
    out.printf(
        Locale.ROOT,
        "the relay ended %.1f s after SIGTERM with code %d%n",
        outcome.goneAfterSeconds(),
        outcome.exitCode());
  }
}
