/** The commands of {@code ./relay load}. */
@NullMarked
package org.consultrelay.load.cli;

import org.jspecify.annotations.NullMarked;
