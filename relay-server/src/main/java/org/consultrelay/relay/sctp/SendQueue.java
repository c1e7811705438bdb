package org.consultrelay.relay.sctp;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for their turn, stream by stream: one message of each in turn, so that a long
 * queue on one channel does not hold up the others. Parts of different messages are never mixed
 * (that would be RFC 8260). Counts the bytes of everything up to its acknowledgement.
 */
final class SendQueue {
  private final int limit;
  private final SctpCounters counters;
  private final ArrayDeque<OutgoingMessage.Stream> turns = new ArrayDeque<>();
  private @Nullable OutgoingMessage current;
  private long held;
  private long bufferedBytes;

  SendQueue(int limit, SctpCounters counters) {
    this.limit = limit;
    this.counters = counters;
  }

  /** Whether there is room for a message of that length. */
  boolean hasRoom(int length) {
    return held + length + SctpLimits.MESSAGE_OVERHEAD <= limit;
  }

  /** Bytes of messages that are not yet acknowledged or given up. */
  long bufferedBytes() {
    return bufferedBytes;
  }

  void add(OutgoingMessage message) {
    OutgoingMessage.Stream stream = message.stream;
    held += message.payload.length + SctpLimits.MESSAGE_OVERHEAD;
    bufferedBytes += message.payload.length;
    stream.bufferedBytes += message.payload.length;
    stream.queue.add(message);
    if (stream.queue.size() == 1 && !stream.paused) {
      turns.add(stream);
    }
  }

  /** The message to send a part of next, or null. */
  @Nullable OutgoingMessage next(long nowNanos) {
    OutgoingMessage begun = begun();
    if (begun != null) {
      return begun;
    }
    OutgoingMessage.Stream stream;
    while ((stream = turns.peek()) != null) {
      OutgoingMessage message = stream.queue.peek();
      if (message != null && !message.isExpired(nowNanos)) {
        current = message;
        return message;
      }
      if (message != null) {
        stream.queue.remove();
        message.abandoned = true;
        counters.messagesAbandoned++;
        release(message);
      }
      if (stream.queue.isEmpty()) {
        turns.remove();
      }
    }
    return null;
  }

  /** The message of which some parts have TSNs and others have not, or null. */
  @Nullable OutgoingMessage begun() {
    return current != null && current.isBegun() ? current : null;
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return turns.isEmpty();
  }

  /** The current message has all its TSNs, or was given up. */
  void finish(OutgoingMessage message) {
    if (message == current) {
      current = null;
      turns.remove();
      message.stream.queue.remove();
      if (!message.stream.queue.isEmpty()) {
        turns.add(message.stream);
      }
    }
  }

  /** A message is acknowledged or given up. */
  void release(OutgoingMessage message) {
    held -= message.payload.length + SctpLimits.MESSAGE_OVERHEAD;
    bufferedBytes -= message.payload.length;
    message.stream.bufferedBytes -= message.payload.length;
  }

  /** Drops what has not begun. */
  void drop(OutgoingMessage.Stream stream) {
    OutgoingMessage message;
    while ((message = stream.queue.peekLast()) != null && !message.isBegun()) {
      stream.queue.removeLast();
      message.abandoned = true;
      release(message);
    }
    if (stream.queue.isEmpty() && !stream.paused) {
      turns.remove(stream);
    }
  }

  /** Nothing of the stream is sent until it is resumed. It has nothing waiting. */
  void pause(OutgoingMessage.Stream stream) {
    stream.paused = true;
  }

  void resume(OutgoingMessage.Stream stream) {
    if (stream.paused) {
      stream.paused = false;
      if (!stream.queue.isEmpty()) {
        turns.add(stream);
      }
    }
  }
}
