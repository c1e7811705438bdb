package org.consultrelay.relay.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param key the full path of the key, or the file or flag when there is no key
 * @param problem what is wrong, without the text of any secret
 * @param remedy what would be right
 * @param origin where it is written: a file and line, an environment variable, a flag; empty when
 *     nowhere
 */
public record ConfigMistake(String key, String problem, String remedy, String origin) {
  /** The mistake as one line. */
  public String line() {
    String where = origin.isEmpty() || origin.equals(key) ? "" : " (" + origin + ")";
    return (key + ": " + problem + "; " + remedy + where).replaceAll("\\p{Cntrl}", " ");
  }
}
