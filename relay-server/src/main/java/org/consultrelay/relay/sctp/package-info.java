/**
 * Data channels (RFC 8831, 8832) over an SCTP association (RFC 9260) within DTLS (RFC 8261), as
 * browsers use it: partial reliability (RFC 3758) and stream reset (RFC 6525) included, message
 * interleaving and multi-homing left out.
 *
 * <p>Sans-IO: packets and the time come in, packets and deadlines go out. What a peer can make us
 * keep is bounded by {@link org.consultrelay.relay.sctp.SctpLimits}; what was refused is counted in
 * {@link org.consultrelay.relay.sctp.SctpCounters}.
 */
@NullMarked
package org.consultrelay.relay.sctp;

import org.jspecify.annotations.NullMarked;
