/**
 * The protocol that LiveKit client SDKs speak, in both of its generations: signalling over a
 * WebSocket, media over one peer connection (v1) or two (v0). We are not LiveKit; this is how their
 * SDKs, unchanged, find their way into our rooms.
 */
@NullMarked
package org.consultrelay.relay.signal.livekit;

import org.jspecify.annotations.NullMarked;
