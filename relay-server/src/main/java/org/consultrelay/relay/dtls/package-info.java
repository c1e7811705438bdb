/**
 * DTLS 1.2 (RFC 6347) for one peer connection: our certificate, the peer's fingerprint, the
 * handshake with {@code use_srtp} (RFC 5764), and application data for SCTP (RFC 8261).
 *
 * <p>Bouncy Castle does the cryptography and the protocol. Its handshake blocks, so it runs on a
 * virtual thread of its own; what stands between it and the network here runs on the media loop,
 * never blocks, and hands it only whole, plausible handshake messages in order. So loss, reordering
 * and forged datagrams are dealt with before Bouncy Castle sees them, and a connected endpoint
 * needs no thread.
 *
 * <p>Required of every peer: DTLS 1.2, ECDHE with an ECDSA certificate of ours (X25519 or P-256)
 * and an AEAD cipher, the extended master secret (RFC 7627, without which keys must not be
 * exported), a certificate, and, unless we ask for none, an SRTP profile in common.
 */
@NullMarked
package org.consultrelay.relay.dtls;

import org.jspecify.annotations.NullMarked;
