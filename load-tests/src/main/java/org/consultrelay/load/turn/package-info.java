/**
 * Load on any TURN server over UDP: allocations, channel data both ways, floods, and what they cost
 * the server's process. Knows nothing of ours beyond its sockets and its STUN codec, so that every
 * server is driven by the same hand.
 */
@NullMarked
package org.consultrelay.load.turn;

import org.jspecify.annotations.NullMarked;
