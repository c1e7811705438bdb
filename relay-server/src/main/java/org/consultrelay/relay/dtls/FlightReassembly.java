package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Puts the peer's plain text handshake messages together from their fragments, in any order, and
 * gives them out whole and in sequence (RFC 6347 §4.2.2, §4.2.3). All of this is unauthenticated:
 * what can not be part of the handshake at its place is refused, and memory is bounded.
 *
 * <p>Bouncy Castle could reassemble too, but believes any length that a fragment claims, and takes
 * a ChangeCipherSpec that overtakes a handshake message for the end of the flight, after which the
 * handshake can not finish.
 */
final class FlightReassembly {
  /** The longest message taken: many times a certificate's. */
  static final int MAX_MESSAGE = 8_192;

  /** The most bytes held for messages that are not yet whole or not yet their turn. */
  static final int MAX_HELD = 16_384;

  /** What became of a record's fragments. */
  enum Outcome {
    /** Nothing to be used. */
    USELESS,
    /** Something new is held; ask {@link #poll}. */
    NEW,
    /** The peer sent its latest message again, so it lacks our answer. */
    REPEATED
  }

  private static final int MAX_AHEAD = 8;

  // One for a cookie, one more if somebody forged the first.
  private static final int MAX_VERIFY_REQUESTS = 2;

  private final DtlsRole role;
  private final @Nullable Partial[] held = new @Nullable Partial[MAX_AHEAD];
  private int heldBytes;
  private int next;
  private @Nullable HandshakeMessage latest;

  /** For a peer whose counterpart, that is us, has the given role. */
  FlightReassembly(DtlsRole role) {
    this.role = role;
  }

  /** Takes the content of one handshake record. */
  Outcome accept(MemorySegment memory, long offset, int length) {
    Outcome outcome = Outcome.USELESS;
    int at = 0;
    while (length - at >= Records.MESSAGE_HEADER) {
      long header = offset + at;
      int fragmentLength = Bytes.u24(memory, header + 9);
      if (fragmentLength > length - at - Records.MESSAGE_HEADER) {
        return outcome;
      }
      Outcome one = fragment(memory, header, fragmentLength);
      if (one.compareTo(outcome) > 0) {
        outcome = one;
      }
      at += Records.MESSAGE_HEADER + fragmentLength;
    }
    return outcome;
  }

  /** The next message in sequence, if it is whole; null if not. */
  @Nullable HandshakeMessage poll() {
    Partial partial = held[next % MAX_AHEAD];
    if (partial == null || !partial.isWhole()) {
      return null;
    }
    held[next % MAX_AHEAD] = null;
    heldBytes -= partial.body.length;
    HandshakeMessage message = new HandshakeMessage(partial.type, next++, partial.body);
    latest = message;
    return message;
  }

  /** Whether the peer has sent all that it sends in plain text: encrypted records may follow. */
  boolean isComplete() {
    return latest != null
        && latest.type()
            == (role == DtlsRole.SERVER ? Records.CERTIFICATE_VERIFY : Records.SERVER_HELLO_DONE);
  }

  /** Forgets everything: the first message was of no use. */
  void restart() {
    Arrays.fill(held, null);
    heldBytes = 0;
    next = 0;
    latest = null;
  }

  private Outcome fragment(MemorySegment memory, long header, int fragmentLength) {
    int type = Bytes.u8(memory, header);
    int length = Bytes.u24(memory, header + 1);
    int sequence = Bytes.u16(memory, header + 4);
    int from = Bytes.u24(memory, header + 6);
    long content = header + Records.MESSAGE_HEADER;
    if (length > MAX_MESSAGE || from + fragmentLength > length || sequence >= next + MAX_AHEAD) {
      return Outcome.USELESS;
    }
    if (sequence < next) {
      return isRepeated(type, sequence, length, from, memory, content, fragmentLength)
          ? Outcome.REPEATED
          : Outcome.USELESS;
    }
    if (isComplete() || !isPlausible(type, sequence)) {
      return Outcome.USELESS;
    }
    Partial partial = held[sequence % MAX_AHEAD];
    if (partial == null || partial.type != type || partial.body.length != length) {
      // The later of two that contradict each other wins: a forger must not be able to spoil a
      // message for good by being early.
      int freed = partial == null ? 0 : partial.body.length;
      if (heldBytes - freed + length > MAX_HELD) {
        return Outcome.USELESS;
      }
      heldBytes += length - freed;
      partial = new Partial(type, length);
      held[sequence % MAX_AHEAD] = partial;
    }
    partial.put(memory, content, from, fragmentLength);
    return Outcome.NEW;
  }

  /** Only the end of the very message that we hold counts, so once for each repetition. */
  private boolean isRepeated(
      int type, int sequence, int length, int from, MemorySegment memory, long content, int size) {
    HandshakeMessage message = latest;
    return message != null
        && sequence == message.sequence()
        && type == message.type()
        && length == message.body().length
        && from + size == length
        && MemorySegment.mismatch(
                memory,
                content,
                content + size,
                MemorySegment.ofArray(message.body()),
                from,
                (long) from + size)
            < 0;
  }

  private boolean isPlausible(int type, int sequence) {
    if (role == DtlsRole.SERVER) {
      return switch (sequence) {
        case 0 -> type == Records.CLIENT_HELLO;
        case 1 -> type == Records.CERTIFICATE;
        case 2 -> type == Records.CLIENT_KEY_EXCHANGE;
        case 3 -> type == Records.CERTIFICATE_VERIFY;
        default -> false;
      };
    }
    return switch (type) {
      case Records.HELLO_VERIFY_REQUEST -> sequence < MAX_VERIFY_REQUESTS;
      case Records.SERVER_HELLO -> sequence <= MAX_VERIFY_REQUESTS;
      case Records.CERTIFICATE,
          Records.CERTIFICATE_STATUS,
          Records.SERVER_KEY_EXCHANGE,
          Records.CERTIFICATE_REQUEST,
          Records.SERVER_HELLO_DONE ->
          sequence > 0;
      default -> false;
    };
  }

  private static final class Partial {
    final int type;
    final byte[] body;
    private final BitSet present;
    private boolean emptySeen;

    Partial(int type, int length) {
      this.type = type;
      this.body = new byte[length];
      this.present = new BitSet(length);
    }

    void put(MemorySegment memory, long content, int from, int length) {
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, content, body, from, length);
      present.set(from, from + length);
      emptySeen |= body.length == 0;
    }

    boolean isWhole() {
      return body.length == 0 ? emptySeen : present.nextClearBit(0) >= body.length;
    }
  }
}
