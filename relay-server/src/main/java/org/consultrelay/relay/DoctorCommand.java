package org.consultrelay.relay;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.doctor.Doctor;
import org.consultrelay.relay.doctor.Finding;
import org.consultrelay.relay.doctor.Machine;

/** Prints what the doctor found. */
final class DoctorCommand {
  private DoctorCommand() {}

  /** Returns the exit code: 0, or 1 when there is a problem. */
  static int run(RelayConfig config, Machine machine, boolean json, PrintWriter out) {
    List<Finding> findings = Doctor.examine(config, machine);
    boolean healthy = Doctor.healthy(findings);
    if (json) {
      JsonArray checks = new JsonArray();
      for (Finding each : findings) {
        checks.add(
            new JsonObject()
                .put("check", each.check())
                .put("level", each.level().label())
                .put("seen", each.seen())
                .put("change", each.change()));
      }
      out.println(new JsonObject().put("ok", healthy).put("checks", checks).encode());
    } else {
      findings.forEach(each -> out.println(each.line()));
    }
    return healthy ? 0 : 1;
  }
}
