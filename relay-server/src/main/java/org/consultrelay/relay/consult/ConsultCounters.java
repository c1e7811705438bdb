package org.consultrelay.relay.consult;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.consultrelay.relay.wire.Distribution;

/** What the consult service counts. Any thread may read. */
public final class ConsultCounters {
  /** What came of a link that somebody came with. Bounded: fit for a metric's label. */
  public enum LinkUse {
    /** They were taken in. */
    TAKEN,
    /** It is none of ours. */
    NOT_FOUND,
    /** It was revoked, or the consultation is over. */
    GONE,
    /** The consultation has not opened yet. */
    EARLY,
    /** It comes too often. */
    TOO_MANY
  }

  /** Why a line was closed, or not opened. Bounded: fit for a metric's label. */
  public enum Fault {
    /** Nothing fit came in time. */
    NO_HELLO,
    /** Nothing came for too long. */
    SILENT,
    /** More messages than anybody needs. */
    FLOOD,
    /** A message longer than any may be, or in frames that nobody uses. */
    TOO_LONG,
    /** One source, or all, have too many lines that have not said who they are. */
    STRANGERS
  }

  private static final int STATES = ConsultState.values().length;

  private final LongAdder[] links = adders(LinkUse.values().length);
  private final LongAdder[] faults = adders(Fault.values().length);
  private final LongAdder[] ends = adders(EndReason.values().length);
  private final LongAdder[] refusals = adders(ConsultRefusal.Code.values().length);
  private final LongAdder made = new LongAdder();
  private final AtomicIntegerArray states = new AtomicIntegerArray(STATES);
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger visits = new AtomicInteger();

  /** Of waiting, from coming to being let in, in nanoseconds. */
  private final Distribution waits =
      Distribution.ofMillis(
          10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 1_800_000, 3_600_000);

  private static LongAdder[] adders(int count) {
    LongAdder[] adders = new LongAdder[count];
    Arrays.setAll(adders, _ -> new LongAdder());
    return adders;
  }

  void made() {
    made.increment();
  }

  void link(LinkUse use) {
    links[use.ordinal()].increment();
  }

  void fault(Fault fault) {
    faults[fault.ordinal()].increment();
  }

  void ended(EndReason reason) {
    ends[reason.ordinal()].increment();
  }

  void refused(ConsultRefusal.Code code) {
    refusals[code.ordinal()].increment();
  }

  /** On the service's thread. */
  void waited(long millis) {
    waits.add(Math.max(0, millis) * 1_000_000);
  }

  void now(int[] byState, int waitingNow, int visitsNow) {
    for (int i = 0; i < STATES; i++) {
      states.set(i, byState[i]);
    }
    waiting.set(waitingNow);
    visits.set(visitsNow);
  }

  /** How many consultations have been made. */
  public long consultationsMade() {
    return made.sum();
  }

  /** How many consultations are in a state now, a second ago at most. */
  public int consultations(ConsultState state) {
    return states.get(state.ordinal());
  }

  /** How many people wait now. */
  public int waitingNow() {
    return waiting.get();
  }

  /** How many lines are open whose bearers have said who they are. */
  public int visitsNow() {
    return visits.get();
  }

  /** What came of links. */
  public long links(LinkUse use) {
    return links[use.ordinal()].sum();
  }

  /** Lines closed or not opened. */
  public long faults(Fault fault) {
    return faults[fault.ordinal()].sum();
  }

  /** Visits that are over. */
  public long ends(EndReason reason) {
    return ends[reason.ordinal()].sum();
  }

  /** Requests of back ends that were refused. */
  public long refusals(ConsultRefusal.Code code) {
    return refusals[code.ordinal()].sum();
  }

  /** From coming to being let in, in nanoseconds. */
  public Distribution waits() {
    return waits;
  }
}
