package org.consultrelay.load.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.consultrelay.load.net.BadNetwork;
import org.consultrelay.load.net.Direction;
import org.consultrelay.load.net.Impairment;
import org.consultrelay.load.net.LineCounts;
import org.consultrelay.load.net.NetworkScript;
import org.consultrelay.load.net.ScriptException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./relay load bad-network}: runs a program at the far end of a bad line. */
@Command(
    name = "bad-network",
    description = {
      "Runs a program at the far end of a bad line to this machine, and says each second what the"
          + " line did. Without a program it makes the line and keeps it. Linux, as root.",
      "A line is described in words, as: 3mbit queue 200ms delay 40ms jitter 20ms loss 1%%"
          + " burst 95/5 reorder 1%% duplicate 1%% (docs/bad-network.md).",
      "In the program's arguments {host} becomes the address of this machine at the line, and"
          + " {client} the program's own."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "N:That of the program.",
      "0:There was no program, or the time was over.",
      "2:The command line or the script is wrong, or the line could not be made."
    },
    mixinStandardHelpOptions = true)
final class BadNetworkCommand implements Callable<Integer> {
  private static final double NANOS = 1e9;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description = "How the line changes over time: a line of text for each change.")
  private @Nullable Path script;

  @Option(
      names = "--both",
      paramLabel = "WORDS",
      description = "What the line is like both ways, from the start.")
  private String both = "";

  @Option(
      names = "--up",
      paramLabel = "WORDS",
      description = "Besides, from the program to this machine.")
  private String up = "";

  @Option(
      names = "--down",
      paramLabel = "WORDS",
      description = "Besides, from this machine to the program.")
  private String down = "";

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "Ends then, as 90s or 10m; by default with the program.")
  private @Nullable String duration;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of chance; ${DEFAULT-VALUE} by default.")
  private long seed = 1;

  @Option(names = "--quiet", description = "Says only at the end what the line did.")
  private boolean quiet;

  @Parameters(paramLabel = "-- PROGRAM ARGUMENT", description = "What to run, after --.")
  private List<String> program = List.of();

  private final Map<Direction, LineCounts> last = new EnumMap<>(Direction.class);

  @Override
  public Integer call() throws InterruptedException {
    // The program's own output may go somewhere else.
    PrintStream out = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    NetworkScript steps = steps();
    Impairment first = words("--both", both, Impairment.NONE);
    Impairment firstUp = words("--up", up, first);
    Impairment firstDown = words("--down", down, first);
    long nanos = duration == null ? Long.MAX_VALUE : nanos(duration);
    try (BadNetwork network = BadNetwork.openFirst(seed)) {
      network.set(Direction.UP, firstUp);
      network.set(Direction.DOWN, firstDown);
      out.printf(
          "bad network: this machine is %s, the program %s; others: ip netns exec %s ...%n",
          network.hostAddress(), network.clientAddress(), network.namespace());
      Process process = program.isEmpty() ? null : start(network);
      try {
        network.follow(steps);
        return watch(network, process, nanos, out);
      } finally {
        if (process != null) {
          end(process);
        }
        for (Direction direction : Direction.values()) {
          out.printf("%-4s  %s%n", name(direction), LineText.total(network.counts(direction)));
        }
      }
    } catch (IOException | IllegalStateException e) {
      out.println("load bad-network: " + e.getMessage());
      return 2;
    }
  }

  private Process start(BadNetwork network) throws IOException {
    List<String> words =
        program.stream()
            .map(word ->
                word.replace("{host}", network.hostAddress())
                    .replace("{client}", network.clientAddress()))
            .toList();
    ProcessBuilder builder = new ProcessBuilder(network.command(words)).inheritIO();
    builder.environment().put("BAD_NETWORK_HOST", network.hostAddress());
    builder.environment().put("BAD_NETWORK_CLIENT", network.clientAddress());
    Process process = builder.start();
    // Who ends us otherwise than by the keyboard does not end the program.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "program-end"));
    return process;
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  /** Until the program or the time ends. */
  private int watch(BadNetwork network, @Nullable Process process, long nanos, PrintStream out)
      throws InterruptedException {
    long start = System.nanoTime();
    long shown = start;
    while (true) {
      long now = System.nanoTime();
      long left = Math.min(shown + TimeUnit.SECONDS.toNanos(1) - now, nanos - (now - start));
      if (process == null) {
        TimeUnit.NANOSECONDS.sleep(left);
      } else if (process.waitFor(left, TimeUnit.NANOSECONDS)) {
        return process.exitValue();
      }
      now = System.nanoTime();
      if (now - start >= nanos) {
        return 0;
      }
      if (now - shown >= TimeUnit.SECONDS.toNanos(1)) {
        show(network, (now - start) / NANOS, (now - shown) / NANOS, out);
        shown = now;
      }
    }
  }

  private void show(BadNetwork network, double at, double seconds, PrintStream out) {
    for (Direction direction : Direction.values()) {
      LineCounts counts = network.counts(direction);
      LineCounts passed = counts.since(last.getOrDefault(direction, LineCounts.ZERO));
      last.put(direction, counts);
      if (!quiet) {
        out.printf(
            Locale.ROOT,
            "%5.0f s  %-4s  %s  [%s]%n",
            at,
            name(direction),
            LineText.of(passed, seconds),
            LineText.of(network.impairment(direction)));
      }
    }
  }

  private static String name(Direction direction) {
    return direction.name().toLowerCase(Locale.ROOT);
  }

  private NetworkScript steps() {
    Path file = script;
    if (file == null) {
      return new NetworkScript(List.of());
    }
    try {
      return NetworkScript.parse(Files.readString(file));
    } catch (ScriptException e) {
      throw mistake(file + ", " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw mistake("--script: there is no file " + file, e);
    } catch (IOException e) {
      throw mistake("--script: cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private Impairment words(String option, String words, Impairment before) {
    try {
      return NetworkScript.change(before, words);
    } catch (ScriptException e) {
      throw mistake(option + ": " + e.getMessage(), e);
    }
  }

  private long nanos(String text) {
    try {
      return Quantities.time(text).toNanos();
    } catch (IllegalArgumentException e) {
      throw mistake("--duration " + e.getMessage(), e);
    }
  }

  private ParameterException mistake(@Nullable String message, Throwable cause) {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return new ParameterException(known.commandLine(), message, cause);
  }
}
