package org.consultrelay.relay.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.lang.foreign.Arena;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** A port over a descriptor of our own that the event loop's epoll watches. */
final class LinuxPort implements LoopPort, EpollIoHandle {
  /** Batches in one turn before other work of the event loop gets its turn. */
  private static final int MAX_BATCHES = 4;

  /** Packets after which a turn takes no further batch: one batch of runs can be a thousand. */
  private static final int MAX_PACKETS = MAX_BATCHES * LinuxReceiver.BATCH;

  private final MediaLoop loop;
  private final IoEventLoop eventLoop;
  private final LinuxSocket socket;
  private final FileDescriptor descriptor;
  private final LinuxReceiver receiver;
  private final ErrorQueue errors;
  private final LinuxTransmitter transmitter;
  private final SendBatch batch;
  private final PortCounters counters = new PortCounters();
  private final FailureLog failures = new FailureLog("a port");
  private @Nullable DatagramHandler handler;
  private @Nullable IoRegistration registration;
  private boolean reportsErrors;
  private boolean closed;

  private LinuxPort(
      MediaLoop loop,
      IoEventLoop eventLoop,
      LinuxSocket socket,
      LoopOptions options,
      Shared shared,
      Arena arena) {
    this.loop = loop;
    this.eventLoop = eventLoop;
    this.socket = socket;
    this.descriptor = new FileDescriptor(socket.fd());
    this.receiver = shared.receiver;
    this.errors = shared.errors;
    this.transmitter =
        new LinuxTransmitter(
            SendCall.of(socket.fd(), arena), socket.inet6(), counters, shared.headers);
    this.batch =
        new SendBatch(
            PacketMemory.reserve(options.sendBatchBytes(), arena),
            transmitter,
            counters,
            !socket.inet6(),
            SegmentationProbe.works());
  }

  /** What the ports of one loop have in common. */
  private record Shared(
      LinuxReceiver receiver, ErrorQueue errors, LinuxTransmitter.Headers headers) {}

  /** Opens and binds the ports of one loop. */
  static PortOpener opener() {
    return new PortOpener() {
      private @Nullable Shared shared;

      @Override
      public LoopPort open(
          MediaLoop loop,
          IoEventLoop eventLoop,
          TransportAddress local,
          LoopOptions options,
          Arena arena)
          throws IOException {
        LinuxSocket socket = LinuxSocket.open(local, options.buffers(), options.sharedPort());
        try {
          socket.receiveRuns();
          if (shared == null) {
            shared =
                new Shared(
                    new LinuxReceiver(loop.slots(), loop.memory()),
                    new ErrorQueue(loop.memory()),
                    LinuxTransmitter.Headers.in(loop.memory()));
          }
          return new LinuxPort(loop, eventLoop, socket, options, shared, arena);
        } catch (RuntimeException | Error e) {
          socket.close();
          throw e;
        }
      }
    };
  }

  @Override
  public void start(DatagramHandler receiving) throws IOException {
    this.handler = receiving;
    Future<IoRegistration> future = eventLoop.register(this);
    // On the loop's own thread a registration is done, or has failed, when the call returns.
    if (!future.isSuccess()) {
      throw new IOException("cannot register a UDP socket with the event loop", future.cause());
    }
    IoRegistration registered = future.getNow();
    this.registration = registered;
    // Level-triggered: what a turn leaves behind is reported again.
    registered.submit(EpollIoOps.EPOLLIN);
  }

  /** Receives what is there. An exception out of here would stop the event loop for a second. */
  @Override
  public void handle(IoRegistration readable, IoEvent event) {
    DatagramHandler receiving = handler;
    if (closed || receiving == null) {
      return;
    }
    ContextInternal outer = loop.beginTurn();
    int total = 0;
    try {
      if (reportsErrors
          && event instanceof EpollIoEvent epoll
          && epoll.ops().contains(EpollIoOps.EPOLLERR)) {
        errors.drain(socket.fd(), transmitter.tooLong(), receiving, loop.nowNanos());
      }
      for (int i = 0; i < MAX_BATCHES && !closed; i++) {
        int count = receiver.receive(socket.fd(), counters, loop, receiving, i == 0);
        total += count;
        if (closed || !receiver.wasFull() || total >= MAX_PACKETS) {
          break;
        }
      }
    } catch (Throwable failure) {
      failures.add(failure);
    } finally {
      loop.endTurn(outer, receiving, counters, total);
    }
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public TransportAddress localAddress() {
    return socket.localAddress();
  }

  @Override
  public SlotPool slots() {
    return loop.slots();
  }

  @Override
  public SendBatch sendBatch() {
    return batch;
  }

  @Override
  public void flush() {
    if (!closed) {
      batch.flush();
    }
  }

  @Override
  public PortCounters counters() {
    return counters;
  }

  @Override
  public String io() {
    return "epoll";
  }

  @Override
  public SocketBuffers granted() {
    return socket.granted();
  }

  @Override
  public boolean segmentation() {
    return batch.segmentation();
  }

  @Override
  public boolean forbidsFragments() {
    return true;
  }

  @Override
  public void forbidFragments(boolean forbid) {
    if (!closed) {
      batch.flush();
      socket.forbidFragments(forbid);
    }
  }

  @Override
  public void reportErrors() {
    reportsErrors = true;
    transmitter.expectErrors();
    socket.reportErrors();
  }

  @Override
  public void sample() {
    long drops = socket.kernelDrops();
    if (drops >= 0) {
      counters.setDrops(DropReason.RECEIVE_BUFFER_FULL, drops);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (registration != null) {
      // Before the descriptor is closed: epoll must be told while the number is still ours.
      registration.cancel();
    }
    socket.close();
  }
}
