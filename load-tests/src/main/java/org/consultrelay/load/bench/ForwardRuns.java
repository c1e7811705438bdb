package org.consultrelay.load.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.relay.srtp.SrtpCiphers;

/** The whole path through sockets: a relay process on one processor, the tester on the others. */
final class ForwardRuns {
  private final boolean full;
  private final int warmUpSeconds;
  private final List<String> jvmFlags;
  private final PrintStream out;

  /**
   * Runs to come.
   *
   * @param warmUpSeconds of traffic before each measurement: the compiler of a relay that has just
   *     started takes a share of its processor
   * @param jvmFlags for the relay's Java
   */
  ForwardRuns(boolean full, int warmUpSeconds, List<String> jvmFlags, PrintStream out) {
    this.full = full;
    this.warmUpSeconds = warmUpSeconds;
    this.jvmFlags = jvmFlags;
    this.out = out;
  }

  void run(List<String> variants, List<Bench.Traffic> traffic) throws Exception {
    Processors.leaveFirst();
    for (Bench.Traffic kind : Bench.Traffic.values()) {
      if (!traffic.contains(kind)) {
        continue;
      }
      Shape shape = Shape.of(kind);
      for (String io : variants) {
        for (boolean gcm : full ? List.of(true, false) : List.of(true)) {
          run(shape, io, gcm);
        }
      }
    }
  }

  private void run(Shape shape, String io, boolean gcm) throws Exception {
    SrtpCiphers ciphers = gcm ? SrtpCiphers.detect() : SrtpCiphers.pureJava();
    try (RelayProcess relay =
            RelayProcess.start(
                Processors.pinTo(0),
                jvmFlags,
                List.of("net.loops=1", "net.io=" + io, "srtp.ciphers=" + (gcm ? "auto" : "java")));
        TestTraffic traffic = new TestTraffic(shape.peers(), ciphers)) {
      shape.join(relay, traffic);
      traffic.start(shape.packetsPerFrame(), Shape.FRAMES_PER_SECOND);
      TimeUnit.SECONDS.sleep(warmUpSeconds);
      RelayProcess.Reading before = relay.read();
      long receivedBefore = traffic.sink().received();
      TimeUnit.SECONDS.sleep(full ? 20 : 6);
      RelayProcess.Reading after = relay.read();
      long received = traffic.sink().received() - receivedBefore;
      print(shape, io, traffic, before, after, received);
    }
  }

  private void print(
      Shape shape,
      String io,
      TestTraffic traffic,
      RelayProcess.Reading before,
      RelayProcess.Reading after,
      long received) {
    double forwarded = delta(before, after, "relay_media_forwarded_packets_total");
    double cpu = after.cpuSeconds() - before.cpuSeconds();
    double loop = delta(before, after, "relay_loop_busy_seconds_total");
    double allocated = delta(before, after, "relay_loop_allocated_bytes_total");
    double segmented =
        delta(before, after, "relay_segmented_packets_total")
            / delta(before, after, "relay_packets_total{direction=\"tx\"");
    out.printf(
        Locale.ROOT,
        "whole path: %-16s %-5s %-22s %,7.0f packets/CPU-second, %6.0f ns/packet (loop %6.0f),"
            + " %3.0f %% segmented, received %.2f %% of %,.0f, %d verified, %d wrong, %s%n",
        shape.name(),
        io,
        traffic.profile(),
        forwarded / cpu,
        cpu / forwarded * 1e9,
        loop / forwarded * 1e9,
        segmented * 100,
        100 * received / forwarded,
        forwarded,
        traffic.sink().verified(),
        traffic.sink().wrong(),
        Bench.bytesPerPacket(allocated / forwarded));
  }

  static double delta(RelayProcess.Reading before, RelayProcess.Reading after, String prefix) {
    return after.sum(prefix) - before.sum(prefix);
  }
}
