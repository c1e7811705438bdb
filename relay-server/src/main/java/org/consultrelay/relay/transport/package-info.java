/**
 * One peer connection's ICE, DTLS and SRTP put together on a loop, and the demultiplexing of what
 * comes in to the connection that it belongs to.
 */
@NullMarked
package org.consultrelay.relay.transport;

import org.jspecify.annotations.NullMarked;
