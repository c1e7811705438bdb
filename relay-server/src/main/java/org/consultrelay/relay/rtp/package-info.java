/**
 * RTP and RTCP as bytes (RFC 3550, 8285, 4585, 5104, 4588) and the small state machines that sit on
 * one stream: reception statistics, the list of what is missing, transport-wide feedback, and what
 * the payload descriptors of VP8, VP9, H.264, AV1 and Opus say in the clear. Sans-IO and free of
 * allocation: flyweights are reused, the time comes in as {@code nowNanos}, and hostile bytes end
 * in a reason, never in an exception.
 */
@NullMarked
package org.consultrelay.relay.rtp;

import org.jspecify.annotations.NullMarked;
