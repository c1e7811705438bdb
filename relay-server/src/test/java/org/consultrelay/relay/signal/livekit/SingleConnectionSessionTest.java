package org.consultrelay.relay.signal.livekit;

/** Over one peer connection (v1, what the client does unless told). */
class SingleConnectionSessionTest extends ClientSessionScenario {
  SingleConnectionSessionTest() {
    super(true);
  }
}
