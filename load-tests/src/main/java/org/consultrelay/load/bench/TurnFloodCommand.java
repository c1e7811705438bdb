package org.consultrelay.load.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.consultrelay.load.turn.FloodRun;
import org.consultrelay.load.turn.TurnServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./relay bench turn-flood}: requests with forged senders against servers with calls. */
@Command(
    name = "turn-flood",
    description = {
      "Floods TURN servers on this machine with requests without credentials, each from another",
      "address of 127.0.0.0/8, while calls go on: bytes out for bytes in, memory, harm done."
    },
    mixinStandardHelpOptions = true)
final class TurnFloodCommand implements Callable<Integer> {
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Mixin private TurnServerOptions servers = new TurnServerOptions();

  @Option(
      names = "--rate",
      paramLabel = "REQUESTS",
      defaultValue = "10000",
      description = "A second; by default ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description = "Of Allocate, then of Binding; by default ${DEFAULT-VALUE}.")
  private int seconds;

  @Override
  public Integer call() throws Exception {
    Processors.leaveFirst(servers.threads());
    List<String> wrong = new ArrayList<>();
    for (TurnServer.Kind kind : servers.kinds(List.of())) {
      try (TurnServer server = kind.start()) {
        out.println(server.description());
        wrong.addAll(new FloodRun(rate, seconds, out).run(server));
      }
    }
    wrong.forEach(line -> out.println("FAILED: " + line));
    return wrong.isEmpty() ? 0 : 1;
  }
}
