package org.consultrelay.relay.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that settings name, looked at when the settings are read: one that is not as it must be
 * is noted as a mistake.
 */
final class SettingFiles {
  private final SettingReader settings;
  private final List<Path> secretFiles = new ArrayList<>();

  /** None yet. */
  SettingFiles(SettingReader settings) {
    this.settings = settings;
  }

  /**
   * A PEM file that can be read now.
   *
   * @param label what the file must hold a block of, e.g. {@code CERTIFICATE}
   */
  Optional<Path> pem(String key, String label) {
    Optional<String> text = settings.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String problem;
    try {
      Path path = Path.of(text.get());
      // Also "-----BEGIN EC PRIVATE KEY-----" and the like.
      if (Files.readString(path).matches("(?s).*-----BEGIN ([A-Z0-9 ]+ )?" + label + "-----.*")) {
        return Optional.of(path);
      }
      problem = "holds no " + label + " block";
    } catch (IOException | InvalidPathException e) {
      problem = "cannot be read (" + e.getClass().getSimpleName() + ")";
    }
    settings.mistake(
        key,
        SettingReader.quote(text.get()) + " " + problem,
        "name a PEM file with \"-----BEGIN " + label + "-----\" that this user may read");
    return Optional.empty();
  }

  /** A file to append to; its directory must be there. Empty when it is not set. */
  Optional<Path> fileToWrite(String key) {
    Optional<String> text = settings.text(key).filter(each -> !each.isEmpty());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String problem;
    try {
      Path path = Path.of(text.get()).toAbsolutePath();
      Path parent = path.getParent();
      boolean writable =
          Files.exists(path)
              ? Files.isRegularFile(path) && Files.isWritable(path)
              : parent != null && Files.isDirectory(parent) && Files.isWritable(parent);
      if (writable) {
        return Optional.of(path);
      }
      problem = "cannot be written";
    } catch (InvalidPathException e) {
      problem = "is no file name";
    }
    settings.mistake(
        key,
        SettingReader.quote(text.get()) + " " + problem,
        "name a file in a directory that is there and that this user may write to");
    return Optional.empty();
  }

  /**
   * The lines of a file that holds secrets, those that are empty or begin with # left out; empty
   * when it is not set. Neither the lines nor what is wrong with them are ever quoted.
   */
  List<String> secretLines(String key) {
    Optional<String> text = settings.text(key).filter(each -> !each.isEmpty());
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      Path file = Path.of(text.get());
      secretFiles.add(file);
      List<String> lines =
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList();
      if (lines.isEmpty()) {
        settings.mistake(
            key, SettingReader.quote(text.get()) + " is empty", "write one secret on each line");
      }
      return lines;
    } catch (IOException | InvalidPathException e) {
      settings.mistake(
          key,
          SettingReader.quote(text.get())
              + " cannot be read ("
              + e.getClass().getSimpleName()
              + ")",
          "name a text file that this user may read");
      return List.of();
    }
  }

  /** The files that {@link #secretLines} has looked into. */
  List<Path> secretFiles() {
    return secretFiles;
  }
}
