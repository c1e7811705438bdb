package org.consultrelay.relay.layers;

/**
 * The time between two switches: one source, and what its numbers are shifted by. Timestamps go on
 * from the subscriber's last one and are in step with the other streams of the publisher as soon as
 * that is possible without going back.
 */
final class Era {
  int number;
  int source;

  /** The first packet's timestamp as it came and as it went out. */
  private int firstTimestamp;

  private int firstOut;

  /** How much the first timestamp is ahead of where it should be; it is made up for by and by. */
  private int ahead;

  /** What outgoing timestamps are ahead of the source's, once {@link #ahead} is made up for. */
  int timestampOffset;

  long pictureIdOffset;
  int tl0Offset;
  long frameOffset;
  int templateShift;

  /** The highest numbers, as they go out, that belong to it and not to the era behind. */
  long lastPictureId;

  long lastFrame;

  /** Whether offsets of numbers that not each packet has are set. */
  boolean hasPictureId;

  boolean hasTl0;
  boolean hasFrame;

  void begin(int itsNumber, int itsSource) {
    number = itsNumber;
    source = itsSource;
    hasPictureId = false;
    hasTl0 = false;
    hasFrame = false;
    pictureIdOffset = 0;
    tl0Offset = 0;
    frameOffset = 0;
    templateShift = 0;
  }

  /**
   * Sets where timestamps begin.
   *
   * @param first the first packet's timestamp
   * @param offset what the outgoing ones should be ahead by
   * @param earliest the least that the first outgoing one may be
   */
  void beginTimestamps(int first, int offset, int earliest) {
    firstTimestamp = first;
    timestampOffset = offset;
    ahead = Math.max(0, earliest - (first + offset));
    firstOut = first + offset + ahead;
  }

  int timestamp(int timestamp) {
    int since = timestamp - firstTimestamp;
    if (ahead == 0 || since <= 0) {
      return firstOut + since;
    }
    // Time runs at a sixteenth of its speed until the source has caught up; it never goes back.
    return firstOut + Math.max(since - ahead, since >> 4);
  }
}
