package org.consultrelay.load.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.relay.srtp.SrtpCiphers;

/**
 * A relay whose virtual machine never collects garbage, with a small heap, at 20,000 packets a
 * second: what the packet path allocated would fill it.
 */
final class EpsilonRun {
  /** Most of it goes before anything is measured: the relay warms up with 300 handshakes. */
  private static final int HEAP_MEBIBYTES = 512;

  private static final int WARM_UP_SECONDS = 10;
  private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";

  private EpsilonRun() {}

  static void run(boolean full, PrintStream out) throws Exception {
    Processors.leaveFirst();
    int seconds = full ? 60 : 15;
    List<String> flags =
        List.of(
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:+UseEpsilonGC",
            "-Xmx" + HEAP_MEBIBYTES + "m",
            "-Xms" + HEAP_MEBIBYTES + "m",
            "-XX:+ExitOnOutOfMemoryError");
    try (RelayProcess relay =
            RelayProcess.start(Processors.pinTo(0), flags, List.of("net.loops=1"));
        TestTraffic traffic = new TestTraffic(76, SrtpCiphers.detect())) {
      // 1 publisher of 270 packets a second to 75 subscribers: 20,250 packets a second go out.
      new Shape("1 to 75", 1, false, 75, 9).join(relay, traffic);
      traffic.start(9, Shape.FRAMES_PER_SECOND);
      TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
      RelayProcess.Reading before = relay.read();
      TimeUnit.SECONDS.sleep(seconds);
      RelayProcess.Reading after = relay.read();
      double forwarded = ForwardRuns.delta(before, after, "relay_media_forwarded_packets_total");
      out.printf(
          Locale.ROOT,
          "epsilon: %d s at %,.0f packets/s under Epsilon GC in %d MiB: heap %.1f -> %.1f MiB"
              + " (reading the metrics allocates, too), loop %s%n",
          seconds,
          forwarded / seconds,
          HEAP_MEBIBYTES,
          before.sum(HEAP) / (1 << 20),
          after.sum(HEAP) / (1 << 20),
          Bench.bytesPerPacket(
              ForwardRuns.delta(before, after, "relay_loop_allocated_bytes_total") / forwarded));
    }
  }
}
