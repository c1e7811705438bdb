package org.consultrelay.relay.sctp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A peer whose SCTP is usrsctp's, set up as browsers set it up. */
final class UsrsctpPeer implements AutoCloseable {
  /** A message as it came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Message(int stream, int payloadProtocol, byte[] payload) {}

  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_LINGER = 13;
  private static final int SCTP_RTOINFO = 1;
  private static final int SCTP_INITMSG = 3;
  private static final int SCTP_NODELAY = 4;
  private static final int SCTP_DELAYED_SACK = 0x0f;
  private static final int SCTP_EVENT = 0x1e;
  private static final int SCTP_RECVRCVINFO = 0x1f;
  private static final int SCTP_ENABLE_STREAM_RESET = 0x900;
  private static final int SCTP_RESET_STREAMS = 0x901;
  private static final int ASSOC_CHANGE = 1;
  private static final int STREAM_RESET = 9;
  private static final int SENDV_SPA = 4;
  private static final int UNORDERED = 0x400;
  private static final int MSG_EOR = 0x80;
  private static final int MSG_NOTIFICATION = 0x2000;
  private static final int RTX_POLICY = 3;
  private static final int INCOMING = 1;
  private static final int BUFFER = 1 << 20;
  private static final int MAX_MESSAGE = 1 << 18;

  final List<Message> messages = new ArrayList<>();
  final List<Integer> states = new ArrayList<>();
  final List<Integer> incomingResets = new ArrayList<>();

  private final Arena arena = Arena.ofConfined();
  private final Usrsctp library;
  private final MemorySegment address;
  private final MemorySegment name;
  private final MemorySegment scratch = arena.allocate(MAX_MESSAGE);
  private MemorySegment socket;
  private MemorySegment listening = MemorySegment.NULL;
  private boolean closed;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

  UsrsctpPeer(Usrsctp library, Usrsctp.Exit exit) {
    this.library = library;
    address = library.open(exit);
    name = arena.allocate(16, 8);
    name.set(JAVA_SHORT, 0, (short) Usrsctp.AF_CONN);
    name.set(JAVA_SHORT, 2, Short.reverseBytes((short) DataChannels.PORT));
    name.set(ADDRESS, 8, address);
    socket = library.socket();
    call("non-blocking", () -> (int) library.setNonBlocking.invokeExact(socket, 1));
    option(SOL_SOCKET, SO_SNDBUF, ints(BUFFER));
    option(SOL_SOCKET, SO_RCVBUF, ints(BUFFER));
    option(SOL_SOCKET, SO_LINGER, ints(1, 0)); // close means ABORT
    option(Usrsctp.IPPROTO_SCTP, SCTP_NODELAY, ints(1));
    option(Usrsctp.IPPROTO_SCTP, SCTP_RECVRCVINFO, ints(1));
    option(Usrsctp.IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, ints(2, 1));
    // Everything that takes time takes a tenth of it: see UsrsctpCall.
    option(Usrsctp.IPPROTO_SCTP, SCTP_RTOINFO, ints(0, 100, 600, 40));
    option(Usrsctp.IPPROTO_SCTP, SCTP_DELAYED_SACK, ints(0, 20, 2));
    option(Usrsctp.IPPROTO_SCTP, SCTP_INITMSG, shorts(1_024, 2_048, 0, 0));
    option(Usrsctp.IPPROTO_SCTP, SCTP_EVENT, ints(2, ASSOC_CHANGE | 1 << 16));
    option(Usrsctp.IPPROTO_SCTP, SCTP_EVENT, ints(2, STREAM_RESET | 1 << 16));
    call("bind", () -> (int) library.bind.invokeExact(socket, name, 16));
  }

  private interface Call {
    int run() throws Throwable;
  }

  private static void call(String what, Call call) {
    try {
      int result = call.run();
      if (result < 0) {
        throw new AssertionError(what + ": " + result);
      }
    } catch (Throwable e) {
      throw new AssertionError(what, e);
    }
  }

  private MemorySegment ints(int... values) {
    return arena.allocateFrom(JAVA_INT, values);
  }

  private MemorySegment shorts(int... values) {
    MemorySegment memory = arena.allocate(2L * values.length, 2);
    for (int i = 0; i < values.length; i++) {
      memory.setAtIndex(JAVA_SHORT, i, (short) values[i]);
    }
    return memory;
  }

  private void option(int level, int option, MemorySegment value) {
    call(
        "option " + option,
        () ->
            (int)
                library.setOption.invokeExact(
                    socket, level, option, value, (int) value.byteSize()));
  }

  /** Sends an INIT. */
  void connect() {
    try {
      // Does not wait, so the result is only that it goes on.
      int ignored = (int) library.connect.invokeExact(socket, name, 16);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for an INIT. */
  void listen() {
    call("listen", () -> (int) library.listen.invokeExact(socket, 1));
    listening = socket;
  }

  void input(byte[] packet) {
    library.input(address, packet);
  }

  /** Sends a message; false when there is no room. {@code maxRetransmits} -1 for reliable. */
  boolean send(int stream, int protocol, boolean ordered, int maxRetransmits, byte[] payload) {
    try (Arena own = Arena.ofConfined()) {
      MemorySegment bytes = own.allocateFrom(JAVA_BYTE, payload);
      MemorySegment info = own.allocate(32, 4);
      info.set(JAVA_INT, 0, maxRetransmits < 0 ? 1 : 3);
      info.set(JAVA_SHORT, 4, (short) stream);
      info.set(JAVA_SHORT, 6, (short) (ordered ? 0 : UNORDERED));
      info.set(JAVA_INT, 8, Integer.reverseBytes(protocol));
      info.set(JAVA_SHORT, 20, (short) RTX_POLICY);
      info.set(JAVA_INT, 24, Math.max(maxRetransmits, 0));
      long sent =
          (long)
              library.send.invokeExact(
                  socket,
                  bytes,
                  (long) payload.length,
                  MemorySegment.NULL,
                  0,
                  info,
                  32,
                  SENDV_SPA,
                  0);
      return sent == payload.length;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Resets its side of a stream. */
  void reset(int stream) {
    MemorySegment request = arena.allocate(10, 4);
    request.set(JAVA_SHORT, 4, (short) 2); // outgoing
    request.set(JAVA_SHORT, 6, (short) 1);
    request.set(JAVA_SHORT, 8, (short) stream);
    option(Usrsctp.IPPROTO_SCTP, SCTP_RESET_STREAMS, request);
  }

  /** Ends in good order. */
  void shutdown() {
    call("shutdown", () -> (int) library.shutdown.invokeExact(socket, 1));
  }

  /** Takes whatever has come. */
  void poll() {
    if (closed) {
      return;
    }
    try {
      if (!listening.equals(MemorySegment.NULL) && socket.equals(listening)) {
        MemorySegment accepted =
            (MemorySegment)
                library.accept.invokeExact(listening, MemorySegment.NULL, MemorySegment.NULL);
        if (accepted.equals(MemorySegment.NULL)) {
          return;
        }
        socket = accepted;
        states.add(1); // the event went to the listening socket, or came before
        call("non-blocking", () -> (int) library.setNonBlocking.invokeExact(socket, 1));
      }
      while (receive()) {}
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private boolean receive() throws Throwable {
    MemorySegment from = arena.allocate(32, 8);
    MemorySegment fromLength = ints(32);
    MemorySegment info = arena.allocate(64, 4);
    MemorySegment infoLength = ints(64);
    MemorySegment infoType = ints(0);
    MemorySegment flags = ints(0);
    long length =
        (long)
            library.receive.invokeExact(
                socket,
                scratch,
                scratch.byteSize(),
                from,
                fromLength,
                info,
                infoLength,
                infoType,
                flags);
    if (length <= 0) {
      return false;
    }
    byte[] bytes = scratch.asSlice(0, length).toArray(JAVA_BYTE);
    if ((flags.get(JAVA_INT, 0) & MSG_NOTIFICATION) != 0) {
      onNotification(scratch.asSlice(0, length));
      return true;
    }
    partial.write(bytes);
    if ((flags.get(JAVA_INT, 0) & MSG_EOR) != 0) {
      messages.add(
          new Message(
              info.get(JAVA_SHORT, 0) & 0xFFFF,
              Integer.reverseBytes(info.get(JAVA_INT, 8)),
              partial.toByteArray()));
      partial.reset();
    }
    return true;
  }

  private void onNotification(MemorySegment event) {
    switch (event.get(JAVA_SHORT, 0)) {
      case ASSOC_CHANGE -> states.add((int) event.get(JAVA_SHORT, 8));
      case STREAM_RESET -> {
        if ((event.get(JAVA_SHORT, 2) & INCOMING) != 0) {
          for (long at = 12; at + 1 < event.byteSize(); at += 2) {
            incomingResets.add(event.get(JAVA_SHORT, at) & 0xFFFF);
          }
        }
      }
      default -> {}
    }
  }

  /** Aborts what there is. */
  void abort() {
    if (!closed) {
      closed = true;
      try {
        library.close.invokeExact(socket);
        if (!listening.equals(MemorySegment.NULL) && !listening.equals(socket)) {
          library.close.invokeExact(listening);
        }
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    abort();
    library.close(address);
    arena.close();
  }
}
