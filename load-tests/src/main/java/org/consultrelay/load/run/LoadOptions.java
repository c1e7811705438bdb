package org.consultrelay.load.run;

import org.consultrelay.relay.rtp.Codec;

/**
 * What the simulated participants send, and how the tester works.
 *
 * @param videoKilobits payload of a camera, kbit/s
 * @param framesPerSecond of a camera
 * @param temporalLayers of a camera, 1 to 3
 * @param videoCodec VP8 or H264
 * @param audioKilobits payload of a microphone while somebody talks, kbit/s
 * @param discontinuous whether microphones send nearly nothing in pauses (DTX)
 * @param loss share of media packets that participants lose on purpose, each way, 0 to 1
 * @param loops event loops of the tester that carry media
 * @param seed of all that is random
 * @param joinTimeoutSeconds after which a join or a play has failed
 */
public record LoadOptions(
    int videoKilobits,
    int framesPerSecond,
    int temporalLayers,
    Codec videoCodec,
    int audioKilobits,
    boolean discontinuous,
    double loss,
    int loops,
    long seed,
    int joinTimeoutSeconds) {
  /** As a browser's small picture: 500 kbit/s, 30 frames, Opus at 32 kbit/s, no loss. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(500, 30, 1, Codec.VP8, 32, false, 0, 1, 1, 20);

  /** The same with another share of packets lost on purpose, 0 to 1. */
  public LoadOptions withLoss(double share) {
    return new LoadOptions(
        videoKilobits,
        framesPerSecond,
        temporalLayers,
        videoCodec,
        audioKilobits,
        discontinuous,
        share,
        loops,
        seed,
        joinTimeoutSeconds);
  }
}
