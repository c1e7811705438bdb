package org.consultrelay.load.net;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a bad line: packets in, with the time, and out again, later or never. Pure: no
 * clock, no thread, no IO, and the same seed gives the same line. Times are nanoseconds of any
 * origin, compared by difference, and must not go back. One thread at a time.
 *
 * <p>A packet leaves the queue when the line has sent its last bit, by exact arithmetic and not by
 * when somebody looked: a caller who comes late makes nothing later but that one delivery.
 *
 * @param <P> a packet, of which only its size is known
 */
public final class ImpairedQueue<P> {
  /** Nothing is due. */
  public static final long NEVER = Long.MAX_VALUE;

  /** How long a packet that is to be overtaken waits for one to do it. */
  static final long OVERTAKE_NANOS = 100_000_000;

  private record Waiting<P>(P packet, int bytes, long came) {}

  private record Travelling<P>(P packet, int bytes, long due, long order)
      implements Comparable<Travelling<P>> {
    @Override
    public int compareTo(Travelling<P> other) {
      int byTime = Long.signum(due - other.due);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final SplittableRandom random;
  private final LossModel losses;
  private final ArrayDeque<Waiting<P>> waiting = new ArrayDeque<>();
  private final PriorityQueue<Travelling<P>> travelling = new PriorityQueue<>();

  private Impairment impairment = Impairment.NONE;
  private long waitingBytes;

  /** When the first of those that wait is sent; meaningless while none does. */
  private double sentAt;

  /** The origin of sentAt, which keeps fractions of a nanosecond and so needs small numbers. */
  private long origin;

  private long lastDue;
  private boolean anyDue;
  private long order;
  private @Nullable Travelling<P> overtaken;

  private long in;
  private long bytesIn;
  private long delivered;
  private long bytesDelivered;
  private long lostAlone;
  private long lostInBursts;
  private long lostToQueue;
  private long duplicated;
  private long reordered;
  private long lined;
  private long queueNanos;

  /** A perfect line, to be made bad. */
  public ImpairedQueue(long seed) {
    this.random = new SplittableRandom(seed);
    this.losses = new LossModel(random.split());
  }

  /**
   * From now on the line is like this. Packets that wait go on at the new rate, what is left of the
   * one being sent too; those that travel already are not touched, and none is dropped for having
   * too long a queue before it.
   */
  public void set(Impairment next, long nowNanos) {
    advance(nowNanos);
    if (!waiting.isEmpty()) {
      long now = nowNanos - origin;
      // What remains of the head's bits, at the old rate.
      double bits = Math.max(0, sentAt - now) * impairment.bitsPerSecond();
      sentAt = next.bitsPerSecond() == 0 ? now : now + bits / next.bitsPerSecond();
    }
    impairment = next;
    advance(nowNanos);
  }

  /** What the line is like. */
  public Impairment impairment() {
    return impairment;
  }

  /**
   * A packet comes to the line.
   *
   * @param bytes its size, 1 or more
   */
  public void offer(P packet, int bytes, long nowNanos) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a packet of " + bytes + " bytes");
    }
    advance(nowNanos);
    in++;
    bytesIn += bytes;
    if (!waiting.isEmpty() && full(bytes, nowNanos)) {
      lostToQueue++;
      return;
    }
    if (waiting.isEmpty()) {
      origin = nowNanos;
      sentAt = sendingNanos(bytes);
    }
    waiting.addLast(new Waiting<>(packet, bytes, nowNanos));
    waitingBytes += bytes;
    advance(nowNanos);
  }

  /** The next packet that has arrived by now, in order of arrival; null: none. */
  public @Nullable P poll(long nowNanos) {
    advance(nowNanos);
    Travelling<P> first = travelling.peek();
    if (first == null || first.due - nowNanos > 0) {
      return null;
    }
    travelling.remove();
    Travelling<P> held = overtaken;
    if (held != null && first.order == held.order) {
      overtaken = null;
    }
    delivered++;
    bytesDelivered += first.bytes;
    return first.packet;
  }

  /** When to {@link #poll} next; {@link #NEVER} when nothing is under way. */
  public long nextNanos() {
    Travelling<P> first = travelling.peek();
    if (waiting.isEmpty()) {
      return first == null ? NEVER : first.due;
    }
    long sent = origin + (long) Math.ceil(sentAt);
    return first != null && first.due - sent < 0 ? first.due : sent;
  }

  /** What became of the packets so far. */
  public LineCounts counts(long nowNanos) {
    advance(nowNanos);
    return new LineCounts(
        in,
        bytesIn,
        delivered,
        bytesDelivered,
        lostAlone,
        lostInBursts,
        lostToQueue,
        duplicated,
        reordered,
        lined,
        queueNanos,
        waiting.size() + travelling.size(),
        (long) backlogNanos(nowNanos));
  }

  private boolean full(int bytes, long nowNanos) {
    boolean tooMany = impairment.queueBytes() > 0 && waitingBytes + bytes > impairment.queueBytes();
    return tooMany
        || (impairment.queueMillis() > 0
            && backlogNanos(nowNanos) > impairment.queueMillis() * 1e6);
  }

  /** How long a packet that came now would wait until the line is its own. */
  private double backlogNanos(long nowNanos) {
    Waiting<P> head = waiting.peekFirst();
    if (head == null) {
      return 0;
    }
    double rest = Math.max(0, sentAt - (nowNanos - origin));
    return rest + sendingNanos(waitingBytes - head.bytes);
  }

  private double sendingNanos(long bytes) {
    long rate = impairment.bitsPerSecond();
    return rate == 0 ? 0 : bytes * 8e9 / rate;
  }

  /** Sends off all whose last bit is sent by now. */
  private void advance(long nowNanos) {
    Waiting<P> head = waiting.peekFirst();
    while (head != null && sentAt <= nowNanos - origin) {
      waiting.removeFirst();
      waitingBytes -= head.bytes;
      long sent = origin + (long) Math.ceil(sentAt);
      lined++;
      queueNanos += sent - head.came;
      leave(head, sent);
      head = waiting.peekFirst();
      if (head != null) {
        sentAt += sendingNanos(head.bytes);
      }
    }
  }

  /** A packet has left the queue: it is lost, or travels. */
  private void leave(Waiting<P> packet, long sent) {
    switch (losses.next(impairment)) {
      case LOST_ALONE -> lostAlone++;
      case LOST_IN_BURST -> lostInBursts++;
      case KEPT -> {
        travel(packet, sent);
        if (happens(impairment.duplicatePercent())) {
          duplicated++;
          travel(packet, sent);
        }
      }
    }
  }

  private void travel(Waiting<P> packet, long sent) {
    long due = sent + (long) (impairment.delayMillis() * 1e6);
    if (impairment.jitterMillis() > 0) {
      due += (long) (random.nextDouble() * impairment.jitterMillis() * 1e6);
    }
    // Without jitter that reorders, a shorter delay does not make packets overtake either.
    if (!impairment.jitterReorders() && anyDue && lastDue - due > 0) {
      due = lastDue;
    }
    boolean hold = overtaken == null && happens(impairment.reorderPercent());
    if (hold) {
      // It is not what the next has to wait for.
      overtaken = add(packet, due + OVERTAKE_NANOS);
      return;
    }
    lastDue = !anyDue || due - lastDue > 0 ? due : lastDue;
    anyDue = true;
    add(packet, due);
    overtake(due);
  }

  /** The packet that was held goes right behind the one that is due then. */
  private void overtake(long due) {
    Travelling<P> held = overtaken;
    if (held == null) {
      return;
    }
    overtaken = null;
    long own = held.due - OVERTAKE_NANOS;
    long behind = due - own > 0 ? due : own;
    if (travelling.remove(held)) {
      reordered++;
      travelling.add(new Travelling<>(held.packet, held.bytes, behind, order++));
    }
  }

  private Travelling<P> add(Waiting<P> packet, long due) {
    Travelling<P> added = new Travelling<>(packet.packet, packet.bytes, due, order++);
    travelling.add(added);
    return added;
  }

  private boolean happens(double percent) {
    return percent > 0 && random.nextDouble() * 100 < percent;
  }
}
