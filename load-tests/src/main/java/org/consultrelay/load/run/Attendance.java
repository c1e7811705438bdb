package org.consultrelay.load.run;

import org.consultrelay.load.peer.LoopTraffic;
import org.consultrelay.load.profile.Leg;

/**
 * A leg as it happens.
 *
 * @param room where
 * @param leg who
 * @param publisher the number that the stamps of what they send carry; of nobody else in this run
 * @param roster who else takes part
 * @param traffic the loop that their consultation lives on
 */
record Attendance(String room, Leg leg, int publisher, Roster roster, LoopTraffic traffic) {}
