package org.consultrelay.load.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.relay.srtp.SrtpCiphers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ./relay bench against}: two builds under the same traffic in the same seconds on the same
 * processor. A machine that others use too is never as fast twice; both have the same of it then.
 */
@Command(
    name = "against",
    description = {
      "Compares this build with another one. Both run at the same time on the same processor, each",
      "with its own testers, so that what else goes on is the same for both."
    },
    mixinStandardHelpOptions = true)
final class AgainstCommand implements Callable<Integer> {
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  @Parameters(
      paramLabel = "JAR",
      description = "The other build's relay-server.jar, its libraries beside it as built.")
  private Path jar;

  @Option(names = "--traffic", description = "${COMPLETION-CANDIDATES}; by default both in turn.")
  private List<Bench.Traffic> traffic = List.of(Bench.Traffic.values());

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "By default ${DEFAULT-VALUE}: two relays compile on one processor.")
  private int warmUp;

  @Option(
      names = "--starts",
      defaultValue = "4",
      description = {
        "How often both are started, in turn this one first and the other; by default",
        "${DEFAULT-VALUE}. No two starts compile to the same code."
      })
  private int starts;

  @Option(
      names = "--rounds",
      defaultValue = "4",
      description = "How often both are read after each start; by default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "8",
      description = "Of each round; by default ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--jvm",
      paramLabel = "FLAG",
      description = "A flag for the Java of both; by default -XX:+UseZGC. May be repeated.")
  private List<String> jvm = List.of("-XX:+UseZGC");

  /** One build and what loads it. */
  private record Side(RelayProcess relay, TestTraffic traffic) implements AutoCloseable {
    @Override
    public void close() {
      try {
        traffic.close();
      } finally {
        relay.close();
      }
    }
  }

  @Override
  public Integer call() throws Exception {
    if (!Files.isRegularFile(jar)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), jar + " is no file; name the other build's relay-server.jar");
    }
    if (starts < 1 || rounds < 1 || seconds < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--starts, --rounds and --seconds must be 1 or more");
    }
    if (Processors.pinTo(0).isEmpty()) {
      out.println("Not pinned (one processor, or no taskset): the testers take part of the time.");
    }
    Processors.leaveFirst();
    for (Bench.Traffic kind : traffic) {
      run(Shape.of(kind));
    }
    return 0;
  }

  private void run(Shape shape) throws Exception {
    List<Round> all = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      String here = RelayProcess.ownClassPath();
      String there = jar.toAbsolutePath().toString();
      boolean oursFirst = i % 2 == 0;
      try (Side first = side(shape, oursFirst ? here : there);
          Side second = side(shape, oursFirst ? there : here)) {
        first.traffic.start(shape.packetsPerFrame(), Shape.FRAMES_PER_SECOND);
        second.traffic.start(shape.packetsPerFrame(), Shape.FRAMES_PER_SECOND);
        TimeUnit.SECONDS.sleep(warmUp);
        List<Round> rounds = measure(oursFirst ? first : second, oursFirst ? second : first);
        print(shape, "start " + (i + 1), rounds);
        all.addAll(rounds);
      }
    }
    print(shape, "all", all);
  }

  private List<Round> measure(Side ours, Side other) throws Exception {
    List<Round> measured = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      // Who is read second forwards some more meanwhile: each is, in turn.
      boolean oursFirst = i % 2 == 0;
      Side first = oursFirst ? ours : other;
      Side second = oursFirst ? other : ours;
      RelayProcess.Reading before = first.relay.read();
      RelayProcess.Reading secondBefore = second.relay.read();
      TimeUnit.SECONDS.sleep(seconds);
      // Before their metrics are asked for, which costs both something, and not the same.
      double cpu = first.relay.cpuSeconds() - before.cpuSeconds();
      double secondCpu = second.relay.cpuSeconds() - secondBefore.cpuSeconds();
      double rate = forwarded(before, first.relay.read()) / cpu;
      double secondRate = forwarded(secondBefore, second.relay.read()) / secondCpu;
      measured.add(oursFirst ? new Round(rate, secondRate) : new Round(secondRate, rate));
    }
    return measured;
  }

  /** Packets per CPU-second of both in the same seconds. */
  private record Round(double ours, double other) {
    double ratio() {
      return ours / other;
    }
  }

  private Side side(Shape shape, String classPath) throws Exception {
    RelayProcess relay =
        RelayProcess.start(
            classPath, Processors.pinTo(0), jvm, List.of("net.loops=1", "net.io=epoll"));
    TestTraffic testers = null;
    try {
      testers = new TestTraffic(shape.peers(), SrtpCiphers.detect());
      shape.join(relay, testers);
      return new Side(relay, testers);
    } catch (Exception e) {
      if (testers != null) {
        testers.close();
      }
      relay.close();
      throw e;
    }
  }

  private static double forwarded(RelayProcess.Reading before, RelayProcess.Reading after) {
    double packets = ForwardRuns.delta(before, after, "relay_media_forwarded_packets_total");
    if (packets <= 0) {
      throw new IllegalStateException("a relay forwarded nothing, or does not say what");
    }
    return packets;
  }

  private void print(Shape shape, String which, List<Round> measured) {
    out.printf(
        Locale.ROOT,
        "%-16s %-8s this build %,.0f, the other %,.0f packets/CPU-second; ratio %.3f, from %.3f to"
            + " %.3f (%d rounds of %d s)%n",
        shape.name(),
        which,
        mean(measured, Round::ours),
        mean(measured, Round::other),
        mean(measured, Round::ratio),
        sorted(measured, Round::ratio)[0],
        sorted(measured, Round::ratio)[measured.size() - 1],
        measured.size(),
        seconds);
  }

  /** Geometric, so that the one that goes first now and then gains by it what it loses. */
  private static double mean(List<Round> measured, ToDoubleFunction<Round> what) {
    return Math.exp(
        measured.stream().mapToDouble(what).map(Math::log).average().orElse(Double.NaN));
  }

  private static double[] sorted(List<Round> measured, ToDoubleFunction<Round> what) {
    return measured.stream().mapToDouble(what).sorted().toArray();
  }
}
