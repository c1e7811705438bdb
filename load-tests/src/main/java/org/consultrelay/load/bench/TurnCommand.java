package org.consultrelay.load.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.consultrelay.load.turn.TrafficShape;
import org.consultrelay.load.turn.TurnBench;
import org.consultrelay.load.turn.TurnBenchReport;
import org.consultrelay.load.turn.TurnScenario;
import org.consultrelay.load.turn.TurnServers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./relay bench turn}: TURN servers against each other, in turn, driven by one hand. */
@Command(
    name = "turn",
    description = {
      "Compares TURN servers on this machine: packets per processor second of the server,",
      "allocations, memory. Fails when the driver is what was measured, or packets are lost."
    },
    mixinStandardHelpOptions = true)
final class TurnCommand implements Callable<Integer> {
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Mixin private TurnServerOptions servers = new TurnServerOptions();

  @Option(
      names = "--scenario",
      paramLabel = "TEXT",
      description = "Only scenarios whose names contain this. May be repeated.")
  private List<String> only = List.of();

  @Option(names = "--rounds", defaultValue = "5", description = "By default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--dropped-rounds",
      defaultValue = "1",
      description = "Rounds before, which do not count; by default ${DEFAULT-VALUE}.")
  private int dropped;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "At the begin of each measurement, not counted; by default ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--seconds",
      defaultValue = "6",
      description = "Counted in each measurement; by default ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--rate",
      paramLabel = "PACKETS",
      defaultValue = "0",
      description = "Packets a second each way; by default as fast as the window allows.")
  private int rate;

  @Option(
      names = "--window",
      paramLabel = "PACKETS",
      defaultValue = "96",
      description = "Under way each way at most, all together; by default ${DEFAULT-VALUE}.")
  private int window;

  @Option(
      names = "--churn-rate",
      paramLabel = "SESSIONS",
      defaultValue = "0",
      description = "Allocations a second; by default as many as the server manages.")
  private int churnRate;

  @Option(
      names = "--held",
      paramLabel = "ALLOCATIONS",
      defaultValue = "2000",
      description = "For memory; by default ${DEFAULT-VALUE}.")
  private int held;

  @Option(
      names = "--driver-loops",
      defaultValue = "1",
      description = "Event loops of the driver; by default ${DEFAULT-VALUE}.")
  private int loops;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes every round there.")
  private @Nullable Path json;

  @Override
  public Integer call() throws Exception {
    Processors.leaveFirst(servers.threads());
    List<TurnScenario> chosen =
        scenarios().stream()
            .filter(s -> only.isEmpty() || only.stream().anyMatch(s.name()::contains))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("no scenario is named so");
    }
    TurnBenchReport report =
        new TurnBench(rounds, dropped, out).run(servers.kinds(TurnServers.WIDE_QUOTAS), chosen);
    report.print(out);
    if (json != null) {
      report.write(json);
    }
    return report.failures().isEmpty() ? 0 : 1;
  }

  private List<TurnScenario> scenarios() {
    List<TurnScenario> scenarios = new ArrayList<>();
    for (int allocations : List.of(1, 200)) {
      // A video frame is several packets at once, sound is one.
      scenarios.add(channelData(allocations, 1_000, 8));
      scenarios.add(channelData(allocations, 160, 1));
    }
    scenarios.add(
        new TurnScenario.Churn("allocate and delete", 64, churnRate, loops, warmUp, seconds));
    scenarios.add(new TurnScenario.Held("held allocations", held, 64, loops));
    return scenarios;
  }

  private TurnScenario channelData(int allocations, int payload, int burst) {
    String name =
        String.format(
            Locale.ROOT,
            "channel data %d B x %d allocation(s), bursts of %d",
            payload,
            allocations,
            burst);
    return new TurnScenario.ChannelData(
        name,
        allocations,
        new TrafficShape(payload, burst, rate, window, true, true),
        loops,
        warmUp,
        seconds);
  }
}
