package org.consultrelay.load.cli;

import org.consultrelay.load.run.LoadOptions;
import org.consultrelay.relay.rtp.Codec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What simulated participants send, as the command line says. */
final class MediaOptions {
  @Option(
      names = "--video",
      paramLabel = "KBIT/S",
      description = "Bit rate of each camera, 8 to 100000; by default ${DEFAULT-VALUE}.",
      defaultValue = "500")
  private int videoKilobits;

  @Option(
      names = "--fps",
      paramLabel = "N",
      description = "Frames a second of each camera, 1 to 120; by default ${DEFAULT-VALUE}.",
      defaultValue = "30")
  private int framesPerSecond;

  @Option(
      names = "--temporal-layers",
      paramLabel = "N",
      description = "Temporal layers of each camera, 1 to 3; by default ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int temporalLayers;

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      description = "vp8 or h264; by default ${DEFAULT-VALUE}.",
      defaultValue = "vp8")
  private String codec = "vp8";

  @Option(
      names = "--audio",
      paramLabel = "KBIT/S",
      description = "Bit rate of each microphone, 6 to 128; by default ${DEFAULT-VALUE}.",
      defaultValue = "32")
  private int audioKilobits;

  @Option(names = "--dtx", description = "Microphones send nearly nothing in pauses.")
  private boolean discontinuous;

  @Option(
      names = "--loops",
      paramLabel = "N",
      description = "Event loops of the tester; by default half the machine's processors.")
  private int loops;

  @Option(
      names = "--join-timeout",
      paramLabel = "SECONDS",
      description = "After which a join has failed; by default ${DEFAULT-VALUE}.",
      defaultValue = "20")
  private int joinTimeout;

  /**
   * What they add up to.
   *
   * @param loss share of packets lost on purpose, 0 to 1
   */
  LoadOptions options(CommandSpec spec, double loss, long seed) {
    within(spec, "--video", videoKilobits, 8, 100_000);
    within(spec, "--fps", framesPerSecond, 1, 120);
    within(spec, "--temporal-layers", temporalLayers, 1, 3);
    within(spec, "--audio", audioKilobits, 6, 128);
    within(spec, "--loops", loops, 0, 64);
    within(spec, "--join-timeout", joinTimeout, 1, 600);
    Codec chosen = Codec.of(codec);
    if (chosen != Codec.VP8 && chosen != Codec.H264) {
      throw new ParameterException(
          spec.commandLine(), "--codec is " + codec + ", must be vp8 or h264");
    }
    int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return new LoadOptions(
        videoKilobits,
        framesPerSecond,
        temporalLayers,
        chosen,
        audioKilobits,
        discontinuous,
        loss,
        loops == 0 ? half : loops,
        seed,
        joinTimeout);
  }

  private static void within(CommandSpec spec, String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), name + " is " + value + ", must be " + least + " to " + most);
    }
  }

  /** For the report. */
  String description() {
    return codec.toUpperCase(java.util.Locale.ROOT)
        + " at "
        + videoKilobits
        + " kbit/s and "
        + framesPerSecond
        + " frames/s, Opus at "
        + audioKilobits
        + " kbit/s"
        + (discontinuous ? " with DTX" : "");
  }
}
