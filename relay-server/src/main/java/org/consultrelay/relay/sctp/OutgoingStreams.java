package org.consultrelay.relay.sctp;

import java.util.HashMap;
import java.util.Map;

/** Our sides of streams, and what resets do to them. Streams exist while channels have them. */
final class OutgoingStreams {
  private final SendQueue messages;
  private final Map<Integer, OutgoingMessage.Stream> streams = new HashMap<>();

  OutgoingStreams(SendQueue messages) {
    this.messages = messages;
  }

  OutgoingMessage.Stream get(int id) {
    return streams.computeIfAbsent(id, OutgoingMessage.Stream::new);
  }

  /** The stream is no longer used; begins anew if it is used again. */
  void forget(int id) {
    streams.remove(id);
  }

  /** Drops what waits on a stream and has not begun. */
  void drop(int id) {
    OutgoingMessage.Stream known = streams.get(id);
    if (known != null) {
      messages.drop(known);
    }
  }

  /** Whether nothing of ours waits or is on its way on the stream. */
  boolean isQuiet(int id) {
    OutgoingMessage.Stream known = streams.get(id);
    return known == null || (known.queue.isEmpty() && known.bufferedBytes == 0);
  }

  /** Nothing may be sent on the quiet stream until it is {@link #reset}. */
  void pause(int id) {
    OutgoingMessage.Stream known = streams.get(id);
    if (known != null) {
      messages.pause(known);
    }
  }

  /** The stream's messages count from 0 again. */
  void reset(int id) {
    OutgoingMessage.Stream known = streams.get(id);
    if (known != null) {
      known.nextSequence = 0;
      messages.resume(known);
    }
  }
}
