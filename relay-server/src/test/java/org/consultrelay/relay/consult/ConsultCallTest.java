package org.consultrelay.relay.consult;

/** The consultation of {@link ConsultCallScenario} over a real relay. */
class ConsultCallTest extends ConsultCallScenario {
  @Override
  RunningRelay startRelay(String address) {
    return TestRelay.start(address);
  }
}
