package org.consultrelay.load.run;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the relay from outside: processor time and memory as the operating system counts them if
 * it runs on this machine, else as its metrics say. Blocking.
 */
final class ServerProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final @Nullable URI metrics;
  private final long processId;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  ServerProbe(Target target) {
    this.metrics = target.metrics();
    this.processId = target.processId();
  }

  /**
   * One look.
   *
   * @param cpuSeconds that the relay has used so far; NaN when unknown
   * @param memory bytes resident, or of heap where only that is known; NaN when unknown
   * @param lateMaxMillis by which a loop was late at most since the look before; NaN when unknown
   * @param headroom what is left for new rooms, 0 to 1; NaN when unknown
   * @param overload step of the loop that sheds most, 0 to 4; NaN when unknown
   */
  record Reading(
      double cpuSeconds, double memory, double lateMaxMillis, double headroom, double overload) {}

  Reading read() throws InterruptedException {
    String text = scrape();
    double cpu = processId > 0 ? processCpu() : Double.NaN;
    double memory = processId > 0 ? processMemory() : Double.NaN;
    double late = Double.NaN;
    double headroom = Double.NaN;
    double overload = Double.NaN;
    if (text != null) {
      late = largest(text, "relay_loop_lateness_max_seconds") * 1_000;
      headroom = largest(text, "relay_headroom_ratio");
      overload = largest(text, "relay_overload_level");
      if (Double.isNaN(cpu)) {
        cpu = sum(text, "process_cpu_time_ns_total") / 1e9;
      }
      if (Double.isNaN(memory)) {
        memory = sum(text, "jvm_memory_used_bytes");
      }
    }
    return new Reading(cpu, memory, late, headroom, overload);
  }

  private @Nullable String scrape() throws InterruptedException {
    if (metrics == null) {
      return null;
    }
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(metrics).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? response.body() : null;
    } catch (IOException e) {
      return null;
    }
  }

  private double processCpu() {
    return ProcessHandle.of(processId)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(time -> time.toNanos() / 1e9)
        .orElse(Double.NaN);
  }

  private double processMemory() {
    try {
      return Files.readAllLines(Path.of("/proc/" + processId + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1_024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException | NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static double sum(String text, String name) {
    double[] values = values(text, name);
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? Double.NaN : sum;
  }

  private static double largest(String text, String name) {
    double largest = Double.NaN;
    for (double value : values(text, name)) {
      largest = Double.isNaN(largest) ? value : Math.max(largest, value);
    }
    return largest;
  }

  private static double[] values(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name))
        .filter(
            line -> line.length() > name.length() && "{ ".indexOf(line.charAt(name.length())) >= 0)
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .toArray();
  }
}
