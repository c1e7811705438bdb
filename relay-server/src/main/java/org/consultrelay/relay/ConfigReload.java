package org.consultrelay.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.consultrelay.relay.config.ConfigChanges;
import org.consultrelay.relay.config.ConfigException;
import org.consultrelay.relay.config.ConfigFiles;
import org.consultrelay.relay.config.ConfigMistake;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.ops.Metrics;
import org.consultrelay.relay.ops.Reloaded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again while the relay runs, and puts in force what can be changed then. A
 * configuration with mistakes changes nothing. Any thread; blocks.
 */
final class ConfigReload {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);

  /** The keys that need no restart. */
  private static final Pattern LIVE =
      Pattern.compile(
          "keys|tenants|rooms\\..+|admission\\..+|turn\\.secrets|webhooks\\.apiKey"
              + "|turn\\.quotas\\.(perUser|perSource|total|bandwidth)");

  private final ConfigFiles files;
  private final Consumer<RelayConfig> live;
  private final RelayConfig started;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private RelayConfig current;
  private String seen;
  private String changing;
  private volatile double loadedAt = System.currentTimeMillis() / 1e3;

  /**
   * For a relay that has started.
   *
   * @param files where the configuration is read from
   * @param started what the relay runs with
   * @param live puts in force what can be changed; must not fail
   */
  ConfigReload(ConfigFiles files, RelayConfig started, Consumer<RelayConfig> live) {
    this.files = files;
    this.live = live;
    this.started = started;
    this.current = started;
    this.seen = stamp();
    this.changing = seen;
  }

  void register(Metrics metrics) {
    String help = "Times that the configuration or its secret files were read again, by outcome.";
    metrics.counter("relay_config_reloads_total", help, taken::get, "outcome", "taken");
    metrics.counter("relay_config_reloads_total", help, failed::get, "outcome", "failed");
    metrics.gauge(
        "relay_config_loaded_timestamp_seconds",
        "When the configuration that is in force was read, in seconds since 1970.",
        () -> loadedAt);
  }

  /** Reads everything again. */
  synchronized Reloaded reload() {
    // What is written while they are read is at worst read once more.
    String before = stamp();
    Reloaded outcome = apply(files::read);
    if (outcome.isGood()) {
      seen = before;
    }
    return outcome;
  }

  /**
   * Reads the secret files again when they have changed, once they have been the same at two looks:
   * whoever writes them does so in more than one step.
   */
  synchronized void look() {
    String now = stamp();
    boolean settled = now.equals(changing);
    changing = now;
    if (settled && !now.equals(seen) && !now.isEmpty()) {
      seen = now;
      apply(files::readSecrets);
    }
  }

  /** Reads in one way or the other. */
  private interface Reading {
    RelayConfig read() throws ConfigException;
  }

  private Reloaded apply(Reading reading) {
    RelayConfig read;
    try {
      read = reading.read();
    } catch (ConfigException e) {
      failed.incrementAndGet();
      Reloaded wrong = Reloaded.wrong(e.mistakes().stream().map(ConfigMistake::line).toList());
      LOG.error("the new configuration cannot be used, the old one stays: {}", wrong);
      return wrong;
    }
    List<String> applied = changes(current, read, true);
    live.accept(read);
    current = read;
    loadedAt = System.currentTimeMillis() / 1e3;
    taken.incrementAndGet();
    Reloaded good = new Reloaded(List.of(), applied, changes(started, read, false));
    LOG.info("the configuration was read again: {}", good);
    return good;
  }

  private static List<String> changes(RelayConfig before, RelayConfig after, boolean isLive) {
    return ConfigChanges.between(before, after).stream()
        .filter(key -> LIVE.matcher(key).matches() == isLive)
        .toList();
  }

  /** What the secret files look like from outside; empty while one of them is being replaced. */
  private String stamp() {
    StringBuilder stamp = new StringBuilder();
    try {
      for (Path file : files.secretFiles()) {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        stamp.append(now.lastModifiedTime()).append('/').append(now.size());
        stamp.append('/').append(now.fileKey()).append(' ');
      }
    } catch (IOException e) {
      return "";
    }
    return stamp.toString();
  }
}
