/**
 * Connections, plain or encrypted, that carry packets: TURN (RFC 8656 §3.1) and ICE-TCP (RFC 6544).
 * They live on media loops like datagrams do: each frame is copied into a packet slot and handed
 * on.
 */
@NullMarked
package org.consultrelay.relay.net.stream;

import org.jspecify.annotations.NullMarked;
