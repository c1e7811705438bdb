/** The TURN server with its sockets: on each loop one, beside the media that it leads to. */
@NullMarked
package org.consultrelay.relay.transport.turn;

import org.jspecify.annotations.NullMarked;
