package org.consultrelay.relay;

import java.util.List;
import org.consultrelay.relay.ops.AuditLog;
import org.consultrelay.relay.ops.DeepCheck;
import org.consultrelay.relay.ops.Drain;
import org.consultrelay.relay.ops.Headroom;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.sfu.VideoCap;

/** Shows operators what is left, who is refused, how far a drain is, and what trial calls say. */
final class OpsMetrics {
  private final Metrics metrics;

  private OpsMetrics(Metrics metrics) {
    this.metrics = metrics;
  }

  static void register(
      Metrics metrics,
      List<MediaHost> hosts,
      Rooms rooms,
      RelayWatch watch,
      DeepCheck deep,
      AuditLog audit) {
    OpsMetrics all = new OpsMetrics(metrics);
    all.headroom(watch.headroom(), hosts);
    all.refusals(rooms);
    all.drain(watch);
    all.deep(deep);
    all.audit(audit);
    for (MediaHost host : hosts) {
      all.overload(host);
    }
  }

  private void headroom(Headroom headroom, List<MediaHost> hosts) {
    metrics.gauge(
        "relay_headroom_ratio",
        "What the relay has left for new rooms: 1 at rest, 0 at a limit.",
        headroom::left);
    metrics.gauge(
        "relay_takes_rooms",
        "Whether new rooms are taken (1) or refused (0), for want of headroom or in a drain.",
        () -> headroom.takesRooms() ? 1 : 0);
    for (int i = 0; i < hosts.size(); i++) {
      int loop = i;
      metrics.gauge(
          "relay_loop_headroom_ratio",
          "What a media loop has left: 1 at rest, 0 at a limit.",
          () -> headroom.left(loop),
          "loop",
          Integer.toString(hosts.get(i).loop().index()));
    }
  }

  private void refusals(Rooms rooms) {
    for (RoomRefusal.Reason reason : RoomRefusal.Reason.values()) {
      if (reason != RoomRefusal.Reason.NOT_FOUND
          && reason != RoomRefusal.Reason.TOO_MANY_SESSIONS) {
        metrics.counter(
            "relay_room_refusals_total",
            "Requests for a room or a place in one that were refused, by reason.",
            () -> rooms.refusals(reason),
            "reason",
            Metrics.label(reason));
      }
    }
  }

  private void drain(RelayWatch watch) {
    metrics.gauge(
        "relay_draining",
        "Whether the relay takes no new rooms because it is to stop.",
        () -> watch.progress().draining() ? 1 : 0);
    metrics.gauge(
        "relay_drain_rooms_left",
        "Rooms that a drain waits for; 0 when there is none.",
        () -> left(watch.progress(), watch.progress().rooms()));
    metrics.gauge(
        "relay_drain_participants_left",
        "Participants that a drain waits for; 0 when there is none.",
        () -> left(watch.progress(), watch.progress().participants()));
    metrics.gauge(
        "relay_drain_deadline_seconds",
        "Time until a drain ends whatever is left; 0 when there is none.",
        () -> watch.progress().secondsLeft());
  }

  private static int left(Drain.Progress progress, int count) {
    return progress.draining() ? count : 0;
  }

  private void deep(DeepCheck deep) {
    for (DeepCheck.Outcome outcome : DeepCheck.Outcome.values()) {
      metrics.counter(
          "relay_trial_calls_total",
          "Trial calls of /health/deep, by outcome.",
          () -> deep.trials(outcome),
          "outcome",
          outcome.label());
    }
    metrics.gauge(
        "relay_trial_call_ok",
        "Whether the last trial call was good; 1 before the first.",
        () -> deep.isWell() ? 1 : 0);
    metrics.gauge(
        "relay_trial_call_duration_seconds",
        "What the last trial call took; 0 before the first.",
        deep::seconds);
  }

  private void audit(AuditLog audit) {
    String help = "Lines of the audit log, by what became of them.";
    metrics.counter("relay_audit_lines_total", help, audit::written, "outcome", "written");
    metrics.counter("relay_audit_lines_total", help, audit::lost, "outcome", "lost");
  }

  private void overload(MediaHost host) {
    VideoCap cap = host.demultiplexer().videoCap();
    String loop = Integer.toString(host.loop().index());
    metrics.gauge(
        "relay_overload_level",
        "How far a loop cuts video down: 0 not, 1 smaller, 2 smallest, 3 at the lowest frame rate,"
            + " 4 no video.",
        cap::number,
        "loop",
        loop);
    metrics.counter(
        "relay_overload_cuts_total",
        "Times that a loop has cut video down by one level.",
        cap::cuts,
        "loop",
        loop);
  }
}
