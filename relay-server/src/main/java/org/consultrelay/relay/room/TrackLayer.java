package org.consultrelay.relay.room;

/**
 * A layer of a video track, as its publisher announced it.
 *
 * @param quality 0 low, 1 medium, 2 high
 * @param width in pixels
 * @param height in pixels
 * @param bitrate the target in bits a second
 * @param spatialLayer its number within a scalable stream
 * @param rid the name of its RTP stream (RFC 8852); may be empty
 */
public record TrackLayer(
    int quality, int width, int height, int bitrate, int spatialLayer, String rid) {}
