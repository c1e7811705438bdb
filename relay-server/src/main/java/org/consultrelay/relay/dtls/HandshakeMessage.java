package org.consultrelay.relay.dtls;

/**
 * One whole handshake message (RFC 6347 §4.2.2).
 *
 * @param type for example {@link Records#CLIENT_HELLO}
 * @param sequence its number among its sender's messages, from 0
 * @param body without the header
 */
@SuppressWarnings("ArrayRecordComponent") // passed along, never compared
record HandshakeMessage(int type, int sequence, byte[] body) {}
