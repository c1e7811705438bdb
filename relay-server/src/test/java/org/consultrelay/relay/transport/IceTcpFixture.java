package org.consultrelay.relay.transport;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.net.HandoverHandler;
import org.consultrelay.relay.net.Handovers;
import org.consultrelay.relay.net.LoopOptions;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.stream.ConnectionGate;
import org.consultrelay.relay.net.stream.StreamCounters;
import org.consultrelay.relay.net.stream.StreamDoor;
import org.consultrelay.relay.net.stream.StreamFraming;
import org.consultrelay.relay.net.stream.StreamLimits;
import org.consultrelay.relay.net.stream.StreamPort;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.IceControlling;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.UseCandidate;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.wire.TransportAddress;

/** Loops with UDP ports and one ICE-TCP door on 127.0.0.1, and clients that send checks. */
final class IceTcpFixture implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int SECONDS = 10;

  final StreamCounters counters = new StreamCounters();
  final List<MediaLoop> loops = new ArrayList<>();
  final List<Demultiplexer> demultiplexers = new ArrayList<>();
  private final Vertx vertx;
  private final Handovers handovers;
  private final StreamDoor door;
  private final RandomGenerator random = new SplittableRandom(5);
  private final List<AutoCloseable> clients = new ArrayList<>();

  IceTcpFixture(int loopCount, StreamLimits limits) throws IOException {
    vertx =
        Vertx.vertx(
            new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loopCount + 1));
    handovers = new Handovers(loopCount);
    UfragDirectory directory = new UfragDirectory();
    for (int i = 0; i < loopCount; i++) {
      start(i, directory);
    }
    List<StreamPort> ports = new ArrayList<>();
    for (int i = 0; i < loopCount; i++) {
      MediaLoop loop = loops.get(i);
      Demultiplexer demultiplexer = demultiplexers.get(i);
      ports.add(
          on(
              i,
              () ->
                  new StreamPort(
                      loop, StreamFraming.RFC_4571, limits, new IceTcp(demultiplexer), counters)));
      on(
          i,
          () -> {
            handovers.join(loop, new Inbox(demultiplexer));
            return true;
          });
    }
    if (loopCount > 1) {
      Strays.join(handovers, directory, demultiplexers.toArray(Demultiplexer[]::new), false);
    }
    door =
        StreamDoor.open(
            List.of(LOOPBACK),
            0,
            ports,
            new StreamDoor.Rules(
                new ConnectionGate(100, 100), List.of(), Runnable::run, Duration.ofSeconds(10)),
            null,
            null);
  }

  private void start(int index, UfragDirectory directory) {
    AtomicReference<Demultiplexer> made = new AtomicReference<>();
    MediaLoop loop =
        await(
            MediaLoop.start(
                    vertx,
                    LoopOptions.of(index, 0)
                        .withBindAddresses(List.of(LOOPBACK))
                        .withSlotBytes(4 << 20),
                    (owner, port) -> {
                      made.set(
                          new Demultiplexer(
                              owner.slots(),
                              owner.timers(),
                              owner,
                              RelaySide.CIPHERS,
                              new DtlsContext(
                                  DtlsCertificate.generate(new SecureRandom()),
                                  List.of(),
                                  RelaySide.DTLS_LIMITS,
                                  new HandshakeGate(1, 1),
                                  Runnable::run),
                              IceTimeouts.DEFAULT,
                              new UnauthenticatedBudget(100, 100, 7, owner.nowNanos()),
                              new SplittableRandom(index),
                              directory,
                              index));
                      return made.get().port(port.sendBatch());
                    })
                .toCompletionStage());
    loops.add(loop);
    demultiplexers.add(made.get());
  }

  private record Inbox(Demultiplexer demultiplexer) implements HandoverHandler {
    @Override
    public boolean onHandover(
        int kind,
        int tag,
        int slot,
        long offset,
        int length,
        long high,
        long low,
        int port,
        long nowNanos) {
      if (kind == Strays.KIND) {
        return demultiplexer.onStray(tag, slot, offset, length, high, low, port, nowNanos);
      }
      demultiplexer.onBack(tag, offset, length, high, low, port);
      return false;
    }

    @Override
    public void endOfTurn(long nowNanos) {
      demultiplexer.endOfTurn(nowNanos);
    }
  }

  /** A participant's connection on a loop. */
  PeerTransport open(int loop, PeerTransport.Listener listener) {
    return on(
        loop, () -> demultiplexers.get(loop).open(listener, "cname", loops.get(loop).nowNanos()));
  }

  <T> T on(int loop, Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    loops
        .get(loop)
        .execute(() -> {
          try {
            result.complete(task.get());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return await(result);
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not in " + SECONDS + " seconds");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Packets that went from one loop to another so far. */
  long handedOver() {
    long sum = 0;
    for (int i = 0; i < loops.size(); i++) {
      sum += handovers.handedOver(i);
    }
    return sum;
  }

  /** A check as a browser sends it. */
  byte[] check(IceCredentials to, boolean nominating) {
    StunWriter writer =
        StunWriter.request(StunMethod.BINDING, TransactionId.random(random))
            .add(new Username(to.ufrag() + ":peer"))
            .add(new IceControlling(9))
            .add(new Priority(0x5A00_00FFL));
    if (nominating) {
      writer.add(new UseCandidate());
    }
    return writer.signed(IntegrityKey.shortTerm(to.password()), IntegrityAlgorithm.SHA1);
  }

  /** A client over TCP. */
  Client connect() throws IOException {
    Client client = new Client(new Socket(LOOPBACK, door.port()));
    clients.add(client);
    return client;
  }

  /** Frames over a TCP connection. */
  static final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    Client(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(SECONDS * 1_000);
      socket.setTcpNoDelay(true);
      in = new DataInputStream(socket.getInputStream());
    }

    TransportAddress address() {
      return TransportAddress.of(socket.getLocalAddress(), socket.getLocalPort());
    }

    void send(byte[] packet) throws IOException {
      byte[] frame = new byte[2 + packet.length];
      frame[0] = (byte) (packet.length >> 8);
      frame[1] = (byte) packet.length;
      System.arraycopy(packet, 0, frame, 2, packet.length);
      socket.getOutputStream().write(frame);
    }

    byte[] receive() throws IOException {
      byte[] packet = new byte[in.readUnsignedShort()];
      in.readFully(packet);
      return packet;
    }

    StunMessage message() throws IOException {
      return (StunMessage) StunCodec.decode(receive());
    }

    boolean isClosed() {
      try {
        return in.read() < 0;
      } catch (java.net.SocketTimeoutException e) {
        return false;
      } catch (IOException e) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** A client over UDP, of this loop's port: sends one packet, returns the answer. */
  byte[] askByUdp(DatagramSocket socket, int loop, byte[] packet) throws IOException {
    socket.setSoTimeout(SECONDS * 1_000);
    socket.send(
        new DatagramPacket(
            packet,
            packet.length,
            new InetSocketAddress(
                LOOPBACK, loops.get(loop).ports().getFirst().localAddress().port())));
    DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
    socket.receive(answer);
    return Arrays.copyOf(answer.getData(), answer.getLength());
  }

  @Override
  public void close() throws IOException {
    for (AutoCloseable each : clients) {
      try {
        each.close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
    door.close();
    loops.forEach(loop -> await(loop.close().toCompletionStage()));
    handovers.close();
    await(vertx.close().toCompletionStage());
  }
}
