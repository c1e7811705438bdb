package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;

/**
 * The payload types of the relay's own offers. They depend on nothing but the policy, so they are
 * the same in every section and every later offer of a session.
 */
final class PayloadTypes {
  private static final int FIRST_VIDEO = 96;
  private static final int FIRST_AUDIO = 111;
  private static final int GREATEST = 127;

  /** Between the two, where neither comes. */
  private static final int RED = FIRST_AUDIO - 1;

  private final MediaPolicy policy;

  PayloadTypes(MediaPolicy policy) {
    this.policy = policy;
  }

  /**
   * The descriptions of some codecs of the policy's, each with its retransmissions.
   *
   * @param wanted codecs, any variant that matches one of the policy's
   * @param opus the parameters that every Opus payload type gets
   */
  List<CodecDescription> describe(List<Codec> wanted, FormatParameters opus) {
    List<CodecDescription> descriptions = new ArrayList<>();
    for (Codec codec : wanted) {
      int payloadType = payloadType(codec);
      boolean audio = codec.kind() == MediaKind.AUDIO;
      boolean isOpus = codec.name().equals(Codec.OPUS.name());
      descriptions.add(
          new CodecDescription(
              payloadType,
              codec.name(),
              codec.clockRate(),
              codec.channels(),
              isOpus ? opus : codec.format(),
              policy.feedback(codec.kind())));
      if (policy.redundancy() && isOpus) {
        descriptions.add(
            new CodecDescription(
                RED,
                "red",
                codec.clockRate(),
                codec.channels(),
                new FormatParameters(payloadType + "/" + payloadType),
                List.of()));
      }
      if (policy.retransmission() && !audio) {
        descriptions.add(
            new CodecDescription(
                payloadType + 1,
                "rtx",
                codec.clockRate(),
                1,
                new FormatParameters("apt=" + payloadType),
                List.of()));
      }
    }
    return descriptions;
  }

  /** The policy's codec that a track's codec is a variant of. */
  Codec known(Codec codec) {
    CodecDescription description =
        new CodecDescription(
            0, codec.name(), codec.clockRate(), codec.channels(), codec.format(), List.of());
    for (Codec candidate : policy.codecs()) {
      if (candidate.kind() == codec.kind() && candidate.matches(description)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("the policy has no codec " + codec.name());
  }

  // Video takes even numbers from 96, its retransmissions the next one; audio counts from 111 and
  // steps over what video could reach only with more codecs than there are.
  private int payloadType(Codec codec) {
    int video = 0;
    int audio = 0;
    for (Codec candidate : policy.codecs()) {
      boolean isAudio = candidate.kind() == MediaKind.AUDIO;
      if (candidate.equals(codec)) {
        int payloadType = isAudio ? FIRST_AUDIO + audio : FIRST_VIDEO + 2 * video;
        if (payloadType > GREATEST || (!isAudio && payloadType + 1 >= FIRST_AUDIO)) {
          throw new IllegalArgumentException("more codecs than payload types");
        }
        return payloadType;
      }
      if (isAudio) {
        audio++;
      } else {
        video++;
      }
    }
    throw new IllegalArgumentException("the policy has no codec " + codec.name());
  }
}
