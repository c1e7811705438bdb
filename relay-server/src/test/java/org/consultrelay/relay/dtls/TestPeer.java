package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/** An endpoint on a test's loop, with what it said kept for looking at. */
final class TestPeer implements DtlsEndpoint.Listener {
  final TestLoop loop;
  final DtlsContext context;
  final DtlsCounters counters = new DtlsCounters();
  final CompletableFuture<DtlsKeys> keys = new CompletableFuture<>();
  final CompletableFuture<DtlsFailure> failure = new CompletableFuture<>();
  final CompletableFuture<Boolean> closed = new CompletableFuture<>();
  final BlockingQueue<String> data = new LinkedBlockingQueue<>();
  final List<byte[]> sent = new ArrayList<>(); // on the loop only
  final DtlsEndpoint endpoint;

  /** Where datagrams go; called on the loop. */
  volatile Consumer<byte[]> wire = _ -> {};

  private long armed = Long.MAX_VALUE;

  TestPeer(TestLoop loop, DtlsContext context, DtlsRole role, Fingerprint remote) {
    this.loop = loop;
    this.context = context;
    this.endpoint = new DtlsEndpoint(context, role, remote, loop, counters, this);
  }

  /** Starts, on the loop. */
  TestPeer start() {
    loop.execute(() -> {
      endpoint.start(System.nanoTime());
      arm();
    });
    return this;
  }

  /** Takes a datagram, on the loop, from memory that ends where the datagram does. */
  void take(byte[] datagram) {
    endpoint.onDatagram(MemorySegment.ofArray(datagram), 0, datagram.length, System.nanoTime());
    arm();
  }

  /** Sends text as application data; on the loop. */
  boolean say(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return endpoint.sendData(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  DtlsKeys awaitKeys() throws Exception {
    return keys.get(10, TimeUnit.SECONDS);
  }

  DtlsFailure awaitFailure() throws Exception {
    return failure.get(10, TimeUnit.SECONDS);
  }

  @Nullable String awaitData() throws InterruptedException {
    return data.poll(10, TimeUnit.SECONDS);
  }

  private void arm() {
    long deadline = endpoint.deadline();
    if (deadline != Long.MAX_VALUE && deadline != armed) {
      armed = deadline;
      loop.at(
          deadline,
          () -> {
            armed = Long.MAX_VALUE;
            endpoint.onDeadline(System.nanoTime());
            arm();
          });
    }
  }

  @Override
  public void send(byte[] datagram, int length) {
    sent.add(datagram);
    wire.accept(datagram);
  }

  @Override
  public void connected(DtlsKeys connected) {
    if (!keys.complete(connected)) {
      throw new AssertionError("connected twice");
    }
    loop.execute(this::arm);
  }

  @Override
  public void failed(DtlsFailure reason) {
    keys.completeExceptionally(new IllegalStateException("failed: " + reason));
    if (!failure.complete(reason)) {
      throw new AssertionError("failed twice");
    }
  }

  @Override
  public void data(MemorySegment memory, long offset, int length) {
    data.add(new String(Bytes.toArray(memory, offset, length), StandardCharsets.UTF_8));
  }

  @Override
  public void closed() {
    closed.complete(true);
  }
}
