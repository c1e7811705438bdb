package org.consultrelay.relay.doctor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.consultrelay.relay.config.CipherChoice;
import org.consultrelay.relay.config.IoChoice;
import org.consultrelay.relay.config.RelayConfig;

/** The system: limits, memory, clocks, libcrypto, kernel. */
final class SystemChecks {
  private static final Pattern OPEN_FILES =
      Pattern.compile("(?m)^Max open files\\s+(\\d+|unlimited)");
  private static final long OWN_FILES = 200;
  private static final long OWN_BYTES = 200L << 20;
  private static final Instant BEFORE_US = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant AFTER_US = Instant.parse("2060-01-01T00:00:00Z");
  private static final List<String> SLOW_CLOCKS =
      List.of("hpet", "acpi_pm", "jiffies", "refined-jiffies");

  private final RelayConfig config;
  private final Machine machine;
  private final List<Finding> findings = new ArrayList<>();

  private SystemChecks(RelayConfig config, Machine machine) {
    this.config = config;
    this.machine = machine;
  }

  static List<Finding> all(RelayConfig config, Machine machine) {
    SystemChecks checks = new SystemChecks(config, machine);
    checks.buffers();
    checks.files();
    checks.memory();
    checks.clock();
    checks.ciphers();
    checks.kernel();
    return checks.findings;
  }

  private void buffers() {
    List<String> low = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    boolean known = buffer("rmem_max", config.net().receiveBuffer().bytes(), low, wanted);
    known |= buffer("wmem_max", config.net().sendBuffer().bytes(), low, wanted);
    if (!known) {
      findings.add(Finding.ok("buffers", "this system does not say what it grants"));
    } else if (low.isEmpty()) {
      findings.add(Finding.ok("buffers", "the kernel grants what is asked for"));
    } else {
      findings.add(
          Finding.warning(
              "buffers",
              String.join(", ", low) + ": a burst of key frames would be cut off",
              "sysctl -w "
                  + String.join(" ", wanted)
                  + " (and in /etc/sysctl.d); as root, or with CAP_NET_ADMIN, it is taken"
                  + " without"));
    }
  }

  private boolean buffer(String name, long asked, List<String> low, List<String> wanted) {
    Optional<Long> most =
        machine
            .file("/proc/sys/net/core/" + name)
            .map(String::strip)
            .filter(text -> text.matches("\\d{1,18}"))
            .map(Long::parseLong);
    if (most.isPresent() && most.get() < asked) {
      low.add("net.core." + name + " is " + most.get() + ", asked for are " + asked);
      wanted.add("net.core." + name + "=" + asked);
    }
    return most.isPresent();
  }

  private void files() {
    Matcher limit = OPEN_FILES.matcher(machine.file("/proc/self/limits").orElse(""));
    if (!limit.find() || limit.group(1).equals("unlimited")) {
      findings.add(Finding.ok("files", "no limit is known"));
      return;
    }
    long most = Long.parseLong(limit.group(1));
    long connections = config.tcp().maxConnections() + OWN_FILES;
    long all = connections + config.turn().quotas().total();
    String seen = most + " may be open";
    if (most < 1_024 + OWN_FILES) {
      findings.add(
          Finding.problem(
              "files",
              seen + ", a connection needs one",
              "ulimit -n " + all + " or LimitNOFILE=" + all));
    } else if (most < connections) {
      findings.add(
          Finding.warning(
              "files",
              seen + ", but tcp.maxConnections is " + config.tcp().maxConnections(),
              "ulimit -n "
                  + all
                  + " or LimitNOFILE="
                  + all
                  + ", which is enough for TURN's ports too"));
    } else {
      findings.add(Finding.ok("files", seen));
    }
  }

  private void memory() {
    long packets = config.net().loops() * config.net().packetMemory().bytes();
    long need = packets + machine.heapLimitBytes() + OWN_BYTES;
    String seen =
        "%d MiB; packets %d, heap at most %d, the rest %d"
            .formatted(
                machine.memoryBytes() >> 20,
                packets >> 20,
                machine.heapLimitBytes() >> 20,
                OWN_BYTES >> 20);
    if (packets + OWN_BYTES + (64L << 20) > machine.memoryBytes()) {
      findings.add(
          Finding.problem(
              "memory", seen, "lower net.packetMemory or net.loops, or give it more memory"));
    } else if (need > machine.memoryBytes()) {
      findings.add(
          Finding.warning(
              "memory",
              seen + ": together more than there is",
              "lower net.packetMemory (per loop) or -XX:MaxRAMPercentage, or give it more memory"));
    } else {
      findings.add(Finding.ok("memory", seen));
    }
  }

  private void clock() {
    Instant now = machine.now();
    long before = machine.nanoTime();
    long after = machine.nanoTime();
    String source =
        machine
            .file("/sys/devices/system/clocksource/clocksource0/current_clocksource")
            .map(String::strip)
            .orElse("");
    if (now.isBefore(BEFORE_US) || now.isAfter(AFTER_US)) {
      findings.add(
          Finding.problem(
              "clock",
              "it says " + now + "; tokens and certificates would be too old or too new",
              "set it, and keep it with NTP (chrony, systemd-timesyncd)"));
    } else if (after < before) {
      findings.add(
          Finding.problem(
              "clock",
              "the monotonic clock goes back",
              "look at the virtual machine's clock source"));
    } else if (SLOW_CLOCKS.contains(source)) {
      findings.add(
          Finding.warning(
              "clock",
              "the clock source is " + source + ", which is slow to read",
              "choose tsc or the hypervisor's (kvm-clock, xen, hyperv)"));
    } else {
      findings.add(Finding.ok("clock", now + (source.isEmpty() ? "" : ", source " + source)));
    }
  }

  private void ciphers() {
    Machine.Ciphers ciphers = machine.ciphers();
    boolean wanted = config.srtp().ciphers() != CipherChoice.JAVA;
    findings.add(
        ciphers.libcrypto() || !wanted
            ? Finding.ok(
                "libcrypto", ciphers.libcrypto() ? ciphers.description() : "is not asked for")
            : Finding.warning(
                "libcrypto",
                ciphers.description(),
                "install OpenSSL 3 (libssl3): encrypting a packet then costs half"));
  }

  private void kernel() {
    Machine.Kernel kernel = machine.kernel();
    boolean wanted = config.net().io() != IoChoice.NIO;
    if (!wanted) {
      findings.add(Finding.ok("kernel", "net.io: nio asks nothing of it"));
    } else if (kernel.whyNotEpoll().isPresent()) {
      String why = kernel.whyNotEpoll().get();
      String change = "use Linux on x86-64 or aarch64; NIO carries about half as many packets";
      findings.add(
          config.net().io() == IoChoice.EPOLL || config.net().onePort()
              ? Finding.problem("kernel", why, change)
              : Finding.warning("kernel", why, change));
    } else if (!kernel.segmentation()) {
      findings.add(
          Finding.warning(
              "kernel",
              "epoll, but no segmentation offload (UDP_SEGMENT, Linux 4.18)",
              "use a newer kernel: a run of packets then costs one message"));
    } else {
      findings.add(Finding.ok("kernel", "epoll, segmentation offload"));
    }
  }
}
