package org.consultrelay.relay.layers;

import java.util.ArrayList;
import java.util.List;

/** One coded frame of a synthetic publisher: the truth that what goes out is measured by. */
final class Frame {
  final int source;
  final int picture;
  final int spatial;
  final int temporal;
  final boolean key;
  final List<Frame> references = new ArrayList<>();
  final List<Published> packets = new ArrayList<>();
  long captureTicks;
  long number;
  boolean delivered;

  Frame(int source, int picture, int spatial, int temporal, boolean key) {
    this.source = source;
    this.picture = picture;
    this.spatial = spatial;
    this.temporal = temporal;
    this.key = key;
  }

  @Override
  public String toString() {
    return "source %d picture %d S%dT%d%s"
        .formatted(source, picture, spatial, temporal, key ? " key" : "");
  }

  /** One packet as the publisher sent it. */
  static final class Published {
    final Frame frame;
    final long index;
    final byte[] bytes;
    final int place;
    boolean delivered;

    Published(Frame frame, long index, byte[] bytes, int place) {
      this.frame = frame;
      this.index = index;
      this.bytes = bytes;
      this.place = place;
    }
  }
}
