/**
 * Webhooks: what happens in rooms, told to the back ends that want to know. Each event is written
 * down before it is sent and kept until the receiver has taken it; those of a room arrive in the
 * order in which they happened.
 */
@NullMarked
package org.consultrelay.relay.signal.livekit.webhook;

import org.jspecify.annotations.NullMarked;
