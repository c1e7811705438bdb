package org.consultrelay.load.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/** A plan for the terminal. */
public final class PlanText {
  private static final int BAR = 40;
  private static final int HOURS = 24;

  private final Plan plan;
  private final DayCurve curve;
  private final List<String> lines = new ArrayList<>();

  private PlanText(Plan plan) {
    this.plan = plan;
    this.curve = plan.demand().curve();
  }

  /** Writes it, line by line. */
  public static List<String> of(Plan plan) {
    PlanText text = new PlanText(plan);
    text.head();
    text.peaks();
    text.needs();
    text.outcome();
    text.shape();
    text.growth();
    return text.lines;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
  private void line(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }

  private void head() {
    line("%s: %s", plan.profile().name(), plan.profile().about());
    line(
        "%,d consultations, %,d participants, seed %d",
        plan.demand().consultations(), plan.demand().joins(), plan.seed());
    line("");
  }

  private void peaks() {
    Costs costs = plan.costs();
    line("At the busiest");
    peak("consultations at once", curve::rooms, "%,.0f");
    peak("participants at once", curve::people, "%,.0f");
    peak("joins a second, a minute's mean", curve::joins, "%,.1f");
    peak("joins in the worst second", curve::worstJoins, "%,.0f");
    peak("peer connections set up in it", curve::connections, "%,.0f");
    peak("packets a second in", curve::packetsIn, "%,.0f");
    peak("packets a second out", curve::packetsOut, "%,.0f");
    peak("Gbit/s in", minute -> curve.gigabitsIn(minute, costs), "%,.3f");
    peak("Gbit/s out", minute -> curve.gigabitsOut(minute, costs), "%,.3f");
    peak("processors, forwarding", minute -> curve.forwardingProcessors(minute, costs), "%,.2f");
    peak("processors, worst second's joins", this::joining, "%,.2f");
    peak("GiB of memory, all nodes", this::memory, "%,.2f");
    line("");
  }

  private double joining(int minute) {
    return curve.joiningProcessors(minute, plan.costs());
  }

  private double memory(int minute) {
    Costs costs = plan.costs();
    return (curve.open(minute) * costs.connectionBytes() + plan.day().nodes() * costs.relayBytes())
        / (1 << 30);
  }

  private void peak(String what, IntToDoubleFunction of, String format) {
    int at = 0;
    for (int minute = 1; minute < curve.minutes(); minute++) {
      if (of.applyAsDouble(minute) > of.applyAsDouble(at)) {
        at = minute;
      }
    }
    line(
        "  %-34s %12s   at %02d:%02d",
        what, String.format(Locale.ROOT, format, of.applyAsDouble(at)), at / 60 % HOURS, at % 60);
  }

  private void needs() {
    Costs costs = plan.costs();
    line(
        "Nodes of %d processors, used to %.0f %%, and %.1f Gbit/s",
        costs.processors(), costs.utilisation() * 100, costs.gigabits());
    for (Plan.Need need : plan.needs()) {
      line(
          "  %4d for %-44s %,.2f of %,.2f %s a node",
          need.nodes(), need.what(), need.peak(), need.perNode(), need.unit());
    }
    line("");
  }

  private void outcome() {
    Day day = plan.day();
    line("The day on %d %s", day.nodes(), day.nodes() == 1 ? "node" : "nodes");
    line(
        "  %,d consultations and %,d participants refused",
        day.refusedConsultations(), day.refusedJoins());
    line(
        "  the fullest node was %.1f %% above the mean at worst, a node's fullest loop %.1f %%",
        (day.imbalance() - 1) * 100, (day.loopImbalance() - 1) * 100);
    line("");
  }

  private void shape() {
    line("Hour by hour: consultations at once");
    double greatest = Math.max(1, curve.greatest(curve::rooms));
    for (int hour = 0; hour < HOURS; hour++) {
      double most = 0;
      for (int minute = hour * 60; minute < hour * 60 + 60; minute++) {
        most = Math.max(most, curve.rooms(minute));
      }
      if (most > 0) {
        line(
            "  %02d:00 %-" + BAR + "s %,.0f",
            hour,
            "#".repeat((int) Math.ceil(BAR * most / greatest)),
            most);
      }
    }
  }

  private void growth() {
    if (plan.growth().isEmpty()) {
      return;
    }
    line("");
    line("Day by day: consultations, at once at the busiest, nodes");
    for (Plan.Step step : plan.growth()) {
      line(
          "  day %2d  %,8d  %,8.0f  %d",
          step.day(), step.consultations(), step.atOnce(), step.nodes());
    }
  }
}
