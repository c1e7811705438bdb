package org.consultrelay.load.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.load.profile.Consultation;
import org.consultrelay.load.profile.Leg;
import org.consultrelay.load.run.Interval;
import org.consultrelay.load.run.LoadRun;
import org.consultrelay.load.run.RunResult;
import org.consultrelay.load.run.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./relay load compare}: two relays in turn under the same load, and what each costs per
 * packet. Rounds alternate, so that what the machine does besides hits both alike; the ratio is
 * taken round by round.
 */
@Command(
    name = "compare",
    description =
        "Compares the processor time per packet of two relays on this machine, in alternating"
            + " rounds.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  private static final long SECOND = 1_000_000_000L;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private MediaOptions media = new MediaOptions();

  @ArgGroup(exclusive = false, heading = "The first relay%n")
  private SideA a = new SideA();

  @ArgGroup(exclusive = false, heading = "The second relay%n")
  private SideB b = new SideB();

  @Option(names = "--rooms", defaultValue = "50", description = "By default ${DEFAULT-VALUE}.")
  private int rooms;

  @Option(
      names = "--people",
      defaultValue = "2",
      description = "In each room; by default ${DEFAULT-VALUE}.")
  private int people;

  @Option(names = "--rounds", defaultValue = "3", description = "By default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "At the begin of each round, not counted; by default ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Counted in each round; by default ${DEFAULT-VALUE}.")
  private int seconds;

  private static final class SideA {
    @Option(names = "--a-whip", paramLabel = "URL", description = "Where it takes offers.")
    private @Nullable URI whip;

    @Option(
        names = "--a-whep",
        paramLabel = "URL",
        description = "Where it takes offers to play; else whep in place of whip.")
    private @Nullable URI whep;

    @Option(
        names = "--a-token",
        paramLabel = "TOKEN",
        description = "The Bearer token of every participant; else signed with devkey.")
    private @Nullable String token;

    @Option(
        names = "--a-pid",
        paramLabel = "PID",
        description = "Its process on this machine; needed with --a-whip.")
    private long processId = -1;

    @Option(
        names = "--a-set",
        paramLabel = "KEY=VALUE",
        description = "Without --a-whip: a setting of the relay that is started. May be repeated.")
    private List<String> settings = List.of();

    private Side side() {
      return new Side("A", "--a-", whip, whep, token, processId, settings);
    }
  }

  private static final class SideB {
    @Option(names = "--b-whip", paramLabel = "URL", description = "Where it takes offers.")
    private @Nullable URI whip;

    @Option(
        names = "--b-whep",
        paramLabel = "URL",
        description = "Where it takes offers to play; else whep in place of whip.")
    private @Nullable URI whep;

    @Option(
        names = "--b-token",
        paramLabel = "TOKEN",
        description = "The Bearer token of every participant; else signed with devkey.")
    private @Nullable String token;

    @Option(
        names = "--b-pid",
        paramLabel = "PID",
        description = "Its process on this machine; needed with --b-whip.")
    private long processId = -1;

    @Option(
        names = "--b-set",
        paramLabel = "KEY=VALUE",
        description = "Without --b-whip: a setting of the relay that is started. May be repeated.")
    private List<String> settings = List.of();

    private Side side() {
      return new Side("B", "--b-", whip, whep, token, processId, settings);
    }
  }

  /** One of the two relays, as the command line says. */
  private record Side(
      String name,
      String options,
      @Nullable URI whip,
      @Nullable URI whep,
      @Nullable String token,
      long processId,
      List<String> settings) {}

  @Override
  public Integer call() throws InterruptedException {
    within("--rooms", rooms, 1, 100_000);
    within("--people", people, 2, 50);
    within("--rounds", rounds, 1, 1_000);
    within("--warm-up", warmUp, 1, 3_600);
    within("--seconds", seconds, 3, 3_600);
    Target named = target(a.side(), known());
    Target other = target(b.side(), known());
    try {
      return compare(named, other, System.out);
    } catch (IOException e) {
      System.err.println("load: " + e.getMessage());
      return 2;
    }
  }

  private void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          known().commandLine(), name + " is " + value + ", must be " + least + " to " + most);
    }
  }

  /**
   * Compares.
   *
   * @param targetA null: a relay is started
   * @param targetB null: a relay is started
   */
  private int compare(@Nullable Target targetA, @Nullable Target targetB, PrintStream out)
      throws IOException, InterruptedException {
    double[] costA = new double[rounds];
    double[] costB = new double[rounds];
    double[] ratios = new double[rounds];
    try (Contestant first = Contestant.of(a.side(), targetA);
        Contestant second = Contestant.of(b.side(), targetB)) {
      for (int round = 0; round < rounds; round++) {
        // Who goes first changes: the second one finds a warmer machine.
        boolean firstFirst = round % 2 == 0;
        double one = measure(firstFirst ? first : second, out);
        double other = measure(firstFirst ? second : first, out);
        costA[round] = firstFirst ? one : other;
        costB[round] = firstFirst ? other : one;
        ratios[round] = costA[round] / costB[round];
        out.printf(
            Locale.ROOT,
            "round %d: A %.2f µs, B %.2f µs per packet, A/B %.3f%n",
            round + 1,
            costA[round],
            costB[round],
            ratios[round]);
      }
    }
    out.printf(
        Locale.ROOT,
        "median of %d rounds: A %.2f µs, B %.2f µs per packet; A/B %.3f (%.3f to %.3f)%n",
        rounds,
        median(costA),
        median(costB),
        median(ratios),
        Arrays.stream(ratios).min().orElse(Double.NaN),
        Arrays.stream(ratios).max().orElse(Double.NaN));
    return 0;
  }

  private CommandSpec known() {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return known;
  }

  /** The relay that was named, or null when one is to be started. */
  private static @Nullable Target target(Side side, CommandSpec spec) {
    if (side.whip() == null) {
      return null;
    }
    if (ProcessHandle.of(side.processId()).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          side.options()
              + "pid is "
              + (side.processId() < 0 ? "needed" : "no process of this machine")
              + ": processor time is what is compared");
    }
    return new TargetOptions()
        .named(side.whip(), side.whep(), side.token(), side.processId(), spec);
  }

  /** Microseconds of the relay's processor time for each packet that receivers got. */
  private double measure(Contestant contestant, PrintStream out)
      throws IOException, InterruptedException {
    try (LoadRun run =
        LoadRun.start(schedule(), contestant.target(), media.options(known(), 0, 1))) {
      RunResult result = run.await();
      if (result.failureCount() > 0 || !(result.loss() <= 0.001)) {
        out.println(
            "note: "
                + contestant.name()
                + " had "
                + result.failures()
                + ", lost "
                + result.totals().lost()
                + " packets: its cost is not that of a sound run");
      }
      double cpu = 0;
      long packets = 0;
      double before = warmUp;
      for (Interval interval : result.intervals()) {
        if (interval.second() > warmUp && interval.second() < warmUp + seconds) {
          cpu += interval.serverCpu() * (interval.second() - before);
          packets += interval.received();
        }
        before = interval.second();
      }
      return cpu * 1e6 / packets;
    }
  }

  private List<Consultation> schedule() {
    List<Consultation> schedule = new ArrayList<>();
    for (int i = 0; i < rooms; i++) {
      List<Leg> legs = new ArrayList<>();
      for (int person = 0; person < people; person++) {
        legs.add(new Leg("person-" + person, 0, true, true));
      }
      // Joins are spread over half of the warm-up.
      long start = i * (warmUp * SECOND / 2) / rooms;
      long length = (warmUp + seconds + 1) * SECOND - start;
      schedule.add(new Consultation(i, "compare-" + i, start, length, legs, false));
    }
    return schedule;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** One of the two; a relay of ours is started if no other was named. */
  private record Contestant(String name, Target target, @Nullable RelayProcess relay)
      implements AutoCloseable {
    static Contestant of(Side side, @Nullable Target named)
        throws IOException, InterruptedException {
      if (named != null) {
        return new Contestant(side.name(), named, null);
      }
      RelayProcess relay = RelayProcess.start(List.of(), List.of("-XX:+UseZGC"), side.settings());
      return new Contestant(
          side.name(), new TargetOptions().of(relay, TargetOptions.DoorName.WHIP), relay);
    }

    @Override
    public void close() {
      if (relay != null) {
        relay.close();
      }
    }
  }
}
