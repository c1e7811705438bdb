package org.consultrelay.relay.consult;

/** The consultation of {@link ConsultCallScenario} over a real relay. */
class ConsultCallTest extends ConsultCallScenario {
  @Override
  RunningRelay startRelay(String address) {
    // UDP only: with another way a line without UDP is no broken one.
    return TestRelay.start(address, "tcp.icePort=off", "turn.udpPort=off", "turn.tcpPort=off");
  }
}
