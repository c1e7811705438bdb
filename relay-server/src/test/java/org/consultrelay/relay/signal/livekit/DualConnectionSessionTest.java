package org.consultrelay.relay.signal.livekit;

/** Over two peer connections (v0, what mobile SDKs speak). */
class DualConnectionSessionTest extends ClientSessionScenario {
  DualConnectionSessionTest() {
    super(false);
  }
}
