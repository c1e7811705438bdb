package org.consultrelay.load.bench;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks and prints a line for each. */
final class StageRuns {
  private static final Map<String, String> NAMES =
      Map.of(
          "StageBenchmark.parse", "parse header and extensions",
          "StageBenchmark.rewrite", "write outgoing header",
          "StageBenchmark.receive", "statistics, missing packets, transport-cc",
          "CipherBenchmark.protect", "SRTP protect, 1000 B",
          "CipherBenchmark.unprotect", "SRTP unprotect, 1000 B",
          "PathBenchmark.forward", "whole path without sockets");

  private final boolean full;
  private final PrintStream out;

  StageRuns(boolean full, PrintStream out) {
    this.full = full;
    this.out = out;
  }

  void run() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("org.consultrelay.load.bench.*")
                    .forks(1)
                    .warmupIterations(full ? 5 : 2)
                    .measurementIterations(full ? 5 : 2)
                    .warmupTime(TimeValue.milliseconds(full ? 2_000 : 700))
                    .measurementTime(TimeValue.milliseconds(full ? 2_000 : 700))
                    .jvmArgs("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC")
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    for (RunResult result : results) {
      print(result);
    }
  }

  private void print(RunResult result) {
    String benchmark = result.getParams().getBenchmark();
    String key =
        benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
    String name = NAMES.getOrDefault(key, key);
    double packets = 1;
    String profile = result.getParams().getParam("profile");
    String rooms = result.getParams().getParam("rooms");
    if (profile != null) {
      name += ", " + profile;
    }
    if (rooms != null) {
      name += ", " + rooms.replace("x", " to ");
      packets = PathBenchmark.FRAME * Double.parseDouble(rooms.substring(rooms.indexOf('x') + 1));
    }
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    double bytes = allocated == null ? Double.NaN : allocated.getScore() / packets;
    out.printf(
        Locale.ROOT,
        "stage: %-62s %8.1f ns/packet, %s%n",
        name,
        result.getPrimaryResult().getScore() / packets,
        Bench.bytesPerPacket(bytes));
  }
}
