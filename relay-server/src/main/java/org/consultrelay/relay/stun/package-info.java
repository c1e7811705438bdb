/**
 * STUN messages (RFC 8489): told apart from other packets, decoded, checked, written. Attribute
 * values go through ice4j's codec and no type of ice4j's is seen outside this package. The frame
 * around them (header, attribute boundaries, integrity, fingerprint) is our own: ice4j's message
 * walk lets the last of two equal attributes win where RFC 8489 says the first, trusts lengths
 * inside a value, and its writer reads a configuration file. Knows no socket and no ICE.
 */
@NullMarked
package org.consultrelay.relay.stun;

import org.jspecify.annotations.NullMarked;
