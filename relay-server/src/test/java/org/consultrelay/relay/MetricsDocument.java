package org.consultrelay.relay;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.consultrelay.relay.ops.MetricFamily;
import org.consultrelay.relay.ops.PrometheusText;

/** The reference of all metrics, from what a relay has registered. */
final class MetricsDocument {
  private static final int MOST_VALUES = 20;

  private static final String HEAD =
      """
      # Metrics

      What `GET /metrics` of the operators' door (port 6789) shows, in the text format of Prometheus \
      or as OpenMetrics. This page is made from the code; a test fails when it is out of date.

      Rules that all of them keep: the prefix `relay_`; seconds, bytes and ratios, never parts or \
      multiples of them; `_total` on counters and on nothing else; `direction` is `rx` (towards the \
      relay) or `tx`; labels have few fixed values, never a person, a room or an address. The code \
      refuses a metric that breaks one. A histogram `x` is shown as `x_bucket` (label `le`), `x_sum` \
      and `x_count`. Reading costs the media loops nothing: they count in plain fields, and a scrape \
      reads those on another thread, at most a moment late.

      What to look at first is in the dashboards and alert rules of [grafana/](../grafana/README.md).
      """;

  /** The first prefix that fits decides. */
  private static final Map<String, String> GROUPS = groups();

  /** Those of the JVM that are worth a look; Micrometer has more. */
  private static final List<String> JVM =
      List.of(
          "jvm_buffer_memory_used_bytes",
          "jvm_gc_live_data_size_bytes",
          "jvm_gc_max_data_size_bytes",
          "jvm_gc_memory_allocated_bytes_total",
          "jvm_gc_memory_promoted_bytes_total",
          "jvm_gc_pause_seconds",
          "jvm_memory_committed_bytes",
          "jvm_memory_max_bytes",
          "jvm_memory_used_bytes",
          "jvm_threads_live_threads",
          "jvm_threads_states_threads",
          "process_cpu_usage",
          "process_files_max_files",
          "process_files_open_files",
          "process_start_time_seconds",
          "process_uptime_seconds",
          "system_cpu_count",
          "system_cpu_usage");

  private MetricsDocument() {}

  private static Map<String, String> groups() {
    Map<String, String> groups = new LinkedHashMap<>();
    for (String prefix : List.of("relay_join", "relay_first_frame", "relay_forward_seconds")) {
      groups.put(prefix, "Service levels");
    }
    groups.put("relay_video", "Service levels");
    groups.put("relay_turn", "TURN");
    groups.put("relay_signal", "Signalling");
    groups.put("relay_webhook", "Webhooks");
    groups.put("relay_data", "Data channels");
    groups.put("relay_consult", "Consultations");
    groups.put("relay_sctp", "Data channels");
    groups.put("relay_loop", "Loops");
    groups.put("relay_handover", "Loops");
    groups.put("relay_connection", "TCP and TLS connections");
    groups.put("relay_certificate", "TCP and TLS connections");
    for (String prefix : List.of("relay_room", "relay_participant", "relay_session")) {
      groups.put(prefix, "Rooms and load");
    }
    groups.put("relay_legs", "Rooms and load");
    for (String prefix :
        List.of("relay_ice", "relay_dtls", "relay_stun", "relay_transport_drops")) {
      groups.put(prefix, "ICE, DTLS and SRTP");
    }
    groups.put("relay_srtp", "ICE, DTLS and SRTP");
    for (String prefix : List.of("relay_packets", "relay_bytes", "relay_socket", "relay_segment")) {
      groups.put(prefix, "Sockets");
    }
    groups.put("relay_api_key", "API keys and tenants");
    groups.put("relay_tenant", "API keys and tenants");
    groups.put("relay_build", "Process");
    groups.put("relay_config", "Process");
    groups.put("relay_resident", "Process");
    groups.put("relay_", "Media");
    return groups;
  }

  private static String group(String name) {
    return GROUPS.entrySet().stream()
        .filter(each -> name.startsWith(each.getKey()))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  static String of(List<MetricFamily> families, PrometheusText scraped) {
    StringBuilder out = new StringBuilder(HEAD);
    Map<String, List<MetricFamily>> byGroup = new LinkedHashMap<>();
    GROUPS.values().forEach(group -> byGroup.put(group, new ArrayList<>()));
    families.forEach(each -> requireNonNull(byGroup.get(group(each.name()))).add(each));
    byGroup.forEach((group, all) -> {
      heading(out, group);
      all.forEach(each -> row(out, each.name(), each.type(), labels(each), each.help()));
    });
    heading(out, "The Java machine");
    for (String name : JVM) {
      String type = requireNonNull(scraped.types().get(name), name);
      row(out, name, type, jvmLabels(name, scraped), requireNonNull(scraped.helps().get(name)));
    }
    return out.toString();
  }

  private static void heading(StringBuilder out, String group) {
    out.append("\n## ").append(group).append("\n\n");
    out.append("| name | type | unit | labels | what it is |\n|---|---|---|---|---|\n");
  }

  private static void row(StringBuilder out, String name, String type, String labels, String help) {
    out.append("| `")
        .append(name)
        .append("` | ")
        .append(type)
        .append(" | ")
        .append(unit(name))
        .append(" | ")
        .append(labels)
        .append(" | ")
        .append(help.replace("|", "\\|"))
        .append(" |\n");
  }

  private static String unit(String name) {
    String stem = name.replaceFirst("_total$", "");
    if (stem.endsWith("_bytes_per_second")) {
      return "bytes/s";
    }
    if (stem.endsWith("_seconds")) {
      return "seconds";
    }
    return stem.endsWith("_bytes") ? "bytes" : stem.endsWith("_usage") ? "ratio" : "";
  }

  private static String labels(MetricFamily family) {
    return family.labels().stream()
        .map(label -> "`" + label + "`: " + values(label, family.values(label)))
        .collect(Collectors.joining("<br>"));
  }

  private static String values(String label, List<String> all) {
    if (label.equals("loop")) {
      return "0, 1, …";
    }
    if (label.equals("key") || label.equals("tenant")) {
      return "as configured";
    }
    return all.size() <= MOST_VALUES
        ? String.join(", ", all)
        : String.join(", ", all.subList(0, 5)) + ", … (" + all.size() + ")";
  }

  /** Their names alone: the values are those of the machine and its collector. */
  private static String jvmLabels(String name, PrometheusText scraped) {
    return scraped.samples().keySet().stream()
        .filter(sample -> scraped.familyOf(sample).equals(name))
        .flatMap(MetricsDocument::labelNames)
        .distinct()
        .sorted()
        .map(label -> "`" + label + "`")
        .collect(Collectors.joining(", "));
  }

  private static java.util.stream.Stream<String> labelNames(String sample) {
    return java.util.regex.Pattern.compile("([a-z_]+)=\"")
        .matcher(sample)
        .results()
        .map(found -> found.group(1));
  }
}
