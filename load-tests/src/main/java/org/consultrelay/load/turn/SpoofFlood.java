package org.consultrelay.load.turn;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.stun.StunAttribute.RequestedTransport;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * Requests without credentials, each from an address that no other one came from: what a reflection
 * attack with forged senders looks like to a server. Counts what it makes the server send.
 */
public final class SpoofFlood {
  private static final int SOCKETS = 16;
  private static final long PAUSE_NANOS = 500_000;
  private static final long LAST_ANSWERS_NANOS = 500_000_000;

  /** Sources: 127.16.0.1 and what follows, over and over. */
  private static final int FIRST_SOURCE = 127 << 24 | 16 << 16;

  private static final int SOURCES = 14_000_000;
  private static final int ID_AT = 8;
  private static final long SECOND = 1_000_000_000;

  private final TransportAddress server;
  private final RandomGenerator random;
  private long next;

  /**
   * A flood to come.
   *
   * @param server an IPv4 address on this machine
   * @param random makes transaction ids
   */
  public SpoofFlood(TransportAddress server, RandomGenerator random) {
    this.server = server;
    this.random = random;
  }

  /** What is asked for. */
  public enum Kind {
    /** Allocate with REQUESTED-TRANSPORT, 28 bytes: answered 401 with realm and nonce. */
    ALLOCATE,
    /** Binding without attributes, 20 bytes: answered with an address. */
    BINDING;

    private byte[] request() {
      TransactionId id = new TransactionId(0, 0);
      return this == ALLOCATE
          ? StunWriter.request(StunMethod.ALLOCATE, id).add(new RequestedTransport(17)).plain()
          : StunWriter.request(StunMethod.BINDING, id).plain();
    }
  }

  /**
   * What went to the server and what came back; UDP payload.
   *
   * @param requests that the system took
   * @param bytesIn to the server
   * @param answers that came back
   * @param bytesOut of the server
   * @param largestAnswer in bytes
   * @param seconds it took
   */
  public record Result(
      Kind kind,
      long requests,
      long bytesIn,
      long answers,
      long bytesOut,
      int largestAnswer,
      double seconds) {
    /** Bytes out for each byte in. */
    public double gain() {
      return bytesIn == 0 ? 0 : (double) bytesOut / bytesIn;
    }
  }

  /**
   * Floods on the calling thread.
   *
   * @param perSecond requests a second
   * @throws IOException when sockets are not to be had
   */
  public Result run(Kind kind, int perSecond, int seconds) throws IOException {
    List<AnySourceSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < SOCKETS; i++) {
        sockets.add(new AnySourceSocket(server));
      }
      return run(kind, perSecond, seconds, sockets);
    } finally {
      sockets.forEach(AnySourceSocket::close);
    }
  }

  private Result run(Kind kind, int perSecond, int seconds, List<AnySourceSocket> sockets) {
    byte[] request = kind.request();
    for (AnySourceSocket socket : sockets) {
      Bytes.put(socket.out(), 0, request);
    }
    Answers answers = new Answers();
    long sent = 0;
    long taken = 0;
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(seconds);
    for (long now = begin; now < end; now = System.nanoTime()) {
      for (long due = (now - begin) * perSecond / SECOND; sent < due; sent++) {
        AnySourceSocket socket = sockets.get((int) (next % SOCKETS));
        MemorySegment out = socket.out();
        Bytes.put32(out, ID_AT, random.nextInt());
        Bytes.put64(out, ID_AT + 4, random.nextLong());
        int source = FIRST_SOURCE + 1 + (int) (next++ % SOURCES);
        taken += socket.send(source, request.length) ? 1 : 0;
      }
      answers.read(sockets);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    double took = (System.nanoTime() - begin) / 1e9;
    for (long last = System.nanoTime() + LAST_ANSWERS_NANOS; System.nanoTime() < last; ) {
      answers.read(sockets);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return new Result(
        kind, taken, taken * request.length, answers.count, answers.bytes, answers.largest, took);
  }

  private static final class Answers {
    private long count;
    private long bytes;
    private int largest;

    void read(List<AnySourceSocket> sockets) {
      for (AnySourceSocket socket : sockets) {
        for (int length = socket.receive(); length >= 0; length = socket.receive()) {
          count++;
          bytes += length;
          largest = Math.max(largest, length);
        }
      }
    }
  }
}
