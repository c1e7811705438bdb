package org.consultrelay.relay.signal.livekit;

import com.google.protobuf.InvalidProtocolBufferException;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import org.consultrelay.relay.sdp.SdpParser;
import org.consultrelay.relay.sdp.SdpResult;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client, read off the room's loop as far as that can be done there.
 *
 * @param request what it says
 * @param description the session description in it, parsed, if it has one
 */
record Inbound(SignalRequest request, @Nullable SdpResult description) {
  /** Reads a message; null when it is none of the protocol. Unknown fields are kept. */
  static @Nullable Inbound read(byte[] bytes) {
    try {
      SignalRequest request = SignalRequest.parseFrom(bytes);
      return new Inbound(
          request,
          switch (request.getMessageCase()) {
            case OFFER -> parse(request.getOffer());
            case ANSWER -> parse(request.getAnswer());
            default -> null;
          });
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  /**
   * An offer that came with the request to join.
   *
   * @param id its number; 0 when not counted
   * @param parsed what came of parsing it
   */
  record Offer(int id, SdpResult parsed) {}

  static SdpResult parse(SessionDescription description) {
    return SdpParser.parse(description.getSdp());
  }
}
