package org.consultrelay.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LoadCommandLineTest {
  private record Said(int exit, String err) {}

  private static Said run(String... args) {
    StringWriter err = new StringWriter();
    CommandLine line = Load.commandLine();
    line.setErr(new PrintWriter(err));
    return new Said(line.execute(args), err.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "--duration=soon, 'must be a time as 500ms, 90s, 10m or 1h'",
    "--loss=2, 'must be a share as 0.2 or 20%'",
    "--audio-only=x, 'must be a share'",
    "--expect=jitter<1ms, 'there is no figure jitter'",
    "--video=3, '--video is 3, must be 8 to 100000'",
    "--codec=av1, 'must be vp8 or h264'",
    "--profile=tuesday, 'tuesday'",
    "--rooms=many, 'rooms'",
    "--colour=red, 'Unknown option'",
    "--whip=https://relay.example/publish, '--whep is needed'",
    "--door=front, '--door is front, must be whip or livekit'",
    "--door=whip --url=wss://relay.example, '--url is not for --door whip'",
    "--door=livekit --whip=https://relay.example/whip, 'use --url'",
    "--url=wss://relay.example --token=x, '--token is not for --door livekit'",
    "--url=relay.example, 'must be as wss://relay.example'",
    "--publishers=0, 'publishers: must be 1 or more'",
    "--publishers=1, 'need --door livekit'",
    "--profile=lecture, 'need --door livekit'"
  })
  void mistakesAreNamedInOneLineAndExitWithTwo(String arguments, String message) {
    Said said = run(arguments.split(" "));
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err().lines().findFirst().orElse("")).startsWith("load: ").contains(message);
    assertThat(said.err()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "--rounds=0, '--rounds is 0, must be 1 to 1000'",
    "--people=1, '--people is 1, must be 2 to 50'",
    "--b-whip=http://127.0.0.1:9/whip, '--b-pid is needed'",
    "--a-pid=x, 'a-pid'"
  })
  void mistakesInAComparisonToo(String argument, String message) {
    Said said = run("compare", argument);
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err().lines().findFirst().orElse("")).startsWith("load: ").contains(message);
    assertThat(said.err()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "--both=slow, '--both: ''slow'' is not known'",
    "--up=loss=1, '--up: ''loss=1'' is not known'",
    "--duration=x, '--duration is x, must be a time'",
    "--script=/none, 'there is no file /none'"
  })
  void mistakesInABadNetworkToo(String argument, String message) {
    Said said = run("bad-network", argument);
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err().lines().findFirst().orElse("")).startsWith("load: ").contains(message);
    assertThat(said.err()).doesNotContain("\tat ");
  }

  @Test
  void aMistakeInAScriptIsNamedWithItsLine(@TempDir Path directory) throws IOException {
    Path script = Files.writeString(directory.resolve("train"), "0s both 3mbit\n5s both loss 7\n");
    Said said = run("bad-network", "--script", script.toString());
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).contains("train, line 2: '7' is no percentage");
  }

  @Test
  void helpNamesTheCommands() {
    StringWriter out = new StringWriter();
    CommandLine line = Load.commandLine();
    line.setOut(new PrintWriter(out));
    assertThat(line.execute("--help")).isZero();
    assertThat(out.toString())
        .contains("--profile")
        .contains("--expect")
        .contains("compare")
        .contains("bad-network");
  }
}
