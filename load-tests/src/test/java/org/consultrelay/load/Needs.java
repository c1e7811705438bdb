package org.consultrelay.load;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.consultrelay.load.net.BadNetwork;

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

  /** Goes on only where a bad network can be had. */
  public static void badNetwork() {
    String missing = BadNetwork.missing();
    that(missing == null, missing == null ? "" : missing);
  }
}
