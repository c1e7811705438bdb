package org.consultrelay.relay.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is written down, and how.
 *
 * @param format of the log on standard output
 * @param audit the file that takes who joined and left which room; empty: nobody does
 */
public record LogConfig(LogFormat format, Optional<Path> audit) {
  static LogConfig read(SettingReader settings) {
    return new LogConfig(
        settings.choice("log.format", LogFormat.PLAIN), settings.files().fileToWrite("log.audit"));
  }
}
