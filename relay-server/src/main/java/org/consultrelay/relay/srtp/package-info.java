/**
 * SRTP and SRTCP (RFC 3711, 5764, 7714): encrypts and authenticates packets in place, with two
 * ciphers. AEAD_AES_128_GCM runs in the machine's libcrypto through {@code java.lang.foreign};
 * AES_CM_128_HMAC_SHA1_80 is Java alone and always there. Nothing here allocates per packet, and
 * nothing about a packet is believed, or remembered, before it has authenticated. Knows bytes and
 * keys; no socket, clock or thread.
 */
@NullMarked
package org.consultrelay.relay.srtp;

import org.jspecify.annotations.NullMarked;
