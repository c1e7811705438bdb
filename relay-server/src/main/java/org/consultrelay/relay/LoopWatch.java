package org.consultrelay.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.config.AdmissionConfig;
import org.consultrelay.relay.ops.LoopUse;
import org.consultrelay.relay.sfu.VideoCap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each loop a small task a few times a second. That it is run shows that the loop lives; what
 * it does is to look at how the loop is doing and to cut video down before packets are lost.
 */
final class LoopWatch {
  /** A loop that has not run a task for so long is not responsive. */
  static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Quicker than admission: the calls are there already. */
  private static final double SMOOTHING_NANOS = TimeUnit.MILLISECONDS.toNanos(800);

  private static final Logger LOG = LoggerFactory.getLogger(LoopWatch.class);

  private final List<Watched> loops = new ArrayList<>();

  LoopWatch(List<MediaHost> hosts, AdmissionConfig config, long nowNanos) {
    for (MediaHost host : hosts) {
      loops.add(new Watched(host, config, nowNanos));
    }
  }

  /** Asks every loop that has answered. Any one thread. */
  void ask() {
    for (Watched each : loops) {
      each.ask();
    }
  }

  /** Other limits from now on. Any thread. */
  void configure(AdmissionConfig config) {
    for (Watched each : loops) {
      each.host.loop().execute(() -> each.configure(config));
    }
  }

  /** Which loops have not answered for too long, in one line; empty when all have. */
  Optional<String> silent(long nowNanos) {
    for (Watched each : loops) {
      long silence = nowNanos - each.answeredAt;
      if (silence > SILENCE_NANOS) {
        return Optional.of(
            "loop "
                + each.host.loop().index()
                + " has run no task for "
                + silence / 1_000_000
                + " ms");
      }
    }
    return Optional.empty();
  }

  private static final class Watched {
    private final MediaHost host;
    private final LoopUse use;
    private volatile long answeredAt;
    private volatile boolean asked;

    Watched(MediaHost host, AdmissionConfig config, long nowNanos) {
      this.host = host;
      this.answeredAt = nowNanos;
      this.use =
          new LoopUse(
              config.busyLimit() / 100.0,
              config.latenessLimit().toNanos(),
              config.memoryLimit() / 100.0,
              SMOOTHING_NANOS);
    }

    void configure(AdmissionConfig config) {
      use.limits(
          config.busyLimit() / 100.0,
          (double) config.latenessLimit().toNanos(),
          config.memoryLimit() / 100.0,
          SMOOTHING_NANOS);
    }

    void ask() {
      if (!asked) {
        asked = true;
        host.loop().execute(this::answer);
      }
    }

    private void answer() {
      long now = System.nanoTime();
      answeredAt = now;
      asked = false;
      use.observe(LoopReadings.of(host), now);
      VideoCap cap = host.demultiplexer().videoCap();
      if (cap.observe(1 - use.headroom(), now)) {
        LOG.warn(
            "loop {}: video is cut to {} ({} at {} % of its limit)",
            host.loop().index(),
            cap.level(),
            use.fullest(),
            Math.round(100 * use.of(use.fullest())));
      }
    }
  }
}
