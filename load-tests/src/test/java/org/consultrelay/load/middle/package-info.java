/** A bad network, or a bad relay, between simulated participants and a real relay. For tests. */
@NullMarked
package org.consultrelay.load.middle;

import org.jspecify.annotations.NullMarked;
