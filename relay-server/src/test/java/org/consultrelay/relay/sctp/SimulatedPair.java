package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.wire.Bytes;

/** Two peers' data channels and the line between them, in virtual time from one seed. */
final class SimulatedPair {
  static final long SECOND = 1_000_000_000L;

  final SplittableRandom random;
  final Side left;
  final Side right;
  Line line;
  long now = 1;
  int packets;

  /** Sees every packet before the line does its work; what it refuses never arrives. */
  Predicate<byte[]> filter = _ -> true;

  private final PriorityQueue<Flying> flying =
      new PriorityQueue<>(Comparator.comparingLong(Flying::at).thenComparingLong(Flying::number));
  private long number;

  private record Flying(long at, long number, Runnable arrival) {}

  SimulatedPair(long seed, Line line) {
    this(seed, line, SctpLimits.DEFAULT, SctpLimits.DEFAULT);
  }

  SimulatedPair(long seed, Line line, SctpLimits leftLimits, SctpLimits rightLimits) {
    this(seed, line, leftLimits, rightLimits, RandomGenerator::nextInt);
  }

  /** What to say when a random number is asked for: to begin with TSNs near the wrap, say. */
  interface Numbers {
    int next(RandomGenerator random);
  }

  SimulatedPair(
      long seed, Line line, SctpLimits leftLimits, SctpLimits rightLimits, Numbers numbers) {
    this(seed, line, leftLimits, rightLimits, numbers, rightLimits.maxMessageSize());
  }

  /** Connected, and the left does not care how long messages may be. */
  static SimulatedPair unlimited(long seed, Line line, SctpLimits rightLimits) {
    return new SimulatedPair(
            seed, line, SctpLimits.DEFAULT, rightLimits, RandomGenerator::nextInt, 0)
        .start();
  }

  private SimulatedPair(
      long seed,
      Line line,
      SctpLimits leftLimits,
      SctpLimits rightLimits,
      Numbers numbers,
      long toRight) {
    this.random = new SplittableRandom(seed);
    this.line = line;
    this.left =
        new Side(
            true,
            toRight,
            leftLimits,
            source(random.split(), numbers),
            (memory, length) -> send(memory, length, true));
    this.right =
        new Side(
            false,
            leftLimits.maxMessageSize(),
            rightLimits,
            source(random.split(), numbers),
            (memory, length) -> send(memory, length, false));
  }

  private static RandomGenerator source(SplittableRandom random, Numbers numbers) {
    return new RandomGenerator() {
      @Override
      public int nextInt() {
        return numbers.next(random);
      }

      @Override
      public long nextLong() {
        return random.nextLong();
      }
    };
  }

  /** Both begin at once. */
  SimulatedPair start() {
    left.channels.start(now);
    right.channels.start(now);
    return this;
  }

  /** Both begin and are up. */
  static SimulatedPair connected(long seed, Line line) {
    SimulatedPair pair = new SimulatedPair(seed, line).start();
    pair.await(() -> pair.left.channels.isUp() && pair.right.channels.isUp());
    return pair;
  }

  private void send(MemorySegment memory, int length, boolean fromLeft) {
    packets++;
    byte[] bytes = Bytes.toArray(memory, 0, length);
    if (length > DataChannels.MAX_PACKET || (length & 3) != 0) {
      throw new AssertionError("a packet of " + length);
    }
    if (!filter.test(bytes) || random.nextDouble() < line.loss()) {
      return;
    }
    fly(bytes, fromLeft);
    if (random.nextDouble() < line.duplicated()) {
      fly(bytes, fromLeft);
    }
  }

  private void fly(byte[] bytes, boolean fromLeft) {
    long at = now + line.delay();
    if (random.nextDouble() < line.reordered()) {
      at += random.nextLong(line.delay() + 1);
    }
    DataChannels to = fromLeft ? right.channels : left.channels;
    flying.add(
        new Flying(
            at, number++, () -> to.onPacket(MemorySegment.ofArray(bytes), 0, bytes.length, now)));
  }

  /** Lets time pass up to a time. */
  void runUntil(long until) {
    run(() -> false, until);
  }

  /** Lets so much time pass. */
  void run(double seconds) {
    runUntil(now + (long) (seconds * SECOND));
  }

  /** Lets time pass until something is so, which it must be within ten minutes. */
  void await(BooleanSupplier wanted) {
    if (!run(wanted, now + 600 * SECOND)) {
      throw new AssertionError(
          "did not happen within ten minutes: "
              + line
              + ", "
              + left.failure
              + ", "
              + right.failure);
    }
  }

  private boolean run(BooleanSupplier wanted, long until) {
    int still = 0;
    while (!wanted.getAsBoolean()) {
      long next = Math.min(left.channels.deadline(), right.channels.deadline());
      Flying first = flying.peek();
      next = first == null ? next : Math.min(next, first.at());
      if (next > until) {
        now = until;
        return false;
      }
      still = next <= now ? still + 1 : 0;
      if (still > 10_000) {
        throw new AssertionError("time stands still");
      }
      now = Math.max(now, next);
      if (first != null && first.at() <= now) {
        flying.remove();
        first.arrival().run();
      } else {
        left.channels.onDeadline(now);
        right.channels.onDeadline(now);
      }
    }
    return true;
  }
}
