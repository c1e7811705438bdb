package org.consultrelay.load;

import java.io.PrintWriter;
import org.consultrelay.load.cli.LoadCommand;
import picocli.CommandLine;

/** {@code ./relay load}: rehearses a peak. */
public final class Load {
  private Load() {}

  /** Runs the command; ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line; mistakes are told in one line, bugs with their trace. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new LoadCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((mistake, args) -> {
      PrintWriter err = mistake.getCommandLine().getErr();
      err.println("load: " + mistake.getMessage());
      err.println(
          "'" + mistake.getCommandLine().getCommandSpec().qualifiedName() + " --help' helps.");
      return mistake.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
    });
    return line;
  }
}
