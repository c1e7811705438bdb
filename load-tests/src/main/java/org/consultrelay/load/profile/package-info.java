/** What is going to happen in a run: consultations, drawn from profiles that people can edit. */
@NullMarked
package org.consultrelay.load.profile;

import org.jspecify.annotations.NullMarked;
