package org.consultrelay.relay.config;

/** How lines of the log look. */
public enum LogFormat {
  /** For people: time, level, where, what. */
  PLAIN,
  /** For programs: one JSON object per line. */
  JSON
}
