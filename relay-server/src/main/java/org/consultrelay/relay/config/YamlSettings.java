package org.consultrelay.relay.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a YAML file into settings by key path ({@code http.tls.key}). It reads tokens, not a tree,
 * because they know their line; and it takes scalars as texts, so that what a number or a switch is
 * is decided in one place, {@link SettingReader}.
 */
final class YamlSettings {
  private final String name;
  private final JsonParser parser;
  private final List<ConfigMistake> mistakes;
  private final Map<String, Written> settings = new LinkedHashMap<>();
  private final Set<String> sections = new HashSet<>();

  private YamlSettings(String name, JsonParser parser, List<ConfigMistake> mistakes) {
    this.name = name;
    this.parser = parser;
    this.mistakes = mistakes;
  }

  /** Reads the file; what is wrong is added to {@code mistakes}. */
  static Map<String, Written> read(Path file, List<ConfigMistake> mistakes) {
    String name = file.toString();
    String yaml;
    try {
      yaml = Files.readString(file);
    } catch (IOException e) {
      mistakes.add(
          new ConfigMistake(
              name,
              "cannot be read (" + e.getClass().getSimpleName() + ")",
              "name a YAML file in UTF-8 that this user may read",
              ""));
      return Map.of();
    }
    return parse(name, yaml, mistakes);
  }

  /** Reads YAML text. {@code name} is what mistakes call it. */
  static Map<String, Written> parse(String name, String yaml, List<ConfigMistake> mistakes) {
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      YamlSettings reader = new YamlSettings(name, parser, mistakes);
      reader.document();
      return reader.settings;
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the lines around, and those may hold secrets.
      JsonLocation at = e.getLocation();
      mistakes.add(
          new ConfigMistake(
              at == null ? name : name + ":" + at.getLineNr(),
              "is not YAML",
              "look there for indentation, a tab, a missing space after a colon, an open quote",
              ""));
    } catch (IOException e) {
      throw new AssertionError("a string is always readable", e);
    }
    return Map.of();
  }

  private void document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      mistake(name, "does not hold sections", "begin with one such as `http:`");
      return;
    }
    section("");
    if (parser.nextToken() != null) {
      mistake(name, "holds a second document", "keep everything in one");
    }
  }

  private void section(String prefix) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_OBJECT;
        token = parser.nextToken()) {
      String path = prefix + parser.currentName();
      String origin = origin();
      JsonToken value = parser.nextToken();
      if (!sections.add(path)) {
        mistakes.add(new ConfigMistake(path, "is written twice", "keep one of the two", origin));
        parser.skipChildren();
        continue;
      }
      switch (value) {
        case START_OBJECT -> section(path + ".");
        case START_ARRAY -> list(path, origin);
        case VALUE_NULL -> settings.put(path, Written.nothing(origin));
        default -> settings.put(path, Written.text(parser.getText(), origin));
      }
    }
  }

  private void list(String path, String origin) throws IOException {
    List<String> texts = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token.isScalarValue()) {
        texts.add(parser.getText());
      } else {
        mistake(path, "holds more than plain values", "write a list such as [a, b]");
        parser.skipChildren();
      }
    }
    settings.put(path, new Written(texts, true, origin));
  }

  private String origin() {
    return name + ":" + parser.currentTokenLocation().getLineNr();
  }

  private void mistake(String key, String problem, String remedy) {
    mistakes.add(new ConfigMistake(key, problem, remedy, origin()));
  }
}
