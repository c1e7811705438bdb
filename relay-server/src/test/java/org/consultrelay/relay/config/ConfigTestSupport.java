package org.consultrelay.relay.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A start on paper: the three layers, and what comes of them on a machine with 2 processors. */
final class ConfigTestSupport {
  static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private Optional<Path> file = Optional.empty();
  private List<String> sets = List.of();
  private boolean dev;

  private ConfigTestSupport(Path directory) {
    this.directory = directory;
  }

  /** With one good key, so that a test can be about something else. */
  static ConfigTestSupport withKey(Path directory) {
    return withoutKey(directory).environment("RELAY_KEYS", "app=" + SECRET);
  }

  static ConfigTestSupport withoutKey(Path directory) {
    // An empty file, so that no relay.yaml of the working directory gets in.
    return new ConfigTestSupport(directory).yaml("");
  }

  ConfigTestSupport yaml(String yaml) {
    try {
      file = Optional.of(Files.writeString(directory.resolve("relay.yaml"), yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  ConfigTestSupport environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  ConfigTestSupport set(String... pairs) {
    sets = Arrays.asList(pairs);
    return this;
  }

  ConfigTestSupport dev() {
    dev = true;
    return this;
  }

  RelayConfig load() throws ConfigException {
    return new ConfigLoader(dev, file, sets, environment, 2).load();
  }

  /** The lines of the refusal, the directory's name taken out. */
  List<String> refusal() {
    ConfigException refusal = catchThrowableOfType(ConfigException.class, this::load);
    return refusal.mistakes().stream()
        .map(mistake -> mistake.line().replace(directory + "/", ""))
        .toList();
  }
}
