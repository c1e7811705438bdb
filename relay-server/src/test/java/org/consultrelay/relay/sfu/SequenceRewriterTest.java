package org.consultrelay.relay.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceRewriterTest {
  @Test
  void continuesWhereTheLastSourceStopped() {
    SequenceRewriter rewriter = new SequenceRewriter(100);
    rewriter.switchTo(5_000);
    assertThat(rewriter.rewrite(5_000)).isEqualTo(100);
    assertThat(rewriter.rewrite(5_002)).isEqualTo(102);
    rewriter.switchTo(90);
    assertThat(rewriter.rewrite(90)).isEqualTo(103);
    assertThat(rewriter.rewrite(89)).isEqualTo(SequenceRewriter.NONE);
    assertThat(rewriter.source(103)).isEqualTo(90);
    assertThat(rewriter.source(102)).isEqualTo(SequenceRewriter.NONE);
    assertThat(rewriter.source(104)).isEqualTo(SequenceRewriter.NONE);
  }

  @Test
  void closesTheGapOfWhatIsLeftOut() {
    SequenceRewriter rewriter = new SequenceRewriter(1);
    rewriter.switchTo(10);
    assertThat(rewriter.rewrite(10)).isEqualTo(1);
    rewriter.leaveOut(11);
    rewriter.leaveOut(12);
    assertThat(rewriter.rewrite(13)).isEqualTo(2);
    assertThat(rewriter.rewrite(11)).isEqualTo(SequenceRewriter.NONE);
    assertThat(rewriter.source(2)).isEqualTo(13);
  }

  @Test
  void keepsThePlaceOfALatePacketInFrontOfOneLeftOut() {
    SequenceRewriter rewriter = new SequenceRewriter(1);
    rewriter.switchTo(10);
    rewriter.rewrite(10);
    rewriter.leaveOut(12);
    assertThat(rewriter.rewrite(13)).isEqualTo(3);
    assertThat(rewriter.rewrite(11)).isEqualTo(2);
    assertThat(rewriter.source(2)).isEqualTo(11);
  }

  /** Numbers are unique and in the order of the source, whatever is left out or late. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void neverGivesOneNumberTwice(long seed) {
    Random random = new Random(seed);
    SequenceRewriter rewriter = new SequenceRewriter(7);
    rewriter.switchTo(1_000);
    Map<Long, Long> given = new HashMap<>();
    Set<Long> out = new HashSet<>();
    long next = 1_000;
    Set<Long> late = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      int action = random.nextInt(10);
      if (action < 6) {
        check(rewriter, next++, given, out);
      } else if (action < 8) {
        rewriter.leaveOut(next++);
      } else if (action == 8) {
        late.add(next++);
      } else if (!late.isEmpty()) {
        long source = late.iterator().next();
        late.remove(source);
        check(rewriter, source, given, out);
      }
    }
    given.forEach((source, number) ->
        given.forEach((other, itsNumber) -> {
          if (source < other && source > other - 20) {
            assertThat(number).isLessThan(itsNumber);
          }
        }));
  }

  private static void check(
      SequenceRewriter rewriter, long source, Map<Long, Long> given, Set<Long> out) {
    long number = rewriter.rewrite(source);
    if (number != SequenceRewriter.NONE) {
      assertThat(out.add(number)).as("number %s given twice", number).isTrue();
      given.put(source, number);
      assertThat(rewriter.source(number)).isEqualTo(source);
    }
  }
}
