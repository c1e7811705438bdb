/** {@code relay doctor}: looks at a machine and says what would keep a relay from working there. */
@NullMarked
package org.consultrelay.relay.doctor;

import org.jspecify.annotations.NullMarked;
