package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.SequenceNumbers;
import org.consultrelay.relay.rtp.TransportFeedback;

/**
 * The transport-wide sequence numbers of one publisher: when each truly reached the relay, and what
 * the relay's feedback says of it.
 */
final class TransportNumbers {
  private static final long NEVER = -1;

  private final List<Long> arrivals = new ArrayList<>();
  private final List<Long> reported = new ArrayList<>();
  private final TransportFeedback feedback = new TransportFeedback();
  private final int first;
  private long firstArrival = NEVER;
  private long newestReported = -1;
  private int lastCount = -1;
  int feedbacks;

  TransportNumbers(int first) {
    this.first = first;
  }

  /** The place of the next packet in these lists; its number is {@link #number}. */
  int next() {
    arrivals.add(NEVER);
    reported.add(NEVER);
    return arrivals.size() - 1;
  }

  int number(int place) {
    return first + place & 0xFFFF;
  }

  void arrived(int place, long now) {
    if (arrivals.get(place) == NEVER) {
      arrivals.set(place, now);
    }
    if (firstArrival == NEVER) {
      firstArrival = now;
    }
  }

  /** A feedback packet has left the relay. */
  void report(RtcpReader reader, long now) {
    assertThat(feedback.read(reader)).as("transport feedback").isTrue();
    feedbacks++;
    if (lastCount >= 0) {
      assertThat(feedback.feedbackCount()).isEqualTo(lastCount + 1 & 0xFF);
    }
    lastCount = feedback.feedbackCount();
    while (feedback.next()) {
      long place =
          SequenceNumbers.extend(Math.max(0, newestReported), feedback.sequenceNumber() - first & 0xFFFF);
      if (place < 0 || place >= arrivals.size()) {
        throw new AssertionError("a number that was never sent: " + place);
      }
      newestReported = Math.max(newestReported, place);
      long truly = arrivals.get((int) place);
      if (feedback.received()) {
        long said = firstArrival + feedback.arrivalTicks() * TransportFeedback.TICK_NANOS;
        if (truly == NEVER || truly < said || truly - said > TransportFeedback.TICK_NANOS) {
          throw new AssertionError("packet " + place + " came at " + truly + ", not at " + said);
        }
        reported.set((int) place, said);
      } else {
        if (truly != NEVER && truly != now) {
          throw new AssertionError("packet " + place + " had come and is reported missing");
        }
      }
    }
  }

  /** By the end every packet that came has been reported to have come, and no other. */
  void check() {
    for (int place = 0; place < arrivals.size(); place++) {
      if ((reported.get(place) != NEVER) != (arrivals.get(place) != NEVER)) {
        throw new AssertionError(
            "transport-wide number " + place + " of " + arrivals.size() + ": came at "
                + arrivals.get(place) + ", reported at " + reported.get(place));
      }
    }
  }
}
