/**
 * The running of a load: consultations come and go as scheduled, through a relay's doors, and what
 * their participants see is measured second by second.
 */
@NullMarked
package org.consultrelay.load.run;

import org.jspecify.annotations.NullMarked;
