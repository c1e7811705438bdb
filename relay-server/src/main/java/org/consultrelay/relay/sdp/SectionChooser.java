package org.consultrelay.relay.sdp;

/** Decides section by section what the relay does with an offer; the caller's part. */
@FunctionalInterface
public interface SectionChooser {
  /**
   * Called once for each section that the offer does not reject itself, in order.
   *
   * @param index the section's place, from 0
   * @param offered the section as offered
   */
  SectionDecision decide(int index, MediaSection offered);

  /** For WHIP: receives all audio and video, no data channels. */
  static SectionChooser receiveAll() {
    return (index, offered) ->
        offered.kind() == MediaKind.APPLICATION
            ? SectionDecision.reject("no data channels here")
            : SectionDecision.receive();
  }
}
