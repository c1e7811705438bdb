/** The reference consult service: the page that people meet on. */
@NullMarked
package org.consultrelay.relay.consult;

import org.jspecify.annotations.NullMarked;
