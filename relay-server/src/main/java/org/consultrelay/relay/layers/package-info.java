/**
 * Which layers of a video a subscriber gets, and how what it gets still looks like one stream:
 * simulcast of VP8, H.264, VP9 and AV1, temporal layers, and the spatial layers of VP9 and AV1
 * within one stream. Bytes and {@code nowNanos} in, decisions and numbers out; nothing is allocated
 * per packet.
 */
@NullMarked
package org.consultrelay.relay.layers;

import org.jspecify.annotations.NullMarked;
