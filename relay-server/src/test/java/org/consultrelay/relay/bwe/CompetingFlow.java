package org.consultrelay.relay.bwe;

import java.util.ArrayDeque;
import java.util.function.LongUnaryOperator;

/** Somebody else's packets on the same line: at a constant rate, or a download as TCP does it. */
interface CompetingFlow {
  /** Sends what is due at that time. */
  void run(BottleneckLink link, long now);

  /** A flow at so many bits per second over time. */
  static CompetingFlow constant(LongUnaryOperator rate) {
    return new CompetingFlow() {
      private double owed;
      private long last;

      @Override
      public void run(BottleneckLink link, long now) {
        owed += rate.applyAsLong(now) * (now - last) / 8e9;
        last = now;
        while (owed >= 1_200) {
          link.enter(1_200, now);
          owed -= 1_200;
        }
      }
    };
  }

  /** One TCP connection (Reno: additive increase, half on loss) between two times. */
  static CompetingFlow reno(long from, long to, long roundTripNanos) {
    return new CompetingFlow() {
      private static final int SEGMENT = 1_460;
      private final ArrayDeque<Long> acks = new ArrayDeque<>();
      private double window = 10;
      private double threshold = Double.MAX_VALUE;
      private long recoveringUntil;

      @Override
      public void run(BottleneckLink link, long now) {
        while (!acks.isEmpty() && Math.abs(acks.peek()) <= now) {
          boolean came = acks.poll() > 0;
          if (came) {
            window += window < threshold ? 1 : 1 / window;
          } else if (now > recoveringUntil) {
            window = Math.max(2, window / 2);
            threshold = window;
            recoveringUntil = now + roundTripNanos + link.queueNanos(now);
          }
        }
        while (now >= from && now < to && acks.size() < (int) window) {
          long passed = link.enter(SEGMENT, now);
          acks.add(
              passed == BottleneckLink.DROPPED
                  ? -(now + link.queueNanos(now) + roundTripNanos)
                  : passed + roundTripNanos);
        }
      }
    };
  }
}
