package org.consultrelay.relay.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer will say of one section, before payload type parameters are settled for the whole
 * bundle.
 *
 * @param index the section's place
 * @param offered the section as offered
 * @param rejected whether it will have port 0
 * @param direction the relay's
 * @param codecs the offered payload types taken, best first
 * @param track what the relay sends, or null
 * @param data the data channels opened, or null
 * @param stereo whether Opus is to be stereo by the caller's word
 * @param rids the simulcast streams to take of those offered; empty for all
 * @param problem why less than wanted, or null
 */
record SectionPlan(
    int index,
    MediaSection offered,
    boolean rejected,
    Direction direction,
    List<Choice> codecs,
    @Nullable SendTrack track,
    SectionDecision.@Nullable AcceptData data,
    boolean stereo,
    List<String> rids,
    @Nullable Refusal problem) {
  /**
   * A payload type taken.
   *
   * @param codec what the relay knows it as
   * @param offered the payload type as offered
   * @param rtx its retransmission payload type, or null
   * @param red the redundant payload type around it, or null
   */
  record Choice(
      Codec codec,
      CodecDescription offered,
      @Nullable CodecDescription rtx,
      @Nullable CodecDescription red) {}

  static SectionPlan rejected(int index, MediaSection offered, @Nullable Refusal problem) {
    return new SectionPlan(
        index, offered, true, Direction.INACTIVE, List.of(), null, null, false, List.of(), problem);
  }
}
