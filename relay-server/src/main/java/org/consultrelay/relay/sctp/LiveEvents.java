package org.consultrelay.relay.sctp;

/** Nothing is told any more once the owner has ended it, perhaps in a callback. */
final class LiveEvents implements Reassembly.Receiver, StreamResets.Listener {
  private final AssociationState state;
  private final AssociationListener listener;

  LiveEvents(AssociationState state, AssociationListener listener) {
    this.state = state;
    this.listener = listener;
  }

  @Override
  public void message(int stream, int payloadProtocol, byte[] payload) {
    if (!state.isEnded()) {
      listener.message(stream, payloadProtocol, payload);
    }
  }

  @Override
  public void outgoingReset(int stream) {
    if (!state.isEnded()) {
      listener.outgoingReset(stream);
    }
  }

  @Override
  public void incomingReset(int stream) {
    if (!state.isEnded()) {
      listener.incomingReset(stream);
    }
  }

  @Override
  public void incomingResetAll() {
    if (!state.isEnded()) {
      listener.incomingResetAll();
    }
  }

  @Override
  public void resetWanted(int stream) {
    if (!state.isEnded()) {
      listener.resetWanted(stream);
    }
  }
}
