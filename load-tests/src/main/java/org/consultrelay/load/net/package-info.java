/**
 * A bad network between programs on this machine: what goes wrong with packets, without sockets or
 * clocks ({@link org.consultrelay.load.net.ImpairedQueue}), and the two ends of a line that it is
 * done to ({@link org.consultrelay.load.net.BadNetwork}, Linux only).
 */
@NullMarked
package org.consultrelay.load.net;

import org.jspecify.annotations.NullMarked;
