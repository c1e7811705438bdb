/**
 * Simulated participants: real endpoints over real sockets, with ICE, DTLS and SRTP of their own.
 */
@NullMarked
package org.consultrelay.load.peer;

import org.jspecify.annotations.NullMarked;
