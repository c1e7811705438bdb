package org.consultrelay.relay.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The layers of settings: flags before environment before file. A key is known from the moment that
 * something looks for it, so after all have been looked for, what is left over is unknown.
 */
final class SettingSources {
  /** Names the file, so it cannot be in one. */
  static final String FILE_VARIABLE = "RELAY_CONFIG";

  private static final String PREFIX = "RELAY_";

  // What Kubernetes puts into every container for a Service whose name begins with "relay".
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "RELAY_(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_.+)?)");
  private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, Written> file;
  private final Map<String, String> environment = new TreeMap<>();
  private final Map<String, Written> flags;
  private final TreeSet<String> known = new TreeSet<>();
  private final TreeSet<String> knownMaps = new TreeSet<>();

  SettingSources(
      Map<String, Written> file, Map<String, String> environment, Map<String, Written> flags) {
    this.file = file;
    this.flags = flags;
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX)
          && !name.equals(FILE_VARIABLE)
          && !value.isEmpty()
          && !isServiceLink(name, value)) {
        this.environment.put(name, value);
      }
    });
  }

  /** RELAY_HTTP_PORT is ours and, for a Service called relay-http, theirs: the value tells. */
  private static boolean isServiceLink(String name, String value) {
    return SERVICE_LINK.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_URL.matcher(value).matches());
  }

  /** The environment variable of a key: {@code net.mediaPort} is {@code RELAY_NET_MEDIA_PORT}. */
  static String variable(String key) {
    return PREFIX
        + key.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The setting of a key from the topmost layer that has it. */
  Optional<Written> find(String key) {
    known.add(key);
    Written flag = flags.get(key);
    if (flag != null) {
      return Optional.of(flag);
    }
    String variable = variable(key);
    String value = environment.get(variable);
    if (value != null) {
      return Optional.of(Written.text(value, variable));
    }
    return Optional.ofNullable(file.get(key)).filter(written -> !written.isNothing());
  }

  /**
   * The settings below a key, by what follows it. The variable of the key itself, {@code
   * name=value,name=value}, replaces what the file has; flags are added to both.
   */
  Map<String, Written> findAll(String key) {
    knownMaps.add(key);
    Map<String, Written> all = new LinkedHashMap<>();
    String variable = variable(key);
    String value = environment.get(variable);
    if (value == null) {
      below(file, key, all);
    } else {
      for (String pair : value.split(",", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? "" : pair.substring(0, equals).strip();
        all.put(name, Written.text(pair.substring(equals + 1).strip(), variable));
      }
    }
    below(flags, key, all);
    return all;
  }

  private static void below(Map<String, Written> from, String key, Map<String, Written> into) {
    from.forEach((path, written) -> {
      if (path.startsWith(key + ".")) {
        into.put(path.substring(key.length() + 1), written);
      }
    });
  }

  /** What is written somewhere and was never looked for. */
  List<ConfigMistake> unknown() {
    List<ConfigMistake> mistakes = new ArrayList<>();
    file.forEach((key, written) -> unknown(key, written, mistakes));
    flags.forEach((key, written) -> unknown(key, written, mistakes));
    TreeSet<String> variables = new TreeSet<>();
    known.forEach(key -> variables.add(variable(key)));
    knownMaps.forEach(key -> variables.add(variable(key)));
    for (String variable : environment.keySet()) {
      if (!variables.contains(variable)) {
        mistakes.add(
            new ConfigMistake(
                variable,
                "is no setting of the relay",
                suggestion(variable, variables, "unset it"),
                "environment"));
      }
    }
    return mistakes;
  }

  private void unknown(String key, Written written, List<ConfigMistake> mistakes) {
    if (known.contains(key) || knownMaps.stream().anyMatch(map -> key.startsWith(map + "."))) {
      return;
    }
    if (knownMaps.contains(key) || known.stream().anyMatch(other -> other.startsWith(key + "."))) {
      if (!written.isNothing()) {
        mistakes.add(
            new ConfigMistake(
                key,
                "is a section, not a value",
                "write its keys below it, indented",
                written.origin()));
      }
      return;
    }
    mistakes.add(
        new ConfigMistake(
            key,
            "there is no such key",
            suggestion(key, known, "relay.reference.yaml lists them all"),
            written.origin()));
  }

  private static String suggestion(String given, Set<String> candidates, String otherwise) {
    String nearest = "";
    int least = 4;
    for (String candidate : candidates) {
      int distance = distance(given.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      String leaf = candidate.substring(candidate.lastIndexOf('.') + 1);
      if (given.equals(leaf)) {
        distance = 1;
      }
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest.isEmpty() ? otherwise : "perhaps " + nearest + " is meant";
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
