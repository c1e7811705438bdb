package org.consultrelay.relay.signal.livekit.service;

import java.util.Locale;

/** The errors of Twirp (version 7 of its specification) that this API answers with. */
enum TwirpCode {
  UNAUTHENTICATED(401),
  NOT_FOUND(404),
  BAD_ROUTE(404),
  INVALID_ARGUMENT(400),
  MALFORMED(400),
  FAILED_PRECONDITION(412),
  RESOURCE_EXHAUSTED(429),
  DEADLINE_EXCEEDED(408),
  ABORTED(409),
  UNIMPLEMENTED(501),
  INTERNAL(500),
  UNAVAILABLE(503);

  private final int status;

  TwirpCode(int status) {
    this.status = status;
  }

  /** The HTTP status that goes with it. */
  int status() {
    return status;
  }

  /** As it stands in the answer. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
