package org.consultrelay.load.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Where a bad network can be had. */
public final class NeedsBadNetwork {
  private NeedsBadNetwork() {}

  /** Skips a test on a machine that cannot make one; in CI, which can, the test fails. */
  public static void assume() {
    String missing = BadNetwork.missing();
    if (System.getenv("CI") == null) {
      assumeTrue(missing == null, missing);
    } else if (missing != null) {
      throw new AssertionError(missing);
    }
  }
}
