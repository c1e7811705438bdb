package org.consultrelay.relay;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a test needs of the machine. A developer without it has the test skipped; in CI (the
 * variable {@code CI} is set), which has what {@code ./relay test} installs, the test fails.
 */
public final class Needs {
  private Needs() {}

  /**
   * Goes on only where it is there.
   *
   * @param missing what is not there otherwise, in words
   */
  public static void that(boolean there, String missing) {
    if (!there && System.getenv("CI") != null) {
      fail("CI must have it: " + missing);
    }
    assumeTrue(there, missing);
  }

  /** The path of a program that we did not write. */
  public static String program(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/usr/sbin:/usr/local/bin";
    Optional<Path> found =
        Stream.of(path.split(":"))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    that(found.isPresent(), name + " is not installed");
    return found.orElseThrow().toString();
  }
}
