package org.consultrelay.load.net;

/** Which way a packet goes, seen from the client, as people speak of their line. */
public enum Direction {
  /** From the client to this machine. */
  UP,
  /** From this machine to the client. */
  DOWN
}
