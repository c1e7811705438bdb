package org.consultrelay.relay.net;

import java.io.IOException;

/** A port as its loop sees it. */
interface LoopPort extends DatagramPort {
  /** Begins to receive for this handler. On the loop's thread. */
  void start(DatagramHandler handler) throws IOException;

  /** Reads those counters that only the kernel has. Called about once a second. */
  void sample();
}
