package org.consultrelay.load.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One section of a YAML file that people edit: reads its keys, and knows which it has not been
 * asked for. Whatever is wrong is said in a {@link ProfileException} of one line.
 */
public final class Keys {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s?(ms|s|m|h)");
  private static final Pattern SHARE = Pattern.compile("(\\d{1,3}(?:\\.\\d+)?)\\s?(%?)");

  private final String file;
  private final String path;
  private final JsonNode node;
  private final Set<String> asked = new HashSet<>();

  private Keys(String file, String path, JsonNode node) {
    this.file = file;
    this.path = path;
    this.node = node;
    if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
      throw new ProfileException(where("") + " must be a section of keys");
    }
  }

  /**
   * Reads YAML text.
   *
   * @param name what mistakes call it
   */
  public static Keys parse(String name, String yaml) {
    try {
      return new Keys(name, "", new YAMLMapper().readTree(yaml));
    } catch (JsonProcessingException e) {
      throw new ProfileException(
          name
              + (e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr())
              + ": is not YAML: "
              + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  /** Reads a YAML file. */
  public static Keys file(String path) {
    try {
      return parse(path, Files.readString(Path.of(path)));
    } catch (IOException e) {
      throw new ProfileException(path + ": cannot be read: " + e.getClass().getSimpleName());
    }
  }

  /** Reads a YAML file that comes along. */
  public static Keys resource(Class<?> beside, String file) {
    try (InputStream in = beside.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + file);
      }
      return parse(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String where(String key) {
    String separator = path.isEmpty() || key.isEmpty() ? "" : ".";
    return file + ": " + path + separator + key;
  }

  /** The mistake that a key is this and must be that. */
  public ProfileException wrong(String key, String is, String right) {
    return new ProfileException(where(key) + " " + is + ", must be " + right);
  }

  private JsonNode get(String key) {
    asked.add(key);
    return node.path(key);
  }

  /** The names in it. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A section within this one; without keys when it is not there. */
  public Keys section(String key) {
    JsonNode section = get(key);
    return new Keys(
        file,
        path.isEmpty() ? key : path + "." + key,
        section.isNull() ? MissingNode.getInstance() : section);
  }

  /** A text, or the other one when the key is not there. */
  public String text(String key, String otherwise) {
    JsonNode value = get(key);
    return value.isMissingNode() || value.isNull() ? otherwise : value.asText();
  }

  /** A list of texts; empty when the key is not there. */
  public List<String> texts(String key) {
    JsonNode value = get(key);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      throw wrong(key, "is no list", "a list");
    }
    List<String> texts = new ArrayList<>();
    value.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  /** Whether it says true; false when the key is not there. */
  public boolean yes(String key) {
    String text = text(key, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw wrong(key, "is \"" + text + "\"", "true or false");
    }
    return text.equals("true");
  }

  /** A name that is a number. */
  public int number(String name, int least, int most) {
    try {
      int number = Integer.parseInt(name);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong(name, "is a key", least + " to " + most);
  }

  /** A whole number; underlines may group its digits. */
  public long whole(String key, long otherwise, long least, long most) {
    String text = text(key, Long.toString(otherwise)).replace("_", "");
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong(key, "is \"" + text + "\"", "a whole number, " + least + " to " + most);
  }

  /** A number. */
  public double fraction(String key, double otherwise, double least, double most) {
    String text = text(key, Double.toString(otherwise));
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong(key, "is \"" + text + "\"", "a number, " + least + " to " + most);
  }

  /** {@code 30%} or {@code 0.3}. */
  public double share(String key, double otherwise) {
    String text = text(key, Double.toString(otherwise));
    Matcher matcher = SHARE.matcher(text);
    if (matcher.matches()) {
      double share = Double.parseDouble(matcher.group(1)) / (matcher.group(2).isEmpty() ? 1 : 100);
      if (share <= 1) {
        return share;
      }
    }
    throw wrong(key, "is \"" + text + "\"", "a share such as 30%, 0% to 100%");
  }

  /** A time such as 500ms, 20s, 10m or 1h. */
  public Duration time(String key, Duration otherwise) {
    String text = text(key, otherwise.toMillis() + "ms");
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw wrong(key, "is \"" + text + "\"", "a time such as 500ms, 20s, 10m or 1h");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  /** Refuses keys that nobody asked for: a word misspelt would be a knob that does nothing. */
  public void nothingElse() {
    for (String name : names()) {
      if (!asked.contains(name)) {
        throw new ProfileException(
            where(name) + " is no key of a profile; keys here are " + String.join(", ", sorted()));
      }
    }
  }

  private List<String> sorted() {
    return asked.stream().sorted().toList();
  }
}
