package org.consultrelay.relay.consult;

import java.util.List;

/**
 * A consultation as the store keeps it.
 *
 * @param terms what does not change
 * @param locked whether nobody new may be admitted
 * @param links those that are not revoked
 * @param seats who has come, in the order of their coming
 */
record SavedConsultation(Terms terms, boolean locked, List<Link> links, List<SavedSeat> seats) {
  SavedConsultation {
    links = List.copyOf(links);
    seats = List.copyOf(seats);
  }

  /**
   * Somebody's place.
   *
   * @param visit names them to the clinician
   * @param identity names them in the room
   * @param link by which they came
   * @param name what they are called
   * @param since when they came, in milliseconds since 1970
   * @param admitted whether they may be in the room
   * @param mode {@code video}, {@code audio} or {@code bad-line}
   */
  record SavedSeat(
      String visit,
      String identity,
      String link,
      String name,
      long since,
      boolean admitted,
      String mode) {}
}
