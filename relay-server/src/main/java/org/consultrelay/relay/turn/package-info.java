/**
 * The TURN server (RFC 8656, RFC 8489) as a protocol without sockets: who may have an allocation,
 * what it may reach, and how packets pass through it. One {@link
 * org.consultrelay.relay.turn.TurnServer} on each loop; {@link
 * org.consultrelay.relay.turn.TurnService} is what they share.
 *
 * <p>Those who carry the bytes hand in datagrams and frames of streams, open relayed sockets when
 * {@link org.consultrelay.relay.turn.RelayedSockets} is asked to, and bring media to this very
 * relay through {@link org.consultrelay.relay.turn.OwnMedia}.
 */
@NullMarked
package org.consultrelay.relay.turn;

import org.jspecify.annotations.NullMarked;
