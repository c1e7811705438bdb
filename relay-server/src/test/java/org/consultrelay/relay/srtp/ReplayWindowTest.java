package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {

  @Test
  void agreesWithASetThatForgetsNothing() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ReplayWindow window = new ReplayWindow();
      Set<Long> seen = new HashSet<>();
      long highest = -1;
      long around = random.nextInt(300);
      for (int i = 0; i < 500; i++) {
        around += random.nextInt(10) == 0 ? random.nextInt(200) : 1;
        long index = Math.max(0, around - random.nextInt(random.nextInt(1, 160)));
        boolean fresh =
            index > highest || (index > highest - ReplayWindow.SIZE && !seen.contains(index));
        assertThat(window.isFresh(index)).as("seed %d, index %d", seed, index).isEqualTo(fresh);
        if (fresh) {
          window.mark(index);
          seen.add(index);
          highest = Math.max(highest, index);
        }
        assertThat(window.highest()).isEqualTo(highest);
      }
    }
  }

  @Test
  void theOldestOfTheWindowIsTakenAndOneOlderIsNot() {
    ReplayWindow window = new ReplayWindow();
    window.mark(1_000);

    assertThat(window.isFresh(1_000 - 127)).isTrue();
    assertThat(window.isFresh(1_000 - 128)).isFalse();
    assertThat(window.isFresh(Long.MAX_VALUE)).isTrue();
  }

  @Test
  void slidingByEveryDistanceKeepsWhatWasSeen() {
    for (int by = 1; by < 300; by++) {
      ReplayWindow window = new ReplayWindow();
      window.mark(500);
      window.mark(501);
      window.mark(503);

      window.mark(503 + by);

      for (int index = 504 + by - 128; index < 503 + by; index++) {
        assertThat(window.isFresh(index))
            .as("slid by %d, index %d", by, index)
            .isEqualTo(index != 500 && index != 501 && index != 503);
      }
    }
  }
}
