/** The relay: reads its configuration, starts its parts, says where to go. */
@NullMarked
package org.consultrelay.relay;

import org.jspecify.annotations.NullMarked;
