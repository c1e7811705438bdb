package org.consultrelay.load.profile;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How many take part in a consultation.
 *
 * @param shares number of participants to share of consultations; 1 in all
 */
public record People(Map<Integer, Double> shares) {
  /** Copies the map. */
  public People {
    shares = Map.copyOf(new TreeMap<>(shares));
  }

  /** As many in every consultation. */
  public static People always(int count) {
    return new People(Map.of(count, 1.0));
  }

  /** Draws how many. */
  public int draw(SplittableRandom random) {
    double dice = random.nextDouble();
    int last = 2;
    for (Map.Entry<Integer, Double> share : new TreeMap<>(shares).entrySet()) {
      last = share.getKey();
      dice -= share.getValue();
      if (dice < 0) {
        break;
      }
    }
    return last;
  }

  /** Participants of the mean consultation. */
  public double mean() {
    double sum = 0;
    for (Map.Entry<Integer, Double> share : shares.entrySet()) {
      sum += share.getKey() * share.getValue();
    }
    return sum;
  }
}
