/** Benches: nanoseconds and allocated bytes per packet, by stage and for the whole path. */
@NullMarked
package org.consultrelay.load.bench;

import org.jspecify.annotations.NullMarked;
