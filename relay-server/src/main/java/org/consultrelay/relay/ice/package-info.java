/**
 * ICE (RFC 8445) without sockets: the relay's lite agent with consent (RFC 7675) and restart, a
 * small controlling agent for simulated participants, candidates as they stand in SDP (RFC 8839),
 * and the budget for STUN from people that we do not know. Bytes and the time go in, bytes, events
 * and deadlines come out.
 */
@NullMarked
package org.consultrelay.relay.ice;

import org.jspecify.annotations.NullMarked;
