package org.consultrelay.load.turn;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a bench of TURN servers has found: medians and spread, and what is not to be believed. */
public final class TurnBenchReport {
  private final List<String> servers;
  private final List<TurnBench.Result> results;
  private final int rounds;
  private final int dropped;
  private final Instant at = Instant.now();

  TurnBenchReport(List<String> servers, List<TurnBench.Result> results, int rounds, int dropped) {
    this.servers = List.copyOf(servers);
    this.results = List.copyOf(results);
    this.rounds = rounds;
    this.dropped = dropped;
  }

  /** Why figures are not to be believed, one line each; empty when all are. */
  public List<String> failures() {
    List<String> failures = new ArrayList<>();
    for (TurnBench.Result result : results) {
      for (int i = 0; i < result.rounds().size(); i++) {
        List<TurnRound> measured = result.rounds().get(i);
        for (int round = 0; round < measured.size(); round++) {
          for (String failure : measured.get(round).failures()) {
            failures.add(
                result.scenario().name()
                    + ", round "
                    + (round + 1)
                    + ", "
                    + result.servers().get(i)
                    + ": "
                    + failure);
          }
        }
      }
    }
    return failures;
  }

  /** Prints a table for each scenario. */
  public void print(PrintStream out) {
    out.println();
    servers.forEach(out::println);
    out.printf("medians of %d rounds (least to most), %d dropped before%n", rounds, dropped);
    for (TurnBench.Result result : results) {
      out.printf("%n%s%n", result.scenario().name());
      for (String figure : result.rounds().getFirst().getFirst().figures().keySet()) {
        out.printf("  %-28s", figure);
        for (int i = 0; i < result.servers().size(); i++) {
          double[] values = values(result.rounds().get(i), figure);
          out.printf(
              "  %-8s %12s (%s to %s)",
              result.servers().get(i),
              text(median(values)),
              text(values[0]),
              text(values[values.length - 1]));
        }
        if (result.servers().size() == 2) {
          out.printf(
              Locale.ROOT,
              "   second/first %.2f",
              median(values(result.rounds().get(1), figure))
                  / median(values(result.rounds().get(0), figure)));
        }
        out.println();
      }
      for (int i = 0; i < result.servers().size(); i++) {
        out.printf(
            "  bottleneck of %s: %s%n",
            result.servers().get(i),
            result.rounds().get(i).stream().map(TurnRound::bottleneck).distinct().toList());
      }
    }
    failures().forEach(failure -> out.println("FAILED: " + failure));
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
  }

  /** In ascending order. */
  private static double[] values(List<TurnRound> measured, String figure) {
    return measured.stream().mapToDouble(round -> round.figures().get(figure)).sorted().toArray();
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Everything, round by round, as JSON. */
  public void write(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("at", at.toString());
    root.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    root.put("processors", Runtime.getRuntime().availableProcessors());
    servers.forEach(root.putArray("servers")::add);
    root.put("rounds", rounds).put("dropped", dropped);
    ArrayNode scenarios = root.putArray("scenarios");
    for (TurnBench.Result result : results) {
      ObjectNode scenario = scenarios.addObject();
      scenario.put("name", result.scenario().name()).put("settings", result.scenario().toString());
      ObjectNode byServer = scenario.putObject("servers");
      for (int i = 0; i < result.servers().size(); i++) {
        write(byServer.putObject(result.servers().get(i)), result.rounds().get(i));
      }
    }
    failures().forEach(root.putArray("failures")::add);
    mapper.writeValue(file.toFile(), root);
  }

  private static void write(ObjectNode server, List<TurnRound> measured) {
    ObjectNode medians = server.putObject("medians");
    for (String figure : measured.getFirst().figures().keySet()) {
      medians.put(figure, median(values(measured, figure)));
    }
    ArrayNode rounds = server.putArray("rounds");
    for (TurnRound round : measured) {
      ObjectNode one = rounds.addObject();
      for (Map.Entry<String, Double> figure : round.figures().entrySet()) {
        one.put(figure.getKey(), figure.getValue());
      }
      one.put("bottleneck", round.bottleneck().name().toLowerCase(Locale.ROOT));
    }
  }
}
