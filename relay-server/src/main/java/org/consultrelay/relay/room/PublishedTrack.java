package org.consultrelay.relay.room;

import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sfu.Publication;

/**
 * A track that a participant publishes.
 *
 * @param kind audio or video
 * @param publication its media
 * @param codec what it is coded in, in the terms of the door that negotiated it, so that a
 *     subscriber can be offered the same variant
 */
public record PublishedTrack(
    MediaKind kind, Publication publication, org.consultrelay.relay.sdp.Codec codec) {}
