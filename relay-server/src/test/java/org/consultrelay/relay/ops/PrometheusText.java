package org.consultrelay.relay.ops;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader of the Prometheus text format 0.0.4, strict about its lines.
 *
 * @param helps by metric family
 * @param types by metric family
 * @param samples by name and labels as they stand
 */
public record PrometheusText(
    Map<String, String> helps, Map<String, String> types, Map<String, Double> samples) {
  private static final Pattern META =
      Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{(?:[a-zA-Z_]\\w*=\"(?:[^\"\\\\]|\\\\.)*\",?)*})?)"
              + " (\\S+)");

  /** Reads all of it. */
  public static PrometheusText parse(String text) {
    PrometheusText parsed =
        new PrometheusText(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    assertThat(text).endsWith("\n");
    text.lines().forEach(parsed::line);
    return parsed;
  }

  private void line(String line) {
    Matcher meta = META.matcher(line);
    if (meta.matches()) {
      Map<String, String> into = meta.group(1).equals("HELP") ? helps : types;
      assertThat(into.put(meta.group(2), meta.group(3))).as("twice: " + line).isNull();
      return;
    }
    Matcher sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as("a sample: " + line).isTrue();
    String number = sample.group(2).replace("+Inf", "Infinity");
    assertThat(samples.put(sample.group(1), Double.valueOf(number))).as("twice: " + line).isNull();
  }

  /** The value of a sample that is there. */
  public double value(String sample) {
    return requireNonNull(samples.get(sample), sample);
  }

  /** The name of the family that a sample is of: histograms and summaries have suffixes. */
  public String familyOf(String sample) {
    String name = sample.replaceFirst("\\{.*", "");
    String stem = name.replaceFirst("_(bucket|sum|count)$", "");
    String type = types.getOrDefault(stem, "");
    return type.equals("histogram") || type.equals("summary") ? stem : name;
  }
}
