package org.consultrelay.relay.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used. The message has one line per mistake. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigMistake> mistakes;

  /**
   * With what is wrong.
   *
   * @param mistakes one or more
   */
  public ConfigException(List<ConfigMistake> mistakes) {
    super(mistakes.stream().map(ConfigMistake::line).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** What is wrong, in the order of the keys. */
  public List<ConfigMistake> mistakes() {
    return mistakes;
  }
}
