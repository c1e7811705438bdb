package org.consultrelay.load.turn;

/**
 * What the driver has sent and received so far; packets.
 *
 * @param sentUp by clients to peers
 * @param receivedUp different ones that peers got
 * @param sentDown by peers to clients
 * @param receivedDown different ones that clients got
 * @param duplicated that came more than once
 * @param late that took more than a quarter of a second; they count as received
 * @param strange that were none of ours
 */
public record FlowCounts(
    long sentUp,
    long receivedUp,
    long sentDown,
    long receivedDown,
    long duplicated,
    long late,
    long strange) {
  /** Nothing yet. */
  public static final FlowCounts NONE = new FlowCounts(0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public FlowCounts plus(FlowCounts other) {
    return new FlowCounts(
        sentUp + other.sentUp,
        receivedUp + other.receivedUp,
        sentDown + other.sentDown,
        receivedDown + other.receivedDown,
        duplicated + other.duplicated,
        late + other.late,
        strange + other.strange);
  }

  /** What has come since. */
  public FlowCounts minus(FlowCounts before) {
    return new FlowCounts(
        sentUp - before.sentUp,
        receivedUp - before.receivedUp,
        sentDown - before.sentDown,
        receivedDown - before.receivedDown,
        duplicated - before.duplicated,
        late - before.late,
        strange - before.strange);
  }

  /** Both ways. */
  public long sent() {
    return sentUp + sentDown;
  }

  /** Both ways: what the server has relayed. */
  public long received() {
    return receivedUp + receivedDown;
  }

  /** Sent and never received, both ways; meaningful once nothing is under way any more. */
  public long lost() {
    return sent() - received();
  }

  /** Lost of sent, 0 to 1. */
  public double loss() {
    return sent() == 0 ? 0 : (double) lost() / sent();
  }
}
