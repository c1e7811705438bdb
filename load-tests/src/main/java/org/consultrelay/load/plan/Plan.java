package org.consultrelay.load.plan;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.load.profile.Profile;

/**
 * What a day needs.
 *
 * @param profile whose day
 * @param costs what things cost
 * @param seed of all that is random
 * @param demand the day if everybody were let in
 * @param day the day on that many nodes
 * @param needs how many nodes each thing asks for, the greatest first
 * @param growth what each day of the profile's growth needs; empty when it has none
 */
public record Plan(
    Profile profile,
    Costs costs,
    long seed,
    Day demand,
    Day day,
    List<Need> needs,
    List<Step> growth) {
  /** Copies the lists. */
  public Plan {
    needs = List.copyOf(needs);
    growth = List.copyOf(growth);
  }

  /**
   * Something that a node has only so much of.
   *
   * @param what in words
   * @param peak the day's greatest
   * @param perNode what one node gives
   * @param unit of both
   */
  public record Need(String what, double peak, double perNode, String unit) {
    /** Nodes for that alone. */
    public int nodes() {
      return Math.max(1, (int) Math.ceil(peak / perNode));
    }
  }

  /**
   * A day of growth.
   *
   * @param day from 1
   * @param consultations of that day
   * @param atOnce that go on at its busiest
   * @param nodes for it
   */
  public record Step(int day, long consultations, double atOnce, int nodes) {}

  /**
   * Makes a plan.
   *
   * @param consultations a day
   * @param nodes how many relays there are; 0: as many as are needed
   */
  public static Plan of(Profile profile, double consultations, Costs costs, int nodes, long seed) {
    Day demand = DaySimulation.run(profile, consultations, costs, 1, true, seed);
    List<Need> needs = needs(demand.curve(), costs, profile.people().mean());
    int enough = nodes > 0 ? nodes : needs.getFirst().nodes();
    Day day = DaySimulation.run(profile, consultations, costs, enough, false, seed);
    return new Plan(profile, costs, seed, demand, day, needs, growth(profile, demand, needs));
  }

  private static List<Need> needs(DayCurve curve, Costs costs, double people) {
    List<Need> needs = new ArrayList<>();
    needs.add(
        new Need(
            "processors, forwarding and joining",
            curve.greatest(minute ->
                curve.forwardingProcessors(minute, costs) + curve.joiningProcessors(minute, costs)),
            costs.processors() * costs.utilisation(),
            "processors"));
    needs.add(
        new Need(
            "network out",
            curve.greatest(minute -> curve.gigabitsOut(minute, costs)),
            costs.gigabits() * costs.utilisation(),
            "Gbit/s"));
    needs.add(
        new Need(
            "participants (rooms.maxParticipants)",
            curve.greatest(curve::people),
            costs.maxParticipants(),
            ""));
    needs.add(
        new Need(
            "rooms (rooms.maxRooms), with those about to close",
            curve.greatest(curve::rooms)
                + curve.greatest(curve::joins) / people * costs.departureSeconds(),
            costs.maxRooms(),
            ""));
    needs.sort((one, other) -> Integer.compare(other.nodes(), one.nodes()));
    return needs;
  }

  /** The shape of every day is the same, so its peak grows with its number. */
  private static List<Step> growth(Profile profile, Day demand, List<Need> needs) {
    List<Step> steps = new ArrayList<>();
    double atOnce = demand.curve().greatest(demand.curve()::rooms);
    for (int i = 0; i < profile.growth().size(); i++) {
      long consultations = profile.growth().get(i);
      double share = (double) consultations / Math.max(1, demand.consultations());
      int nodes = 1;
      for (Need need : needs) {
        nodes = Math.max(nodes, (int) Math.ceil(share * need.peak() / need.perNode()));
      }
      steps.add(new Step(i + 1, consultations, share * atOnce, nodes));
    }
    return steps;
  }
}
