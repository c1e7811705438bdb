package org.consultrelay.load.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.consultrelay.load.plan.Costs;
import org.consultrelay.load.plan.Plan;
import org.consultrelay.load.plan.PlanJson;
import org.consultrelay.load.plan.PlanText;
import org.consultrelay.load.profile.Profile;
import org.consultrelay.load.profile.ProfileException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./relay load plan}: what a profile's day needs, on paper. */
@Command(
    name = "plan",
    description =
        "Says what a profile's day needs, from measured costs: simulates every consultation of the"
            + " day against the relay's own rules of placing and admitting. Runs no relay.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      defaultValue = "nationwide",
      description =
          "Whose day: morning, lockdown-2020, nationwide, reconnect-storm, conference, lecture,"
              + " or a YAML file; by default ${DEFAULT-VALUE}.")
  private String profile = "nationwide";

  @Option(
      names = "--consultations",
      paramLabel = "N",
      description = "Of the day, in place of the profile's.")
  private @Nullable Long consultations;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Relays that there are; by default as many as are needed.")
  private int nodes;

  @Option(
      names = "--costs",
      paramLabel = "FILE",
      description = "Costs and nodes as you have measured and have them (YAML).")
  private String costs = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Same seed, same day.")
  private long seed = 1;

  @Option(
      names = "--report",
      paramLabel = "DIRECTORY",
      description = "Writes plan.json there, with the day minute by minute.")
  private @Nullable Path directory;

  @Override
  public Integer call() {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try {
      Profile chosen = Profile.load(profile);
      long day = consultations == null ? chosen.consultations() : consultations;
      if (day < 1 || day > 100_000_000 || nodes < 0 || nodes > 10_000) {
        throw mistake("--consultations must be 1 to 100,000,000 and --nodes 1 to 10,000", null);
      }
      Plan plan = Plan.of(chosen, (double) day, Costs.load(costs), nodes, seed);
      PlanText.of(plan).forEach(out::println);
      if (directory != null) {
        Files.createDirectories(directory);
        Path file = directory.resolve("plan.json");
        new ObjectMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValue(file.toFile(), PlanJson.of(plan));
        out.println();
        out.println("Written: " + file);
      }
      return 0;
    } catch (ProfileException e) {
      throw mistake(e.getMessage(), e);
    } catch (IOException e) {
      System.err.println("load plan: " + e.getMessage());
      return 2;
    }
  }

  private ParameterException mistake(@Nullable String message, @Nullable Throwable cause) {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return new ParameterException(known.commandLine(), message, cause);
  }
}
