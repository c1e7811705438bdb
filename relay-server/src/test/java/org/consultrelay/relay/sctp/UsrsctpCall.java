package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.consultrelay.relay.wire.Bytes;

/**
 * Data channels of ours and a usrsctp peer with a line between them. usrsctp looks at the machine's
 * clock, so time is real, but ours and the line's runs ten times as fast, and usrsctp is told to
 * wait a tenth of what it would. It throws dice of its own, too: a seed decides what the line does,
 * not everything.
 */
final class UsrsctpCall implements AutoCloseable {
  private static final int SPEED = 10;

  final Side ours;
  final UsrsctpPeer theirs;
  final SplittableRandom random;
  Line line;
  long now;

  private final Usrsctp library;
  private final PriorityQueue<Flying> flying =
      new PriorityQueue<>(Comparator.comparingLong(Flying::at).thenComparingLong(Flying::number));
  private long number;
  private long advanced = System.nanoTime();

  private record Flying(long at, long number, Runnable arrival) {}

  UsrsctpCall(Usrsctp library, long seed, Line line) {
    this.library = library;
    this.now = SPEED * System.nanoTime();
    this.line = line;
    this.random = new SplittableRandom(seed);
    this.theirs = new UsrsctpPeer(library, this::toUs);
    this.ours =
        new Side(
            true,
            DataChannels.PORT * 100L,
            SctpLimits.DEFAULT,
            random.split(),
            (memory, length) -> {
              byte[] bytes = Bytes.toArray(memory, 0, length);
              fly(() -> theirs.input(bytes));
            });
  }

  private void toUs(byte[] bytes) {
    fly(() -> ours.channels.onPacket(MemorySegment.ofArray(bytes), 0, bytes.length, now));
  }

  private void fly(Runnable arrival) {
    if (random.nextDouble() < line.loss()) {
      return;
    }
    long late = random.nextDouble() < line.reordered() ? random.nextLong(line.delay() + 1) : 0;
    flying.add(new Flying(now + line.delay() + late, number++, arrival));
    if (random.nextDouble() < line.duplicated()) {
      flying.add(new Flying(now + 2 * line.delay(), number++, arrival));
    }
  }

  void await(String what, BooleanSupplier wanted) {
    long until = now + 600 * SimulatedPair.SECOND;
    while (!wanted.getAsBoolean()) {
      if (now > until) {
        throw new AssertionError(
            what + " did not happen; ours " + ours.failure + ", theirs " + theirs.states);
      }
      step();
    }
  }

  void run(double seconds) {
    long until = now + (long) (seconds * SimulatedPair.SECOND);
    while (now < until) {
      step();
    }
  }

  private void step() {
    LockSupport.parkNanos(Line.MILLI / 2);
    long clock = System.nanoTime();
    now = SPEED * clock;
    Flying first;
    while ((first = flying.peek()) != null && first.at() <= now) {
      flying.remove();
      first.arrival().run();
    }
    ours.channels.onDeadline(now);
    int millis = (int) ((clock - advanced) / Line.MILLI);
    advanced += millis * Line.MILLI;
    library.advance(millis);
    theirs.poll();
  }

  boolean isUp() {
    return ours.channels.isUp() && theirs.states.contains(1);
  }

  @Override
  public void close() {
    ours.channels.close(now);
    theirs.close();
  }
}
