package org.consultrelay.relay.sfu;

/**
 * One of the streams of a track that comes in several sizes (RFC 8853).
 *
 * @param rid its name in header extensions (RFC 8852); empty when it is known by its SSRC alone
 * @param ssrc the announced SSRC; 0 when it is learned from header extensions
 * @param rtxSsrc the announced SSRC of its retransmissions; 0 when none was
 * @param width of its picture in pixels, as the publisher says; 0 when not said
 * @param height of its picture in pixels; 0 when not said
 * @param bitsPerSecond that the publisher means to send; 0 when not said
 */
public record SimulcastStream(
    String rid, int ssrc, int rtxSsrc, int width, int height, int bitsPerSecond) {}
