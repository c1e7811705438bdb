/**
 * Capacity on paper: a whole day's consultations against the relay's own rules for placing and
 * admitting, with measured costs.
 */
@NullMarked
package org.consultrelay.load.plan;

import org.jspecify.annotations.NullMarked;
