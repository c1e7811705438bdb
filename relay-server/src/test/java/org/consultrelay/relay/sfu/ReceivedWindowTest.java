package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedWindowTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void tellsNewFromOldAsASetDoes(long seed) {
    Random random = new Random(seed);
    ReceivedWindow window = new ReceivedWindow();
    Set<Long> seen = new HashSet<>();
    long highest = 65_536;
    for (int i = 0; i < 30_000; i++) {
      long index =
          switch (random.nextInt(20)) {
            case 0 -> highest + random.nextInt(3_000);
            case 1 -> Math.max(0, highest - random.nextInt(3_000));
            default -> Math.max(0, highest + 4 - random.nextInt(40));
          };
      boolean tooOld = !seen.isEmpty() && index <= highest - 1_024;
      boolean isNew = !tooOld && seen.add(index);
      assertThat(window.add(index)).as("index %s at %s", index, highest).isEqualTo(isNew);
      highest = Math.max(highest, index);
      if (seen.size() == 1) {
        highest = index;
      }
    }
  }
}
