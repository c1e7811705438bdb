package org.consultrelay.relay.bwe;

/** What the delays say about a line (draft-ietf-rmcat-gcc-02 §5.4). */
enum LineUse {
  /** Queues neither grow nor shrink. */
  NORMAL,
  /** A queue grows: more is sent than the line carries. */
  OVERUSE,
  /** A queue shrinks. */
  UNDERUSE
}
