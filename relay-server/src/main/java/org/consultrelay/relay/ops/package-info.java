/**
 * What operators see: metrics, health, and the door both are behind. The packages below keep plain
 * counters; here they are given names and read at scrape.
 */
@NullMarked
package org.consultrelay.relay.ops;

import org.jspecify.annotations.NullMarked;
