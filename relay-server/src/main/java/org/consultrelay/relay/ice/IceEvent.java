package org.consultrelay.relay.ice;

import org.consultrelay.relay.wire.TransportAddress;

/**
 * What changed in an agent. A path is the caller's number for a local socket or TCP connection; a
 * pair is a path and the peer's address.
 */
public sealed interface IceEvent {
  /** A check passed on this pair: DTLS and media may be taken from it. */
  record PairValidated(TransportAddress remote, int path) implements IceEvent {}

  /** This pair is no more: too old, crowded out, or its path was closed. */
  record PairRemoved(TransportAddress remote, int path) implements IceEvent {}

  /** From now on send here. */
  record PairSelected(TransportAddress remote, int path) implements IceEvent {}

  /** A new state. {@link IceState#FAILED}: send no more. */
  record StateChanged(IceState state) implements IceEvent {}

  /** These credentials are over; checks that name them need not be brought here any more. */
  record CredentialsRetired(String ufrag) implements IceEvent {}
}
