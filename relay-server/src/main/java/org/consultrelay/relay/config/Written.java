package org.consultrelay.relay.config;

import java.util.List;

/**
 * A setting as it is written somewhere.
 *
 * @param texts the text, or the texts of a list; none when the key has no value
 * @param list whether it is written as a list
 * @param origin a file and line, an environment variable, a flag
 */
record Written(List<String> texts, boolean list, String origin) {
  static Written text(String text, String origin) {
    return new Written(List.of(text), false, origin);
  }

  static Written nothing(String origin) {
    return new Written(List.of(), false, origin);
  }

  boolean isNothing() {
    return !list && (texts.isEmpty() || texts.getFirst().isEmpty());
  }
}
