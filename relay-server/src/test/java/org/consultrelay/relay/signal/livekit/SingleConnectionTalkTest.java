package org.consultrelay.relay.signal.livekit;

/** Over one peer connection (v1, what the client does unless told). */
class SingleConnectionTalkTest extends ClientTalkScenario {
  SingleConnectionTalkTest() {
    super(true);
  }
}
