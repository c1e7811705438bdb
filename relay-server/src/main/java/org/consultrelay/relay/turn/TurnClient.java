package org.consultrelay.relay.turn;

import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;

/** A client's five-tuple, as those who carry the bytes know it; a sink of messages to it. */
public interface TurnClient extends PacketSink {
  /** How it comes. */
  TurnTransport transport();

  /** Where it comes from. */
  TransportAddress remote();

  /** Ends a connection; nothing for plain datagrams. */
  void close();
}
