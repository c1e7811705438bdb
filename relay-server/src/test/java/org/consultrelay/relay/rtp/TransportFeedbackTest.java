package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransportFeedbackTest {
  private final TransportFeedback feedback = new TransportFeedback();

  private boolean read(String hex) {
    return feedback.read(Packets.first(Packets.hex(hex)));
  }

  /** The packets as "number@delta to the reference in ticks", "number-" for one that was lost. */
  private String packets() {
    StringBuilder text = new StringBuilder();
    while (feedback.next()) {
      text.append(feedback.sequenceNumber());
      if (feedback.received()) {
        text.append('@').append(feedback.arrivalTicks() - feedback.referenceTime() * 256L);
      } else {
        text.append('-');
      }
      text.append(' ');
    }
    return text.toString().strip();
  }

  /** A body of chunks and deltas after a fixed header that covers so many packets from 1 on. */
  private boolean readChunks(int statuses, String chunksAndDeltas) {
    String body = chunksAndDeltas.replace(" ", "");
    int padding = 4 - body.length() / 2 % 4;
    body += "00".repeat(padding - 1) + "0" + padding;
    return read(
        "afcd%04x".formatted(4 + body.length() / 8)
            + "00000001 00000002"
            + "0001%04x 00000100".formatted(statuses)
            + body);
  }

  @Test
  void aRunOfOnePacketWithPadding() {
    assertThat(read("afcd0005 fa17fa17 43032fa0 00990001 3de80217 20019401")).isTrue();
    assertThat(feedback.baseSequence()).isEqualTo(153);
    assertThat(feedback.statusCount()).isEqualTo(1);
    assertThat(feedback.referenceTime()).isEqualTo(4_057_090);
    assertThat(feedback.feedbackCount()).isEqualTo(23);
    assertThat(packets()).isEqualTo("153@148");
  }

  @Test
  void runsOfLargeAndSmallDeltas() {
    assertThat(read("8fcd0007 fa17fa17 193dd8bb 01740006 45b15a40 40022004 1ffe1f9a d000d000"))
        .isTrue();
    assertThat(packets()).isEqualTo("372@8190 373@16280 374@16488 375@16488 376@16696 377@16696");
  }

  @Test
  void aRunOfSevenSmallDeltas() {
    assertThat(read("afcd0007 fa17fa17 193dd8bb 00040007 10636e01 20074c24 24100c0c 10000003"))
        .isTrue();
    assertThat(feedback.referenceTime()).isEqualTo(1_074_030);
    assertThat(packets()).isEqualTo("4@76 5@112 6@148 7@164 8@176 9@188 10@204");
  }

  @Test
  void aVectorOfOneBitSymbols() {
    assertThat(read("afcd0006 fa17fa17 193dd8bb 0001000e 10636d00 ba00100c 0c100002")).isTrue();
    assertThat(packets()).isEqualTo("1@16 2@28 3@40 4- 5@56 6- 7- 8- 9- 10- 11- 12- 13- 14-");
  }

  @Test
  void aVectorThatGoesOnPastTheCountAndZerosForPadding() {
    assertThat(read("8fcd0007 fa17fa17 09faff67 0027000d 5fc2f103 bf8e1000 00000000 001c0400"))
        .isTrue();
    assertThat(feedback.referenceTime()).isEqualTo(6_275_825);
    assertThat(feedback.feedbackCount()).isEqualTo(3);
    assertThat(packets())
        .isEqualTo("39@16 40@16 41@16 42@16 43@16 44@16 45@16 46- 47- 48- 49@44 50@48 51@48");
  }

  @Test
  void aNegativeReferenceTimeAndNoPacket() {
    assertThat(read("8fcd0004 fa17fa17 09faff67 00270000 fffffe01")).isTrue();
    assertThat(feedback.referenceTime()).isEqualTo(-2);
    assertThat(feedback.next()).isFalse();
  }

  /** The chunks in the draft's sections 3.1.3 and 3.1.4. */
  @Test
  void theChunksOfTheDraft() {
    assertThat(readChunks(221, "00dd")).isTrue();
    assertThat(packets()).doesNotContain("@").startsWith("1- 2-").endsWith("221-");
    assertThat(readChunks(14, "9f1c 0101010101 010101")).isTrue();
    assertThat(packets()).isEqualTo("1- 2@1 3@2 4@3 5@4 6@5 7- 8- 9- 10@6 11@7 12@8 13- 14-");
    // "Received, without delta" of the older draft is reserved now.
    assertThat(readChunks(7, "cd50 010101")).isFalse();
    assertThat(readChunks(24, "6018")).isFalse();
    assertThat(feedback.next()).isFalse();
  }

  @Test
  void largeDeltasHaveASign() {
    assertThat(readChunks(3, "e900 7fff 8000 ff")).isTrue();
    assertThat(packets()).isEqualTo("1@32767 2@-1 3@254");
  }

  @Test
  void chunksOrDeltasThatAreNotThereAreRefused() {
    assertThat(readChunks(8, "2007 01010101010101")).isFalse();
    assertThat(readChunks(7, "2007 010101010101")).isFalse();
    assertThat(readChunks(7, "2007 01010101010101")).isTrue();
    assertThat(readChunks(2, "d800 01")).isFalse();
    assertThat(readChunks(65_535, "1fff 1fff 1fff 1fff 1fff 1fff 1fff 1fff")).isFalse();
    assertThat(readChunks(16_384, "1fff 1fff 0002")).isTrue();
    assertThat(readChunks(16_384, "1fff 1fff 0001")).isFalse();
  }

  @Test
  void anEmptyRunIsSkipped() {
    assertThat(readChunks(1, "2000 2001 05")).isTrue();
    assertThat(packets()).isEqualTo("1@5");
  }
}
