/** The doors that clients signal through, and what the doors share. */
@NullMarked
package org.consultrelay.relay.signal;

import org.jspecify.annotations.NullMarked;
