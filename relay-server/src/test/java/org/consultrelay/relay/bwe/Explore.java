package org.consultrelay.relay.bwe;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class Explore {
  @Test
  void explore() throws Exception {
    String only = System.getProperty("only", "");
    int seeds = Integer.getInteger("seeds", 5);
    for (Scenario s : Scenario.values()) {
      if (!only.isEmpty() && !only.contains(s.name())) continue;
      for (int seed = Integer.getInteger("from", 1); seed <= seeds; seed++) {
        SimulatedCall call = new SimulatedCall(s, seed);
        Recording r = call.run();
        System.out.printf(
            "%-20s %d util10-60 %.3f 10-24 %.3f 26-59 %.3f 35-59 %.3f least %.2f p50 %.0f p95 %.0f p99 %.0f  80%%after start %.1f after25 %.1f inh %.3f tcp %.2f a35 %.1f%n",
            s, seed, r.utilisation(10, 60), r.utilisation(10, 24), r.utilisation(26, 59), r.utilisation(35, 59),
            r.leastUtilisation(10, 60), r.waitMs(.5), r.waitMs(.95), r.waitMs(.99),
            r.secondsUntil(.8, 0), r.secondsUntil(.8, 25), call.estimate().inherentLoss(), r.utilisation(25,40), r.secondsUntil(.8, 35));
        if (seed == 1) SvgPlot.write(r, Path.of("/tmp/wt/bwe-plots/" + s.fileName()));
      }
    }
  }
}
