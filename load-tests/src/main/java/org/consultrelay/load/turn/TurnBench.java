package org.consultrelay.load.turn;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * TURN servers against each other: round after round, each server in turn, who goes first changing
 * from round to round, so that what else the machine does meets all alike. The first rounds are
 * dropped.
 */
public final class TurnBench {
  private final int rounds;
  private final int dropped;
  private final PrintStream out;

  /**
   * A bench to come.
   *
   * @param rounds that count, 1 or more
   * @param dropped rounds before, which do not
   * @param out where its progress is told
   */
  public TurnBench(int rounds, int dropped, PrintStream out) {
    this.rounds = rounds;
    this.dropped = dropped;
    this.out = out;
  }

  /**
   * All rounds of one scenario.
   *
   * @param servers names and descriptions, in the order of {@code rounds}
   * @param rounds by server, those that count
   */
  record Result(TurnScenario scenario, List<String> servers, List<List<TurnRound>> rounds) {}

  /** Runs all scenarios with all servers. */
  public TurnBenchReport run(List<TurnServer.Kind> kinds, List<TurnScenario> scenarios)
      throws Exception {
    List<TurnServer> servers = new ArrayList<>();
    try {
      for (TurnServer.Kind kind : kinds) {
        servers.add(kind.start());
      }
      List<Result> results = new ArrayList<>();
      for (TurnScenario scenario : scenarios) {
        results.add(run(scenario, kinds, servers));
      }
      return new TurnBenchReport(
          servers.stream().map(TurnServer::description).toList(), results, rounds, dropped);
    } finally {
      servers.forEach(TurnServer::close);
    }
  }

  private Result run(TurnScenario scenario, List<TurnServer.Kind> kinds, List<TurnServer> servers)
      throws Exception {
    List<List<TurnRound>> counted = new ArrayList<>();
    servers.forEach(_ -> counted.add(new ArrayList<>()));
    for (int round = 0; round < dropped + rounds; round++) {
      for (int turn = 0; turn < servers.size(); turn++) {
        int server = round % 2 == 0 ? turn : servers.size() - 1 - turn;
        TurnRound measured = measure(scenario, kinds.get(server), servers.get(server));
        if (round >= dropped) {
          counted.get(server).add(measured);
        }
        tell(scenario, round, servers.get(server), measured);
      }
    }
    return new Result(scenario, servers.stream().map(TurnServer::name).toList(), counted);
  }

  private static TurnRound measure(TurnScenario scenario, TurnServer.Kind kind, TurnServer running)
      throws Exception {
    if (!scenario.wantsFreshServer()) {
      return scenario.measure(running);
    }
    try (TurnServer fresh = kind.start()) {
      return scenario.measure(fresh);
    }
  }

  private void tell(TurnScenario scenario, int round, TurnServer server, TurnRound measured) {
    var first = measured.figures().entrySet().iterator().next();
    out.printf(
        Locale.ROOT,
        "%s, round %s, %s: %,.0f %s, bottleneck %s%s%n",
        scenario.name(),
        round < dropped ? "dropped" : Integer.toString(round - dropped + 1),
        server.name(),
        first.getValue(),
        first.getKey(),
        measured.bottleneck().name().toLowerCase(Locale.ROOT),
        measured.failures().isEmpty() ? "" : ", FAILED: " + measured.failures());
  }
}
