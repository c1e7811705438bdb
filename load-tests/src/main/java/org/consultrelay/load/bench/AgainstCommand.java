package org.consultrelay.load.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
      names = "--rounds",
      defaultValue = "8",
      description = "How often both are read; by default ${DEFAULT-VALUE}.")
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
      traffic.close();
      relay.close();
    }
  }

  @Override
  public Integer call() throws Exception {
    if (!Files.isReadable(jar)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), jar + " cannot be read; name the other build's relay-server.jar");
    }
    Processors.leaveFirst();
    for (Bench.Traffic kind : traffic) {
      run(Shape.of(kind));
    }
    return 0;
  }

  private void run(Shape shape) throws Exception {
    try (Side ours = side(shape, RelayProcess.ownClassPath());
        Side other = side(shape, jar.toAbsolutePath().toString())) {
      ours.traffic.start(shape.packetsPerFrame(), Shape.FRAMES_PER_SECOND);
      other.traffic.start(shape.packetsPerFrame(), Shape.FRAMES_PER_SECOND);
      TimeUnit.SECONDS.sleep(warmUp);
      double[] rates = new double[rounds];
      double[] otherRates = new double[rounds];
      double[] ratios = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        RelayProcess.Reading before = ours.relay.read();
        RelayProcess.Reading otherBefore = other.relay.read();
        TimeUnit.SECONDS.sleep(seconds);
        rates[i] = packetsPerCpuSecond(before, ours.relay.read());
        otherRates[i] = packetsPerCpuSecond(otherBefore, other.relay.read());
        ratios[i] = rates[i] / otherRates[i];
      }
      print(shape, ours.traffic, rates, otherRates, ratios);
    }
  }

  private Side side(Shape shape, String classPath) throws Exception {
    RelayProcess relay =
        RelayProcess.start(
            classPath, Processors.pinTo(0), jvm, List.of("net.loops=1", "net.io=epoll"));
    try {
      TestTraffic testers = new TestTraffic(shape.peers(), SrtpCiphers.detect());
      Side side = new Side(relay, testers);
      shape.join(relay, testers);
      return side;
    } catch (Exception e) {
      relay.close();
      throw e;
    }
  }

  private static double packetsPerCpuSecond(
      RelayProcess.Reading before, RelayProcess.Reading after) {
    return ForwardRuns.delta(before, after, "relay_media_forwarded_packets_total")
        / (after.cpuSeconds() - before.cpuSeconds());
  }

  private void print(
      Shape shape, TestTraffic testers, double[] rates, double[] otherRates, double[] ratios) {
    Arrays.sort(rates);
    Arrays.sort(otherRates);
    Arrays.sort(ratios);
    out.printf(
        Locale.ROOT,
        "%-16s %s: this build %,.0f, the other %,.0f packets/CPU-second (medians of %d rounds of"
            + " %d s); ratio %.3f, from %.3f to %.3f%n",
        shape.name(),
        testers.profile(),
        rates[rounds / 2],
        otherRates[rounds / 2],
        rounds,
        seconds,
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1]);
  }
}
