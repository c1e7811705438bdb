package org.consultrelay.relay.signal.livekit;

/** Who hears what comes over a WebSocket. Any thread; the order is kept. */
interface SignalPeer {
  /** A message. */
  void received(SignalSocket from, Inbound message);

  /** Something that is none, or too much. */
  void violation(SignalSocket from, SignalCounters.Violation violation);

  /** The socket is closed. */
  void closed(SignalSocket socket);
}
