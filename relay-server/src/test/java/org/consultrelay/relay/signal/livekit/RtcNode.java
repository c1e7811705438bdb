package org.consultrelay.relay.signal.livekit;

import java.nio.file.Path;
import java.util.List;
import org.consultrelay.relay.Needs;

/** {@code @livekit/rtc-node} and the scripts that use it, brought under {@code target} once. */
final class RtcNode {
  private static final Path SOURCE = Path.of("src/test/npm");
  private static final Path INSTALLED = Path.of("target/rtc-node");
  private static final List<String> FILES =
      List.of(".npmrc", "package.json", "package-lock.json", "participant.mjs", "guest.mjs");
  private static final boolean THERE = NpmTree.install(SOURCE, INSTALLED, FILES);

  private RtcNode() {}

  /**
   * Where it is. Where npm cannot bring it (a developer without a network) the test is skipped, but
   * not in CI, which has what {@code ./relay test} installs.
   */
  static Path directory() {
    Needs.that(THERE, "npm cannot install @livekit/rtc-node here, see " + log("install"));
    return INSTALLED;
  }

  /** Where one of its processes writes. */
  static Path log(String name) {
    return INSTALLED.resolve(name + ".log").toAbsolutePath();
  }
}
