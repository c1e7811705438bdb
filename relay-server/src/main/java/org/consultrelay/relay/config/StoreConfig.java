package org.consultrelay.relay.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What outlives a restart.
 *
 * @param file of undelivered webhooks and waiting rooms; empty: both end with the process
 */
public record StoreConfig(Optional<Path> file) {
  static StoreConfig read(SettingReader settings) {
    return new StoreConfig(settings.files().fileToWrite("store.file"));
  }
}
