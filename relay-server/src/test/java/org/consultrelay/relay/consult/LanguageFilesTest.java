package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every language says everything, with the same blanks, and the page asks for nothing else. */
class LanguageFilesTest {
  private static final Path PAGE = Path.of("src/main/web/consult");
  private static final Pattern BLANK = Pattern.compile("\\{\\w+}");
  private static final Pattern NAMED =
      Pattern.compile("data-t(?:-label|-placeholder)?=\"([^\"]+)\"");
  private static final Pattern ASKED = Pattern.compile("\\bt\\('([^']+)'");
  private static final Pattern LISTED = Pattern.compile("(\\w\\w): '");

  static List<String> languages() throws IOException {
    String list =
        Files.readString(PAGE.resolve("language.js"))
            .lines()
            .filter(line -> line.startsWith("export const LANGUAGES"))
            .findFirst()
            .orElseThrow();
    return LISTED.matcher(list).results().map(each -> each.group(1)).toList();
  }

  @Test
  void everyFileIsALanguageThatCanBeChosen() throws IOException {
    try (Stream<Path> files = Files.list(PAGE.resolve("languages"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              languages().stream().map(code -> code + ".json").toList());
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void aLanguageHasTheKeysAndBlanksOfEnglish(String code) throws IOException {
    Map<String, String> words = words(code);
    assertThat(blanks(words)).isEqualTo(blanks(words("en")));
    assertThat(words).allSatisfy((key, text) -> assertThat(text).as(key).isNotBlank());
  }

  @Test
  void thePageAsksForNoOtherWords() throws IOException {
    Map<String, String> words = words("en");
    assertThat(matches(NAMED, Files.readString(PAGE.resolve("index.html"))))
        .hasSizeGreaterThan(100)
        .isSubsetOf(words.keySet());
    try (Stream<Path> files = Files.list(PAGE)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".js")).toList()) {
        assertThat(words.keySet())
            .as(file.toString())
            .containsAll(matches(ASKED, Files.readString(file)));
      }
    }
  }

  private static Set<String> matches(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static Map<String, List<String>> blanks(Map<String, String> words) {
    Map<String, List<String>> blanks = new TreeMap<>();
    words.forEach((key, text) ->
        blanks.put(key, BLANK.matcher(text).results().map(each -> each.group()).sorted().toList()));
    return blanks;
  }

  private static Map<String, String> words(String code) throws IOException {
    return new ObjectMapper()
        .readValue(
            PAGE.resolve("languages").resolve(code + ".json").toFile(), new TypeReference<>() {});
  }
}
