package org.consultrelay.relay.net;

import static org.consultrelay.relay.net.Errno.EACCES;
import static org.consultrelay.relay.net.Errno.EADDRNOTAVAIL;
import static org.consultrelay.relay.net.Errno.EAFNOSUPPORT;
import static org.consultrelay.relay.net.Errno.EAGAIN;
import static org.consultrelay.relay.net.Errno.ECONNREFUSED;
import static org.consultrelay.relay.net.Errno.EHOSTUNREACH;
import static org.consultrelay.relay.net.Errno.EINTR;
import static org.consultrelay.relay.net.Errno.EINVAL;
import static org.consultrelay.relay.net.Errno.EIO;
import static org.consultrelay.relay.net.Errno.EMSGSIZE;
import static org.consultrelay.relay.net.Errno.ENETDOWN;
import static org.consultrelay.relay.net.Errno.ENETUNREACH;
import static org.consultrelay.relay.net.Errno.ENOBUFS;
import static org.consultrelay.relay.net.Errno.EOPNOTSUPP;
import static org.consultrelay.relay.net.Errno.EPERM;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the runs of a batch with {@code sendmmsg}, each run as one message. A message that the
 * kernel refuses is tried once more (that call also tells why), then counted and passed over: one
 * peer's trouble must not cost the others their packets. Full buffers are no exception: waiting
 * would hold up every room of the loop, and passing on gives the interface the most time. A run
 * that is refused as a run is sent packet by packet.
 */
final class LinuxTransmitter implements Transmitter {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxTransmitter.class);

  /** How often a packet is tried when its socket reports errors: each try clears one. */
  private static final int TRIES = 4;

  private final SendCall call;
  private final boolean inet6;
  private final PortCounters counters;
  private final MessageHeaders headers;
  private final MessageHeaders single;
  private boolean reportsErrors;
  private @Nullable Destination tooLong;

  LinuxTransmitter(SendCall call, boolean inet6, PortCounters counters, Arena arena) {
    this(call, inet6, counters, Headers.in(arena));
  }

  /** With headers that other transmitters of the same thread use as well. */
  LinuxTransmitter(SendCall call, boolean inet6, PortCounters counters, Headers shared) {
    this.call = call;
    this.inet6 = inet6;
    this.counters = counters;
    this.headers = shared.runs;
    this.single = shared.single;
  }

  /**
   * What a call to the kernel is made of; nothing in it outlives the call.
   *
   * @param runs for a whole batch
   * @param single for one run's packets one by one
   */
  record Headers(MessageHeaders runs, MessageHeaders single) {
    static Headers in(Arena arena) {
      return new Headers(
          new MessageHeaders(SendBatch.MAX_RUNS, arena),
          new MessageHeaders(SendBatch.MAX_SEGMENTS, arena));
    }
  }

  @Override
  public void transmit(SendBatch batch) {
    long memory = batch.memory().address();
    int runs = batch.runs();
    for (int i = 0; i < runs; i++) {
      headers.destination(i, batch.destination(i), inet6);
      headers.data(i, memory + batch.offset(i), batch.bytes(i));
      headers.segmentSize(i, batch.segments(i) > 1 ? batch.segmentSize(i) : 0);
    }
    int from = 0;
    while (from < runs) {
      int sent = send(headers, from, runs - from);
      if (sent > 0) {
        for (int i = from; i < from + sent; i++) {
          countSent(batch, i);
        }
        from += sent;
      } else {
        refused(batch, from, -sent);
        from++;
      }
    }
  }

  /** From now on a call may fail because of an earlier packet, and does so once. */
  void expectErrors() {
    reportsErrors = true;
  }

  /** Where the last packet was going that was longer than the path takes; null: there was none. */
  @Nullable Destination tooLong() {
    return tooLong;
  }

  /** How many were sent, or minus the error number of the first. */
  private int send(MessageHeaders messages, int from, int count) {
    counters.sendCalls++;
    int sent = call.send(messages.address(from), count);
    int tries = reportsErrors ? TRIES : 1;
    while (sent <= 0 && tries > 0) {
      counters.sendCalls++;
      do {
        sent = call.sendOrErrno(messages.address(from), count);
      } while (sent == -EINTR);
      // What is too long itself is so each time, and each time that is put in the queue of errors.
      tries = Errno.mayBeOfEarlier(-sent) ? tries - (sent == -EMSGSIZE ? 2 : 1) : 0;
    }
    return sent;
  }

  private void countSent(SendBatch batch, int run) {
    int segments = batch.segments(run);
    counters.sentPackets += segments;
    counters.sentBytes += batch.bytes(run);
    if (segments > 1) {
      counters.sentRuns++;
      counters.sentRunSegments += segments;
    }
  }

  private void refused(SendBatch batch, int run, int errno) {
    boolean asRun =
        batch.segments(run) > 1
            && (errno == EIO || errno == EINVAL || errno == EMSGSIZE || errno == EOPNOTSUPP);
    if (!asRun) {
      drop(errno, batch.destination(run), batch.segments(run));
    } else if (sendPacketByPacket(batch, run)) {
      counters.segmentationFallbacks++;
      // EIO: the interface cannot do it for anyone. Otherwise the path's packets are too short.
      // EOPNOTSUPP may be what somebody on the path said, if that is reported.
      if (errno == EIO || (errno == EOPNOTSUPP && !reportsErrors)) {
        batch.disableSegmentation();
        LOG.info("segmentation offload is off from now on: {}", LinuxCalls.strerror(errno));
      } else {
        batch.destination(run).segmentation = false;
      }
    }
  }

  /** Whether any packet of the run could be sent on its own. */
  private boolean sendPacketByPacket(SendBatch batch, int run) {
    int segments = batch.segments(run);
    int size = batch.segmentSize(run);
    long address = batch.memory().address() + batch.offset(run);
    for (int i = 0; i < segments; i++) {
      single.destination(i, batch.destination(run), inet6);
      single.data(i, address + (long) i * size, length(batch, run, i));
      single.segmentSize(i, 0);
    }
    boolean any = false;
    int from = 0;
    while (from < segments) {
      int sent = send(single, from, segments - from);
      if (sent > 0) {
        any = true;
        for (int i = from; i < from + sent; i++) {
          counters.sentPackets++;
          counters.sentBytes += length(batch, run, i);
        }
        from += sent;
      } else {
        drop(-sent, batch.destination(run), 1);
        from++;
      }
    }
    return any;
  }

  private void drop(int errno, Destination to, int packets) {
    counters.drop(reason(errno), packets);
    if (errno == EMSGSIZE) {
      tooLong = to;
    }
  }

  private static int length(SendBatch batch, int run, int segment) {
    int size = batch.segmentSize(run);
    return Math.min(size, batch.bytes(run) - segment * size);
  }

  private static DropReason reason(int errno) {
    return switch (errno) {
      case EAGAIN, ENOBUFS -> DropReason.SEND_BUFFER_FULL;
      case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EAFNOSUPPORT, EADDRNOTAVAIL ->
          DropReason.UNREACHABLE;
      case ECONNREFUSED -> DropReason.REFUSED;
      case EPERM, EACCES -> DropReason.FORBIDDEN;
      case EMSGSIZE -> DropReason.TOO_LONG;
      default -> DropReason.OTHER;
    };
  }
}
