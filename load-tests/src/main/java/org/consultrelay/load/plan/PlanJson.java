package org.consultrelay.load.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.IntToDoubleFunction;

/** A plan for programs and charts: what it needs, and the day in columns, minute by minute. */
public final class PlanJson {
  /** The form's name; the number grows when something changes its meaning or goes. */
  public static final String SCHEMA = "consult-relay-load-plan/1";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PlanJson() {}

  /** Writes it. */
  public static ObjectNode of(Plan plan) {
    DayCurve curve = plan.demand().curve();
    Costs costs = plan.costs();
    ObjectNode root = MAPPER.createObjectNode();
    root.put("schema", SCHEMA);
    root.put("profile", plan.profile().name());
    root.put("about", plan.profile().about());
    root.put("seed", plan.seed());
    root.set("costs", MAPPER.valueToTree(costs));
    ObjectNode demand = root.putObject("demand");
    demand.put("consultations", plan.demand().consultations());
    demand.put("participants", plan.demand().joins());
    demand.put("consultationsAtOnce", curve.greatest(curve::rooms));
    demand.put("participantsAtOnce", curve.greatest(curve::people));
    demand.put("joinsPerSecond", curve.greatest(curve::joins));
    demand.put("joinsInWorstSecond", curve.greatest(curve::worstJoins));
    demand.put("packetsPerSecondIn", curve.greatest(curve::packetsIn));
    demand.put("packetsPerSecondOut", curve.greatest(curve::packetsOut));
    demand.put("gigabitsIn", curve.greatest(minute -> curve.gigabitsIn(minute, costs)));
    demand.put("gigabitsOut", curve.greatest(minute -> curve.gigabitsOut(minute, costs)));
    demand.put(
        "forwardingProcessors",
        curve.greatest(minute -> curve.forwardingProcessors(minute, costs)));
    ArrayNode needs = root.putArray("needs");
    for (Plan.Need need : plan.needs()) {
      ObjectNode node = needs.addObject();
      node.put("what", need.what());
      node.put("peak", need.peak());
      node.put("perNode", need.perNode());
      node.put("unit", need.unit());
      node.put("nodes", need.nodes());
    }
    ObjectNode day = root.putObject("day");
    day.put("nodes", plan.day().nodes());
    day.put("refusedConsultations", plan.day().refusedConsultations());
    day.put("refusedParticipants", plan.day().refusedJoins());
    day.put("nodeImbalance", plan.day().imbalance());
    day.put("loopImbalance", plan.day().loopImbalance());
    ObjectNode minutes = root.putObject("minutes");
    column(minutes, "consultations", curve, curve::rooms);
    column(minutes, "participants", curve, curve::people);
    column(minutes, "joinsPerSecond", curve, curve::joins);
    column(minutes, "joinsInWorstSecond", curve, curve::worstJoins);
    column(minutes, "packetsPerSecondOut", curve, curve::packetsOut);
    column(minutes, "gigabitsOut", curve, minute -> curve.gigabitsOut(minute, costs));
    column(
        minutes,
        "processors",
        curve,
        minute ->
            curve.forwardingProcessors(minute, costs) + curve.joiningProcessors(minute, costs));
    ArrayNode growth = root.putArray("growth");
    for (Plan.Step step : plan.growth()) {
      growth
          .addObject()
          .put("day", step.day())
          .put("consultations", step.consultations())
          .put("consultationsAtOnce", step.atOnce())
          .put("nodes", step.nodes());
    }
    return root;
  }

  private static void column(ObjectNode into, String name, DayCurve curve, IntToDoubleFunction of) {
    ArrayNode column = into.putArray(name);
    for (int minute = 0; minute < curve.minutes(); minute++) {
      column.add(Math.round(of.applyAsDouble(minute) * 1_000) / 1_000.0);
    }
  }
}
