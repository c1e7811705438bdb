package org.consultrelay.load.plan;

/**
 * What things cost, as measured, and what a node is. Read by {@link CostsReader}; the file that
 * comes along says where each figure is from.
 *
 * @param audioPacketNanos processor time to forward a packet of sound to one participant
 * @param videoPacketNanos processor time to forward a packet of a picture to one participant
 * @param connectionNanos processor time to set up a peer connection and take it down
 * @param connectionBytes memory of a peer connection
 * @param relayBytes memory of a relay without participants
 * @param audioPacketsPerSecond of a microphone
 * @param audioKilobits of a microphone, with all headers
 * @param videoPacketsPerSecond of a camera
 * @param videoKilobits of a camera, with all headers
 * @param processors of a node
 * @param utilisation share of a node's processors that is planned to be used, 0 to 1
 * @param gigabits of a node's network, each way
 * @param maxRooms that a node's configuration admits
 * @param maxParticipants that a node's configuration admits
 * @param departureSeconds that a room outlives its last participant
 */
public record Costs(
    double audioPacketNanos,
    double videoPacketNanos,
    double connectionNanos,
    double connectionBytes,
    double relayBytes,
    double audioPacketsPerSecond,
    double audioKilobits,
    double videoPacketsPerSecond,
    double videoKilobits,
    int processors,
    double utilisation,
    double gigabits,
    int maxRooms,
    int maxParticipants,
    int departureSeconds) {
  /**
   * Reads costs.
   *
   * @param path a YAML file; empty: the one that comes along
   * @throws org.consultrelay.load.profile.ProfileException in one line, with the key that is wrong
   */
  public static Costs load(String path) {
    return CostsReader.load(path);
  }

  /** The same, but a node takes everybody. */
  Costs unlimited() {
    return new Costs(
        audioPacketNanos,
        videoPacketNanos,
        connectionNanos,
        connectionBytes,
        relayBytes,
        audioPacketsPerSecond,
        audioKilobits,
        videoPacketsPerSecond,
        videoKilobits,
        processors,
        utilisation,
        gigabits,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        departureSeconds);
  }
}
