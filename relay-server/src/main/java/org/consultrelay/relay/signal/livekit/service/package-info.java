/** The server API that LiveKit server SDKs speak: rooms and who is in them, over Twirp. */
@NullMarked
package org.consultrelay.relay.signal.livekit.service;

import org.jspecify.annotations.NullMarked;
