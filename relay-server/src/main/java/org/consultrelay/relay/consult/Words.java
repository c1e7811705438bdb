package org.consultrelay.relay.consult;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Texts from outside, made fit to be kept and shown. */
final class Words {
  /** The longest name, in characters. */
  static final int MOST_NAME = 80;

  /** The longest message to somebody who waits, in characters. */
  static final int MOST_MESSAGE = 280;

  private Words() {}

  /** A name without control characters and cut to its length; empty when there is none. */
  static String name(@Nullable String text) {
    return cut(clean(text == null ? "" : text).strip(), MOST_NAME);
  }

  /** What is no letter, sign or space, and what turns the direction of writing, becomes a space. */
  static String clean(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(each ->
            out.appendCodePoint(
                switch (Character.getType(each)) {
                  case Character.CONTROL,
                      Character.SURROGATE,
                      Character.UNASSIGNED,
                      Character.LINE_SEPARATOR,
                      Character.PARAGRAPH_SEPARATOR ->
                      ' ';
                  // Joiners are needed by scripts and signs; the rest of the format characters lie.
                  case Character.FORMAT -> each == 0x200C || each == 0x200D ? each : ' ';
                  default -> each;
                }));
    return out.toString();
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end).strip();
  }

  /** A time in milliseconds since 1970 as ISO 8601 has it, in UTC. */
  static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
