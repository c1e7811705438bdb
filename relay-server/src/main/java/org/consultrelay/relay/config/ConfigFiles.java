package org.consultrelay.relay.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The configuration as it can be read again while the relay runs. Environment and flags are those
 * of the start; the files are read anew. Thread-safe; blocks.
 */
public final class ConfigFiles {
  private final ConfigLoader loader;
  private Map<String, Written> settings = Map.of();
  private List<Path> secretFiles = List.of();

  /** Nothing has been read yet. */
  public ConfigFiles(ConfigLoader loader) {
    this.loader = loader;
  }

  /**
   * Reads everything.
   *
   * @throws ConfigException with every mistake that was found; what was read before stays
   */
  public synchronized RelayConfig read() throws ConfigException {
    Map<String, Written> read = loader.readFile();
    RelayConfig config = load(read);
    settings = read;
    return config;
  }

  /**
   * Reads the files that hold secrets, {@code keysFile} and {@code turn.secretsFile}; all else is
   * as it was when everything was read last.
   *
   * @throws ConfigException with every mistake that was found
   */
  public synchronized RelayConfig readSecrets() throws ConfigException {
    return load(settings);
  }

  /** The files that hold secrets, as they were named when everything was read last. */
  public synchronized List<Path> secretFiles() {
    return secretFiles;
  }

  private RelayConfig load(Map<String, Written> from) throws ConfigException {
    List<Path> files = new ArrayList<>();
    RelayConfig config = loader.load(from, files);
    secretFiles = List.copyOf(files);
    return config;
  }
}
