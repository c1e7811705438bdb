package org.consultrelay.load.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.consultrelay.load.profile.DayArrivals;
import org.consultrelay.load.profile.Profile;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.jspecify.annotations.Nullable;

/**
 * A day of consultations against so many nodes, event by event: everybody comes at their time, is
 * let in or refused by the relay's own rules, and leaves.
 */
public final class DaySimulation {
  private static final long SECOND = 1_000_000_000L;
  private static final int DAY_SECONDS = 86_400;

  /** Consultations that start late in the day end after midnight. */
  private static final int MINUTES = 25 * 60;

  private final Profile profile;
  private final Costs costs;
  private final SplittableRandom random;
  private final List<PlanNode> nodes = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final DayCurve curve = new DayCurve(MINUTES);
  private final DayArrivals arrivals;
  private long now;
  private long consultations;
  private long refusedConsultations;
  private long joins;
  private long refusedJoins;
  private double worstImbalance = 1;
  private double worstLoopImbalance = 1;
  private int number;

  private DaySimulation(Profile profile, double consultations, Costs costs, long seed) {
    this.profile = profile;
    this.costs = costs;
    this.random = new SplittableRandom(~seed);
    this.arrivals = new DayArrivals(profile, consultations, seed);
  }

  /**
   * Simulates a day.
   *
   * @param consultations of the day, in the mean
   * @param nodes how many relays there are
   * @param unlimited whether the nodes take everybody, to see what would come
   */
  public static Day run(
      Profile profile, double consultations, Costs costs, int nodes, boolean unlimited, long seed) {
    DaySimulation simulation = new DaySimulation(profile, consultations, costs, seed);
    try (ExecutorService handshakes = Executors.newSingleThreadExecutor()) {
      PlanNode.Shared shared =
          new PlanNode.Shared(() -> simulation.now, PlanNode.idleDtls(handshakes));
      Costs admitting = unlimited ? costs.unlimited() : costs;
      for (int i = 0; i < nodes; i++) {
        simulation.nodes.add(new PlanNode(costs.processors(), admitting, shared));
      }
      return simulation.run(shared);
    }
  }

  /** Somebody comes, or a consultation is over. Leaving goes first when both are at once. */
  private record Event(long atNanos, boolean end, int order, Call call, int who)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      if (byTime != 0) {
        return byTime;
      }
      return end == other.end ? Integer.compare(order, other.order) : end ? -1 : 1;
    }
  }

  /** A consultation that goes on. */
  private static final class Call {
    private final String room;
    private final boolean video;
    private final ArrayDeque<Participant> present = new ArrayDeque<>();
    private int senders;
    private @Nullable PlanNode node;
    private boolean refused;

    Call(String room, boolean video) {
      this.room = room;
      this.video = video;
    }
  }

  private Day run(PlanNode.Shared shared) {
    boolean more = arrivals.next();
    for (int second = 0; second < MINUTES * 60 && (more || !events.isEmpty()); second++) {
      long end = (second + 1) * SECOND;
      while (more && arrivals.startNanos() < end) {
        begin();
        more = arrivals.next();
      }
      for (Event next = events.peek(); next != null && next.atNanos() < end; next = events.peek()) {
        events.remove();
        now = next.atNanos();
        happen(next);
      }
      now = end;
      shared.advance(now);
      curve.second(second);
      if (second % 60 == 0 && second < DAY_SECONDS) {
        balance();
      }
    }
    return new Day(
        consultations,
        refusedConsultations,
        joins,
        refusedJoins,
        nodes.size(),
        worstImbalance,
        worstLoopImbalance,
        curve);
  }

  private void begin() {
    consultations++;
    Call call = new Call("r" + number++, arrivals.video());
    int people = arrivals.people();
    long start = arrivals.startNanos();
    long length = arrivals.lengthNanos();
    long within = Math.max(1, Math.min(length / 4, profile.arrive().within().toNanos()));
    for (int i = 0; i < people; i++) {
      long after = 0;
      if (i > 0) {
        after =
            profile.arrive().share() > 0
                ? (long) (profile.arrive().share() * length * i / (people - 1))
                : random.nextLong(within);
      }
      events.add(new Event(start + after, false, number, call, i));
    }
    events.add(new Event(start + length, true, number, call, 0));
  }

  /** As the relay places a room on a loop: where there is least. */
  private PlanNode emptiest() {
    PlanNode best = nodes.getFirst();
    for (PlanNode node : nodes) {
      if (node.load() < best.load()) {
        best = node;
      }
    }
    return best;
  }

  private void happen(Event event) {
    Call call = event.call();
    if (event.end()) {
      int people = call.present.size();
      for (Participant gone : call.present) {
        gone.remove(DepartureReason.LEFT);
      }
      if (people > 0) {
        curve.addRooms(-1);
        curve.addPeople(-people);
        curve.streams(costs, call.video, -call.senders, -call.senders * (people - 1));
      }
      return;
    }
    joins++;
    PlanNode node = call.node;
    if (node == null) {
      // Placed when the first one comes, as the relay does it.
      node = emptiest();
      call.node = node;
    }
    @Nullable Participant in = call.refused ? null : node.join(call.room, "p" + event.who());
    if (in == null) {
      refusedJoins++;
      if (event.who() == 0) {
        call.refused = true;
        refusedConsultations++;
      }
      return;
    }
    int before = call.present.size();
    call.present.add(in);
    if (before == 0) {
      curve.addRooms(1);
    }
    curve.addPeople(1);
    boolean sends = event.who() < profile.publishers();
    int published = sends ? 1 : 0;
    int played = call.senders + (sends ? before : 0);
    call.senders += published;
    curve.streams(costs, call.video, published, played);
    // One peer connection to publish, one more for each who is played, each way.
    curve.joined(published + played);
  }

  private void balance() {
    int most = 0;
    long all = 0;
    for (PlanNode node : nodes) {
      most = Math.max(most, node.load());
      all += node.load();
      if (node.load() > 100 * costs.processors()) {
        worstLoopImbalance = Math.max(worstLoopImbalance, node.imbalance());
      }
    }
    if (all > 100L * nodes.size()) {
      worstImbalance = Math.max(worstImbalance, (double) most * nodes.size() / all);
    }
  }
}
