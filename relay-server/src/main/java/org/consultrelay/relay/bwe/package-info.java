/**
 * What one subscriber's line carries, judged by the sender: Google congestion control
 * (draft-ietf-rmcat-gcc-02) on transport-wide feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01), with probes, and a pacer. Sans-IO and free
 * of allocation: the time comes in as {@code nowNanos}, rates go out in bits per second.
 */
@NullMarked
package org.consultrelay.relay.bwe;

import org.jspecify.annotations.NullMarked;
