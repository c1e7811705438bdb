/** Rehearses the end of a relay: what becomes of the calls that go on when it is told to stop. */
@org.jspecify.annotations.NullMarked
package org.consultrelay.load.drain;
