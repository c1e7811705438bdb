package org.consultrelay.relay.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the configuration: a YAML file, overridden by environment variables ({@code RELAY_…}),
 * overridden by flags.
 *
 * @param dev development mode
 * @param file the file; empty: the one that {@code RELAY_CONFIG} names, or else, outside
 *     development mode, {@code relay.yaml} of the working directory if there is one
 * @param sets flags, each {@code key=value}
 * @param environment all environment variables
 * @param processors what {@code net.loops: auto} stands for
 */
public record ConfigLoader(
    boolean dev,
    Optional<Path> file,
    List<String> sets,
    Map<String, String> environment,
    int processors) {
  /** Copies the collections. */
  public ConfigLoader {
    sets = List.copyOf(sets);
    environment = Map.copyOf(environment);
  }

  /**
   * The configuration.
   *
   * @throws ConfigException with every mistake that was found
   */
  public RelayConfig load() throws ConfigException {
    return new ConfigFiles(this).read();
  }

  /** What the file says; nothing when there is none. */
  Map<String, Written> readFile() throws ConfigException {
    List<ConfigMistake> mistakes = new ArrayList<>();
    Map<String, Written> fromFile =
        chooseFile().map(chosen -> YamlSettings.read(chosen, mistakes)).orElse(Map.of());
    flags(mistakes);
    if (!mistakes.isEmpty()) {
      // What could not be read would bring a host of mistakes that are none.
      throw new ConfigException(mistakes);
    }
    return fromFile;
  }

  /**
   * The configuration with these settings of the file.
   *
   * @param secretFiles takes the files with secrets that were read on the way
   */
  RelayConfig load(Map<String, Written> fromFile, List<Path> secretFiles) throws ConfigException {
    List<ConfigMistake> mistakes = new ArrayList<>();
    SettingSources sources = new SettingSources(fromFile, environment, flags(mistakes));
    SettingReader settings = new SettingReader(sources, mistakes);
    RelayConfig config = RelayConfig.read(settings, dev, processors);
    secretFiles.addAll(settings.files().secretFiles());
    mistakes.addAll(sources.unknown());
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
    return config;
  }

  private Optional<Path> chooseFile() {
    String named = environment.getOrDefault(SettingSources.FILE_VARIABLE, "");
    if (file.isPresent() || !named.isEmpty()) {
      return file.or(() -> Optional.of(Path.of(named)));
    }
    return Optional.of(Path.of("relay.yaml")).filter(path -> !dev && Files.exists(path));
  }

  private Map<String, Written> flags(List<ConfigMistake> mistakes) {
    Map<String, Written> flags = new LinkedHashMap<>();
    for (String set : sets) {
      int equals = set.indexOf('=');
      if (equals < 1) {
        // Not quoted: it may be a secret.
        mistakes.add(new ConfigMistake("--set", "has no key", "write --set key=value", ""));
        continue;
      }
      String key = set.substring(0, equals).strip();
      flags.put(key, Written.text(set.substring(equals + 1), "--set"));
    }
    return flags;
  }

  /** Without the flags and the environment, which hold secrets. */
  @Override
  public String toString() {
    return "ConfigLoader[dev=" + dev + ", file=" + file + "]";
  }
}
