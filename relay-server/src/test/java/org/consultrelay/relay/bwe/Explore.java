package org.consultrelay.relay.bwe;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class Explore {
  @Test
  void explore() throws Exception {
    String only = System.getProperty("only", "");
    int seeds = Integer.getInteger("seeds", 5);
    for (Scenario s : Scenario.values()) {
      if (!only.isEmpty() && !java.util.List.of(only.split(",")).contains(s.name())) continue;
      double[][] v = new double[9][seeds];
      for (int i = 0; i < seeds; i++) {
        int seed = i + Integer.getInteger("from", 1);
        SimulatedCall call = new SimulatedCall(s, seed);
        Recording r = call.run();
        double[] x = {r.utilisation(10, 60), r.utilisation(10, 25), r.utilisation(35, 60), r.leastUtilisation(10, 60), r.waitMs(.95), r.waitMs(.99),
            r.secondsUntil(.8, 0), r.secondsUntil(.8, 25), r.secondsUntil(.8, 35), };
        if (Boolean.getBoolean("each")) System.out.printf("%s %d util %s%n", s, seed, java.util.Arrays.toString(x));
        for (int k = 0; k < x.length; k++) v[k][i] = x[k];
        if (seed == 1) SvgPlot.write(r, Path.of("/tmp/wt/bwe-plots/" + s.fileName()));
      }
      String[] names = {"util10-60", "10-25", "35-60", "least", "p95", "p99", "start", "a25", "a35"};
      StringBuilder b = new StringBuilder(String.format("%-19s 9 util", s));
      for (int k = 0; k < 9; k++) {
        double[] w = v[k].clone();
        java.util.Arrays.sort(w);
        b.append(String.format(k == 4 || k == 5 ? "  %s %.0f/%.0f/%.0f" : "  %s %.2f/%.2f/%.2f", names[k], w[0], w[seeds / 2], w[seeds - 1]));
      }
      System.out.println(b);
    }
  }
}
