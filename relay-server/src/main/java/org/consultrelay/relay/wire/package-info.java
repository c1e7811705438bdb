/**
 * The floor everything stands on: big-endian bytes, transport addresses, and maps and pools that
 * allocate nothing while packets flow. Knows no protocol.
 */
@NullMarked
package org.consultrelay.relay.wire;

import org.jspecify.annotations.NullMarked;
