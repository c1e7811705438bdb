package org.consultrelay.relay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {
  private static final String FIRST = "0123456789abcdef0123456789abcdef";
  private static final String SECOND = "abcdef0123456789abcdef0123456789==";

  @TempDir Path directory;

  private RelayConfig load(String... sets) throws ConfigException {
    return new ConfigLoader(false, Optional.empty(), List.of(sets), Map.of(), 2).load();
  }

  private String file(String text) throws Exception {
    return Files.writeString(directory.resolve("secrets"), text).toString();
  }

  private List<ConfigMistake> mistakes(String... sets) {
    try {
      load(sets);
      return List.of();
    } catch (ConfigException e) {
      return e.mistakes();
    }
  }

  @Test
  void keysComeFromAFile() throws Exception {
    String file = file("# ours\n\napp=" + FIRST + "\nother: " + SECOND + "\n");

    assertThat(load("keysFile=" + file).keys().secrets())
        .isEqualTo(Map.of("app", FIRST, "other", SECOND));
  }

  @Test
  void whatIsWrittenAboveWins() throws Exception {
    String file = file("app=" + FIRST);

    assertThat(load("keysFile=" + file, "keys.app=" + SECOND).keys().secrets())
        .isEqualTo(Map.of("app", SECOND));
  }

  @Test
  void turnsSecretsComeFromAFileFirst() throws Exception {
    assertThat(
            load("keys.a=" + FIRST, "turn.secretsFile=" + file(FIRST), "turn.secrets=" + SECOND)
                .turn()
                .secrets())
        .containsExactly(FIRST, SECOND);
  }

  @Test
  void mistakesNameTheKeyAndQuoteNoSecret() throws Exception {
    for (String text :
        List.of(
            "app=short-and-secret", "just-a-secret-" + FIRST, "a=" + FIRST + "\na=" + FIRST, "")) {
      List<ConfigMistake> found = mistakes("keysFile=" + file(text));
      assertThat(found).isNotEmpty();
      assertThat(found).allMatch(each -> each.key().startsWith("keys"));
      assertThat(found)
          .noneMatch(each -> each.line().contains("secret-") || each.line().contains(FIRST));
    }
    assertThat(mistakes("keys.a=" + FIRST, "turn.secretsFile=" + directory.resolve("none")))
        .singleElement()
        .matches(each -> each.key().equals("turn.secretsFile"));
    assertThat(mistakes("keys.a=" + FIRST, "turn.secretsFile=" + file("short")))
        .singleElement()
        .matches(each -> !each.line().contains("short"));
  }
}
