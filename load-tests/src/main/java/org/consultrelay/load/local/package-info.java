/** A relay on this machine, in a process of its own, for runs that name no other. */
@NullMarked
package org.consultrelay.load.local;

import org.jspecify.annotations.NullMarked;
