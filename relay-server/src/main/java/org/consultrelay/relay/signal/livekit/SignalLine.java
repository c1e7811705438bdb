package org.consultrelay.relay.signal.livekit;

import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket of a session, while there is one: the session may go on without, and over another
 * one later. On the room's loop.
 */
final class SignalLine {
  private @Nullable SignalSocket socket;

  /** Over the WebSocket by which the session was asked for. */
  SignalLine(SignalSocket first) {
    socket = first;
  }

  /** The WebSocket now; null when there is none. */
  @Nullable SignalSocket socket() {
    return socket;
  }

  boolean isOpen() {
    return socket != null;
  }

  /** Whether this is the WebSocket now; one that was replaced is not. */
  boolean isOver(SignalSocket other) {
    return socket == other;
  }

  /** Another WebSocket in the place of the one before, which is closed without a word. */
  void replace(SignalSocket fresh) {
    cut();
    socket = fresh;
  }

  /** Sends a message; nothing happens while there is no WebSocket. */
  void send(SignalResponse message) {
    SignalSocket open = socket;
    if (open != null) {
      open.send(message);
    }
  }

  /** Closes the WebSocket; that it is closed is heard later, as when the client does it. */
  void cut() {
    SignalSocket open = socket;
    if (open != null) {
      open.end();
    }
  }

  /** The WebSocket is closed. */
  void lost() {
    socket = null;
  }

  /** Sends a last message and closes the WebSocket for good. */
  void end(SignalResponse last) {
    SignalSocket open = socket;
    socket = null;
    if (open != null) {
      open.send(last);
      open.end();
    }
  }
}
