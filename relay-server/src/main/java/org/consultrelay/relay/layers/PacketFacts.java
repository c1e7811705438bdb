package org.consultrelay.relay.layers;

import org.consultrelay.relay.rtp.DependencyDescriptor;

/**
 * What the clear bytes of one packet say about its place in the stream. It is read once for all
 * subscribers by {@link PacketReader} and then handed to their {@link StreamSwitch}es. Reusable.
 */
public final class PacketFacts {
  /** Is filled anew with each packet; valid where {@link #described} says so. */
  final DependencyDescriptor dependency = new DependencyDescriptor();

  /** The packet's extended sequence number within its stream. */
  long index;

  int timestamp;

  /** The extended timestamp: packets of one picture share it, whatever the codec. */
  long picture;

  boolean empty;

  /**
   * Whether its place in the stream is known; not so when its descriptor is broken, or is one of a
   * structure that has not come yet.
   */
  boolean readable;

  boolean described;
  boolean marker;
  boolean keyFrame;
  boolean endsFrame;

  /** VP8's Y bit, VP9's U bit. */
  boolean sync;

  boolean interPicture;
  int spatialId;
  int temporalId;

  /** The extended picture id; without meaning when its size is 0. */
  long pictureId;

  int pictureIdOffset;
  int pictureIdSize;
  int tl0PicIdx;
  int tl0PicIdxOffset;

  /** The extended frame number of the dependency descriptor. */
  long frame;

  /** The stream's active decode targets as of this packet. */
  int activeTargets;

  /** Facts of nothing yet. */
  public PacketFacts() {}

  /** Whether a decoder can start at this packet. */
  public boolean keyFrame() {
    return keyFrame;
  }

  /** Whether it carries padding only. */
  public boolean isEmpty() {
    return empty;
  }

  /** The spatial layer within the stream, 0 to 7; 0 when there are none. */
  public int spatialId() {
    return spatialId;
  }

  /** The temporal layer, 0 to 7; 0 when there are none. */
  public int temporalId() {
    return temporalId;
  }
}
