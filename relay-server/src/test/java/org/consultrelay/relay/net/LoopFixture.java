package org.consultrelay.relay.net;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.consultrelay.relay.wire.TransportAddress;

/** A Vert.x instance for one kind of socket, loops on it, and plain JDK sockets to talk to them. */
final class LoopFixture implements AutoCloseable {
  static final InetAddress LOOPBACK4 = TransportAddress.ipv4(0x7F00_0001, 0).toInetAddress();
  static final InetAddress LOOPBACK6 = new TransportAddress(0, 1, 0).toInetAddress();

  private final Vertx vertx;
  private final LoopOptions options;
  private final List<MediaLoop> loops = new ArrayList<>();
  private final List<DatagramSocket> sockets = new ArrayList<>();

  LoopFixture(IoMode io) {
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(io.nativeTransport())
                .setEventLoopPoolSize(2));
    options =
        LoopOptions.of(1, 0)
            .withIo(io)
            .withBindAddresses(List.of(LOOPBACK4))
            .withSlotBytes(4 << 20);
  }

  Vertx vertx() {
    return vertx;
  }

  LoopOptions options() {
    return options;
  }

  MediaLoop start(LoopOptions with, DatagramHandler.Factory handlers) {
    MediaLoop loop = await(MediaLoop.start(vertx, with, handlers).toCompletionStage());
    loops.add(loop);
    return loop;
  }

  MediaLoop start(DatagramHandler.Factory handlers) {
    return start(options, handlers);
  }

  /** A client socket on this host that waits at most 5 s for a packet. */
  DatagramSocket client(InetAddress local) throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(local, 0));
    socket.setSoTimeout(5_000);
    socket.setReceiveBufferSize(1 << 20);
    sockets.add(socket);
    return socket;
  }

  static TransportAddress address(DatagramSocket socket) {
    return TransportAddress.of(socket.getLocalAddress(), socket.getLocalPort());
  }

  /** Runs on the loop and waits for the result. */
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

  static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  static void send(DatagramSocket from, DatagramPort to, byte[] bytes) throws IOException {
    InetAddress host = from.getLocalAddress().getAddress().length == 4 ? LOOPBACK4 : LOOPBACK6;
    from.send(new DatagramPacket(bytes, bytes.length, host, to.localAddress().port()));
  }

  static byte[] receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[70_000], 70_000);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  /** A packet whose first byte says which it is. */
  static byte[] packet(int mark, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) (mark * 7));
    if (length > 0) {
      bytes[0] = (byte) mark;
    }
    return bytes;
  }

  /** Sends every datagram back to where it came from. */
  static DatagramHandler echo(DatagramPort port) {
    return new DatagramHandler() {
      @Override
      public boolean onDatagram(
          int slot, long offset, int length, long high, long low, int remotePort, long nowNanos) {
        if (length > 0) {
          SendBatch batch = port.sendBatch();
          long at = batch.claim(length);
          MemorySegment.copy(port.slots().memory(), offset, batch.memory(), at, length);
          batch.commit(Destination.of(new TransportAddress(high, low, remotePort)), length);
        }
        return false;
      }

      @Override
      public void endOfTurn(long nowNanos) {}
    };
  }

  @Override
  public void close() {
    sockets.forEach(DatagramSocket::close);
    loops.forEach(loop -> await(loop.close().toCompletionStage()));
    await(vertx.close().toCompletionStage());
  }
}
