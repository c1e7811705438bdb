package org.consultrelay.load.turn;

/**
 * How clients and peers send.
 *
 * @param payload bytes of application data in each packet, 24 to 1,400
 * @param burst packets that one client sends at once, then the next client's turn; a video frame is
 *     several, sound is one
 * @param packetsPerSecond each way, all clients together; 0: as fast as the window allows
 * @param window packets each way, all clients together, that may be under way when there is no rate
 * @param up whether clients send to peers
 * @param down whether peers send to clients
 */
public record TrafficShape(
    int payload, int burst, int packetsPerSecond, int window, boolean up, boolean down) {
  /** Checks the numbers. */
  public TrafficShape {
    within("payload", payload, FlowStamp.LENGTH, 1_400);
    within("burst", burst, 1, 64);
    within("packets per second", packetsPerSecond, 0, 10_000_000);
    within("window", window, burst, 65_536);
    if (!up && !down) {
      throw new IllegalArgumentException("traffic that goes nowhere");
    }
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " of " + value + ", must be " + least + " to " + most);
    }
  }
}
