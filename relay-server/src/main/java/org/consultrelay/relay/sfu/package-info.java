/**
 * A room's media: what each participant publishes, who wants it, and how a packet is rewritten on
 * its way to each subscriber. Pure: packets and a clock in, packets and deadlines out. It does not
 * know who signals, nor how bytes travel.
 */
@NullMarked
package org.consultrelay.relay.sfu;

import org.jspecify.annotations.NullMarked;
