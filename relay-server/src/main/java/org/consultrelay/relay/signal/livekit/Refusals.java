package org.consultrelay.relay.signal.livekit;

import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;

/** Answers to requests that are not done, so that a client need not wait for nothing. */
final class Refusals {
  private Refusals() {}

  static void send(LiveKitSession session, RequestResponse.Builder response) {
    session.send(SignalResponse.newBuilder().setRequestResponse(response).build());
  }

  static RequestResponse.Builder of(Reason reason, String text) {
    return RequestResponse.newBuilder().setReason(reason).setMessage(text);
  }

  /** Tracks of data are not carried. */
  static void dataTrack(LiveKitSession session, SignalRequest request) {
    RequestResponse.Builder response =
        of(Reason.UNSUPPORTED_TYPE, "data tracks are not supported here, use data channels");
    if (request.hasPublishDataTrackRequest()) {
      response.setPublishDataTrack(request.getPublishDataTrackRequest());
    } else {
      response.setUnpublishDataTrack(request.getUnpublishDataTrackRequest());
    }
    send(session, response);
  }
}
