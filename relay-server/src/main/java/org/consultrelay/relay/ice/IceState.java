package org.consultrelay.relay.ice;

/** How an agent is doing; the names are those of WebRTC's RTCIceTransportState. */
public enum IceState {
  /** Nothing has come in yet. */
  NEW,
  /** Checks come in, no pair is nominated. */
  CHECKING,
  /** There is a selected pair and it is checked. */
  CONNECTED,
  /** The selected pair has not been checked for a while; it may come back by itself. */
  DISCONNECTED,
  /** Consent is gone or never came: nothing is sent or answered until a restart. */
  FAILED
}
