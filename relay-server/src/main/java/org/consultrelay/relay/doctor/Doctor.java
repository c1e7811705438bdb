package org.consultrelay.relay.doctor;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.config.RelayConfig;

/** Makes all the checks of a machine for one configuration. */
public final class Doctor {
  private Doctor() {}

  /** What was found, in the order in which a person would look. Blocking, some seconds at most. */
  public static List<Finding> examine(RelayConfig config, Machine machine) {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(PortChecks.all(config, machine));
    findings.addAll(AddressChecks.all(config, machine));
    findings.addAll(CertificateChecks.all(config, machine));
    findings.addAll(TurnChecks.all(config, machine));
    findings.addAll(SystemChecks.all(config, machine));
    return findings;
  }

  /** Whether a relay can work with what was found. */
  public static boolean healthy(List<Finding> findings) {
    return findings.stream().noneMatch(each -> each.level() == Finding.Level.PROBLEM);
  }
}
