/** What people see of a run: figures, expectations, and one page that needs nothing else. */
@NullMarked
package org.consultrelay.load.report;

import org.jspecify.annotations.NullMarked;
