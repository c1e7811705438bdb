package org.consultrelay.load.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.consultrelay.relay.srtp.SrtpCiphers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./relay bench}: nanoseconds and allocated bytes per packet, stage by stage and for the
 * whole path through a relay process of its own. Prints one line for each; judges nothing.
 */
@Command(
    name = "bench",
    description = "Measures time and allocated bytes per packet.",
    subcommands = {AgainstCommand.class, TurnCommand.class, TurnFloodCommand.class},
    mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Option(names = "--full", description = "The long run: steadier figures, some ten minutes.")
  private boolean full;

  @Option(
      names = "--only",
      description = "One part alone: ${COMPLETION-CANDIDATES}. May be repeated.")
  private List<Part> only = List.of();

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Before each measurement through sockets; by default 12, with --full 30.")
  private int warmUp;

  @Option(names = "--io", description = "epoll or nio; by default both in turn.")
  private List<String> io = List.of("epoll", "nio");

  @Option(
      names = "--traffic",
      description = "Through sockets: ${COMPLETION-CANDIDATES}; by default both.")
  private List<Traffic> traffic = List.of(Traffic.values());

  @Option(
      names = "--jvm",
      paramLabel = "FLAG",
      description = "A flag for the relay's Java; by default -XX:+UseZGC. May be repeated.")
  private List<String> jvm = List.of("-XX:+UseZGC");

  /** What goes through sockets. */
  enum Traffic {
    /** One publisher, fifty subscribers, in several rooms. */
    FAN_OUT,
    /** Rooms of two who see each other. */
    PAIRS
  }

  /** The parts of the bench. */
  enum Part {
    /** Each stage alone (JMH). */
    STAGES,
    /** One publisher and 50 subscribers, and two-person rooms, through sockets. */
    FORWARD,
    /** A relay that never collects garbage. */
    EPSILON
  }

  private Bench() {}

  /** Runs the bench. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    out.printf(
        "bench: %d processors, Java %s, %s%n",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        SrtpCiphers.detect().description());
    if (wants(Part.STAGES)) {
      new StageRuns(full, out).run();
    }
    if (wants(Part.FORWARD)) {
      new ForwardRuns(full, warmUp > 0 ? warmUp : full ? 30 : 12, jvm, out).run(io, traffic);
    }
    if (wants(Part.EPSILON)) {
      EpsilonRun.run(full, out);
    }
    return 0;
  }

  private boolean wants(Part part) {
    return only.isEmpty() || only.contains(part);
  }

  /** Bytes as the lines end with them: 0 only when it is 0 to two places. */
  static String bytesPerPacket(double bytes) {
    String text = String.format(Locale.ROOT, "%.2f", bytes);
    return (text.equals("0.00") ? "0" : text) + " bytes/packet";
  }
}
