/**
 * What simulated participants send and check: frames and sound made into RTP payloads, with a stamp
 * inside that says who sent them and when. Knows no socket and no clock.
 */
@NullMarked
package org.consultrelay.load.media;

import org.jspecify.annotations.NullMarked;
