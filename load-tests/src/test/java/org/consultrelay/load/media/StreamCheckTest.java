package org.consultrelay.load.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.consultrelay.load.media.StreamCheck.Verdict;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

/** Tests of the tester: what a faulty relay does is reported as such. */
class StreamCheckTest {
  private static final int ALICE = 1_001;
  private static final int BOB = 1_002;
  private static final int LENGTH = 80;

  private final MemorySegment memory = Arena.ofAuto().allocate(2_048);
  private final StreamCheck check = new StreamCheck(new StampReader(), Codec.OPUS, ALICE, true);

  private Verdict take(long sequence, long counter) {
    return take(sequence, counter, ALICE, 0, false);
  }

  private Verdict take(
      long sequence, long counter, int publisher, int stream, boolean retransmission) {
    Bytes.put8(memory, 0, 0x78);
    Stamp.write(memory, 1, publisher, stream, counter, counter * 1_000, counter * 1_000 + 10);
    return check.received(sequence, retransmission, memory, 0, LENGTH);
  }

  @Test
  void aCleanStreamIsClean() {
    for (int i = 0; i < 100_000; i++) {
      assertThat(take(65_000 + i, i)).isEqualTo(Verdict.FRESH);
      assertThat(check.stamp().sentNanos()).isEqualTo(i * 1_000 + 10);
    }
    assertClean(0);
    assertThat(check.expected()).isEqualTo(100_000);
    assertThat(check.received()).isEqualTo(100_000);
  }

  @Test
  void onePercentLossIsReportedAsThePacketsThatWereLost() {
    SplittableRandom random = new SplittableRandom(42);
    long dropped = 0;
    for (int i = 0; i < 200_000; i++) {
      if (i > 0 && i < 199_999 && random.nextInt(100) == 0) {
        dropped++;
      } else {
        take(i, i);
      }
    }
    assertThat(dropped).isBetween(1_800L, 2_200L);
    assertThat(check.lostOnNetwork()).isEqualTo(dropped);
    assertThat(check.lost()).isEqualTo(dropped);
    assertThat(check.repaired()).isZero();
    assertThat(check.leftOut()).isZero();
    assertThat(check.expected()).isEqualTo(200_000);
  }

  @Test
  void lossThatIsRepairedIsStillLossOnTheNetwork() {
    for (int i = 0; i < 1_000; i++) {
      if (i % 10 != 5) {
        take(i, i);
      }
      if (i % 20 == 8) {
        assertThat(take(i - 3, i - 3, ALICE, 0, true)).isEqualTo(Verdict.REPAIRED);
      }
    }
    assertThat(check.lostOnNetwork()).isEqualTo(100);
    assertThat(check.repaired()).isEqualTo(50);
    assertThat(check.lost()).isEqualTo(50);
    assertThat(check.duplicates()).isZero();
    assertThat(check.reordered()).isZero();
  }

  @Test
  void aRetransmissionOfWhatHadComeIsNeedlessNotADuplicate() {
    take(1, 1);
    assertThat(take(1, 1, ALICE, 0, true)).isEqualTo(Verdict.NEEDLESS_REPAIR);
    take(3, 3);
    assertThat(take(2, 2, ALICE, 0, true)).isEqualTo(Verdict.REPAIRED);
    assertThat(take(2, 2)).isEqualTo(Verdict.NEEDLESS_REPAIR);
    assertThat(check.needlessRepairs()).isEqualTo(2);
    assertThat(check.duplicates()).isZero();
    assertThat(check.lostOnNetwork()).isZero();
    assertThat(check.lost()).isZero();
  }

  @Test
  void aRelayThatDuplicatesIsCaught() {
    take(1, 1);
    assertThat(take(1, 1)).isEqualTo(Verdict.DUPLICATE);
    take(2, 2);
    // Under a number of its own, as no network would do it.
    assertThat(take(3, 2)).isEqualTo(Verdict.DUPLICATE);
    assertThat(check.duplicates()).isEqualTo(2);
  }

  @Test
  void aRelayThatSwapsPublishersIsCaught() {
    take(1, 1);
    assertThat(take(2, 55, BOB, 0, false)).isEqualTo(Verdict.WRONG_PUBLISHER);
    assertThat(check.wrongPublisher()).isEqualTo(1);
  }

  @Test
  void aRelayThatRenumbersToHideAGapIsCaught() {
    for (int i = 0; i < 100; i++) {
      take(i, i < 50 ? i : i + 7);
    }
    assertThat(check.lostOnNetwork()).isZero();
    assertThat(check.lost()).isZero();
    assertThat(check.leftOut()).isEqualTo(7);
  }

  @Test
  void aSwitchOfLayerIsNoGap() {
    for (int i = 0; i < 300; i++) {
      int stream = i < 100 || i >= 200 ? 0 : 1;
      assertThat(take(i, i + stream * 5_000L, ALICE, stream, false)).isEqualTo(Verdict.FRESH);
    }
    assertThat(check.leftOut()).isZero();
    assertThat(check.lost()).isZero();
  }

  @Test
  void whatWasAlteredIsDamaged() {
    take(1, 1);
    Bytes.put8(memory, 20, Bytes.u8(memory, 20) ^ 1);
    assertThat(check.received(2, false, memory, 0, LENGTH)).isEqualTo(Verdict.DAMAGED);
    assertThat(check.damaged()).isEqualTo(1);
  }

  @Test
  void silenceAndPaddingNeedNoStamp() {
    take(1, 1);
    assertThat(check.received(2, false, memory, 0, 1)).isEqualTo(Verdict.UNSTAMPED);
    assertThat(check.received(3, false, memory, 0, 0)).isEqualTo(Verdict.UNSTAMPED);
    assertThat(take(4, 2)).isEqualTo(Verdict.FRESH);
    assertClean(0);
  }

  @Test
  void aShuffledStreamIsReorderedAndWhole() {
    SplittableRandom random = new SplittableRandom(1);
    long late = 0;
    for (int i = 0; i < 10_000; i += 2) {
      boolean swap = random.nextBoolean();
      take(i + (swap ? 1 : 0), i + (swap ? 1 : 0));
      take(i + (swap ? 0 : 1), i + (swap ? 0 : 1));
      late += swap ? 1 : 0;
    }
    assertClean(late);
    assertThat(check.expected()).isEqualTo(10_000);
  }

  @Test
  void twentyMillisecondsAreTwentyMillisecondsAndLatenessIsNotHidden() {
    long due = 5_000_000_000L;
    long sent = due + 3_000_000;
    long arrival = sent + 20_000_000;
    Bytes.put8(memory, 0, 0x78);
    Stamp.write(memory, 1, ALICE, 0, 0, due, sent);
    assertThat(check.received(1, false, memory, 0, LENGTH)).isEqualTo(Verdict.FRESH);
    assertThat(arrival - check.stamp().sentNanos()).isEqualTo(20_000_000);
    assertThat(arrival - check.stamp().dueNanos()).isEqualTo(23_000_000);
  }

  @Test
  void aRetransmissionsNumberIsExtendedNearTheLatest() {
    take(131_075, 0);
    assertThat(check.extend(65_534)).isEqualTo(131_070);
    assertThat(check.extend(3)).isEqualTo(131_075);
  }

  private void assertClean(long reordered) {
    assertThat(check.lostOnNetwork()).isZero();
    assertThat(check.lost()).isZero();
    assertThat(check.repaired()).isZero();
    assertThat(check.leftOut()).isZero();
    assertThat(check.duplicates()).isZero();
    assertThat(check.wrongPublisher()).isZero();
    assertThat(check.damaged()).isZero();
    assertThat(check.reordered()).isEqualTo(reordered);
  }
}
