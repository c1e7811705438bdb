package org.consultrelay.relay.signal.livekit;

/** Over two peer connections (v0, what mobile SDKs speak). */
class DualConnectionTalkTest extends ClientTalkScenario {
  DualConnectionTalkTest() {
    super(false);
  }
}
