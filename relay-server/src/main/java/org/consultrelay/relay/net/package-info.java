/**
 * Media loops: UDP sockets on Vert.x event loops, packet slots that datagrams are received into,
 * send batches in which a run of equal-sized packets for one destination leaves as one message, and
 * a timer wheel. On Linux the sockets are our own, through {@code java.lang.foreign}; elsewhere NIO
 * channels serve behind the same {@link org.consultrelay.relay.net.DatagramPort}. Knows nothing of
 * what is inside a packet.
 */
@NullMarked
package org.consultrelay.relay.net;

import org.jspecify.annotations.NullMarked;
