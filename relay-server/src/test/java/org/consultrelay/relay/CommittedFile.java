package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that is made from code, and must be what the code makes today. */
public final class CommittedFile {
  private static final String RENEW = "renew";

  private CommittedFile() {}

  /**
   * Fails when the file is not this text; writes it where {@code -Drenew=true} asks for that.
   *
   * @param path from the root of the repository
   */
  public static void check(String path, String text, Class<?> test) throws IOException {
    Path file = root().resolve(path);
    if (Boolean.getBoolean(RENEW)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return;
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as(
            "%s is out of date; renew it with: ./relay test -pl relay-server -Dtest=%s -D%s=true",
            path, test.getSimpleName(), RENEW)
        .isEqualTo(text);
  }

  /** The root of the repository. */
  public static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("relay-server")) ? here : here.getParent();
  }
}
