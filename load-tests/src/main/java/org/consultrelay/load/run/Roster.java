package org.consultrelay.load.run;

import java.util.List;
import org.consultrelay.load.profile.Leg;

/**
 * Who takes part in a consultation, and by which number the stamps of what they send are known.
 *
 * @param legs in their order
 * @param firstPublisher the first one's number; the others' follow
 */
record Roster(List<Leg> legs, int firstPublisher) {
  static final int NOBODY = -1;

  Roster {
    legs = List.copyOf(legs);
  }

  /** The number of somebody, or {@link #NOBODY}'s when they are not of this consultation. */
  int publisher(String identity) {
    for (int i = 0; i < legs.size(); i++) {
      if (legs.get(i).identity().equals(identity)) {
        return firstPublisher + i;
      }
    }
    return NOBODY;
  }
}
