package org.consultrelay.relay.signal.whip;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.consultrelay.relay.signal.SpeakingProcess;

/** Runs {@link NativePeerMain} and reads what it says. */
final class NativePeerProcess implements AutoCloseable {
  private final SpeakingProcess process;

  private NativePeerProcess(SpeakingProcess process) {
    this.process = process;
  }

  /** Starts one; {@code role} is a codec to publish, or {@code play}. */
  static NativePeerProcess start(String role, String door, String token) throws IOException {
    return new NativePeerProcess(
        SpeakingProcess.start(
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                NativePeerMain.class.getName(),
                role,
                door,
                token)));
  }

  /** The session's path. */
  String location() {
    return process.await("location ").substring("location ".length());
  }

  /** The first report from now on that is as wanted. */
  Map<String, String> awaitReport(Predicate<Map<String, String>> wanted) {
    return members(
        process.await(
            "report as wanted", line -> line.startsWith("report ") && wanted.test(members(line))));
  }

  private static Map<String, String> members(String report) {
    Map<String, String> members = new HashMap<>();
    for (String member : report.substring("report ".length()).split(" ", -1)) {
      int equals = member.indexOf('=');
      members.put(member.substring(0, equals), member.substring(equals + 1));
    }
    return members;
  }

  /** Ends the peer, which must give everything back and exit by itself. */
  void end() throws Exception {
    process.tell("");
    process.await("disposed", line -> line.equals("disposed"));
    process.awaitExit();
  }

  @Override
  public void close() {
    process.close();
  }
}
