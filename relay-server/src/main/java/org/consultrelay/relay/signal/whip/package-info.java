/**
 * WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): publishing and playing with one HTTP exchange
 * each, for browsers, broadcasters and hardware.
 */
@NullMarked
package org.consultrelay.relay.signal.whip;

import org.jspecify.annotations.NullMarked;
