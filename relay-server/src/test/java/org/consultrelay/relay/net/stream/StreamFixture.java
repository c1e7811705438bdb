package org.consultrelay.relay.net.stream;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.IoMode;
import org.consultrelay.relay.net.LoopOptions;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.wire.Cidr;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Two media loops with doors on 127.0.0.1, behind which every packet is sent back. */
final class StreamFixture implements AutoCloseable {
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  static final int SECONDS = 10;

  final StreamCounters counters = new StreamCounters();
  final ConcurrentLinkedQueue<StreamConnection> opened = new ConcurrentLinkedQueue<>();
  final Vertx vertx;

  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final List<MediaLoop> loops = new ArrayList<>();
  private final List<StreamDoor> doors = new ArrayList<>();
  private final List<Socket> clients = new ArrayList<>();

  StreamFixture(IoMode io) {
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(io.nativeTransport())
                .setEventLoopPoolSize(3));
    for (int i = 0; i < 2; i++) {
      LoopOptions options =
          LoopOptions.of(i, 0)
              .withIo(io)
              .withBindAddresses(List.of(LOOPBACK))
              .withSlotBytes(4 << 20);
      loops.add(await(MediaLoop.start(vertx, options, (_, _) -> new NoDatagrams())));
    }
  }

  List<MediaLoop> loops() {
    return loops;
  }

  /** A door for plain TCP with roomy rules. */
  StreamDoor open(StreamFraming framing, StreamLimits limits) throws IOException {
    return open(framing, limits, rules(new ConnectionGate(100, 100)), null, null);
  }

  StreamDoor open(
      StreamFraming framing,
      StreamLimits limits,
      StreamDoor.Rules rules,
      @Nullable Certificates certificates,
      @Nullable InetSocketAddress http)
      throws IOException {
    return open(framing, limits, new Echo(), rules, certificates, http);
  }

  StreamDoor open(
      StreamFraming framing,
      StreamLimits limits,
      StreamHandler handler,
      StreamDoor.Rules rules,
      @Nullable Certificates certificates,
      @Nullable InetSocketAddress http)
      throws IOException {
    List<StreamPort> ports = new ArrayList<>();
    for (MediaLoop loop : loops) {
      ports.add(on(loop, () -> new StreamPort(loop, framing, limits, handler, counters)));
    }
    StreamDoor door = StreamDoor.open(List.of(LOOPBACK), 0, ports, rules, certificates, http);
    doors.add(door);
    return door;
  }

  StreamDoor.Rules rules(ConnectionGate gate, String... proxies) {
    return new StreamDoor.Rules(
        gate,
        List.of(proxies).stream().map(each -> Cidr.parse(each).orElseThrow()).toList(),
        handshakes,
        StreamDoor.Rules.PATIENCE);
  }

  /** A client that waits ten seconds at most for whatever it waits for. */
  Socket connect(StreamDoor door) throws IOException {
    Socket socket = new Socket(LOOPBACK, door.port());
    socket.setSoTimeout(SECONDS * 1_000);
    socket.setTcpNoDelay(true);
    clients.add(socket);
    return socket;
  }

  /** Whether the other side has closed, with or without a reset; waits for it or for a byte. */
  static boolean isClosed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Waits until something is so, ten seconds at most. */
  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not in " + SECONDS + " seconds");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  static <T> T on(MediaLoop loop, Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        result.complete(task.get());
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    });
    return await(result);
  }

  static <T> T await(io.vertx.core.Future<T> future) {
    return await(future.toCompletionStage());
  }

  static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  /** Sends every packet back. */
  class Echo implements StreamHandler {
    @Override
    public void opened(StreamConnection connection) {
      opened.add(connection);
    }

    @Override
    public boolean onPacket(
        StreamConnection connection, int slot, long offset, int length, long nowNanos) {
      MemorySegment memory = memory();
      long at = connection.claim(length);
      MemorySegment.copy(memory, offset, connection.memory(), at, length);
      connection.commit(length);
      return false;
    }

    MemorySegment memory() {
      // Without a stream: what packets allocate is measured here.
      return loops.get(loops.get(0).onLoop() ? 0 : 1).slots().memory();
    }

    @Override
    public void endOfTurn(long nowNanos) {}

    @Override
    public void closed(StreamConnection connection) {
      opened.remove(connection);
    }
  }

  static TransportAddress address(Socket socket) {
    return TransportAddress.of(socket.getLocalAddress(), socket.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    for (Socket each : clients) {
      each.close();
    }
    doors.forEach(StreamDoor::close);
    loops.forEach(loop -> await(loop.close()));
    await(vertx.close());
    handshakes.shutdownNow();
  }

  private static final class NoDatagrams implements DatagramHandler {
    @Override
    public boolean onDatagram(
        int slot, long offset, int length, long high, long low, int port, long nowNanos) {
      return false;
    }

    @Override
    public void endOfTurn(long nowNanos) {}
  }
}
