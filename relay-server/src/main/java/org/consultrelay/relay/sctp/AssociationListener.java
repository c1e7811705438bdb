package org.consultrelay.relay.sctp;

/** Hears of an association; may call back. */
interface AssociationListener {
  /** Messages get through from now on. */
  void established();

  void message(int stream, int payloadProtocol, byte[] payload);

  /** The peer will send nothing more on a stream, until it begins anew. */
  void incomingReset(int stream);

  /** The same for all streams. */
  void incomingResetAll();

  /** The peer wants us to reset our side of a stream. */
  void resetWanted(int stream);

  /** Our side of a stream was reset and begins anew. */
  void outgoingReset(int stream);

  /** It is over. */
  void failed(SctpFailure reason);
}
