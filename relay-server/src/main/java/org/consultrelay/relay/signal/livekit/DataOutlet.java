package org.consultrelay.relay.signal.livekit;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import livekit.LivekitRtc.DataChannelReceiveState;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.sctp.DataChannel;
import org.consultrelay.relay.sctp.Sending;
import org.jspecify.annotations.Nullable;

/**
 * Data on its way to one client. Reliable packets wait, within bounds, until the channel is open
 * and has room, and are kept for a while after: a client that was away tells what it has. On the
 * room's loop.
 */
final class DataOutlet {
  /** Of what waits, in bytes: then the newest is dropped. */
  private static final int MOST_WAITING = 4 << 20;

  /** Of what is kept for a resume, in bytes. */
  private static final int MOST_KEPT = 1 << 20;

  /** A packet is kept for so long, in nanoseconds: longer than a client tries to resume. */
  private static final long KEPT_NANOS = 30_000_000_000L;

  /** A channel without room is tried again after so long, in nanoseconds. */
  private static final long RETRY_NANOS = 10_000_000L;

  private final LiveKitSession session;
  private final DataCounters counters;
  private final ArrayDeque<Packet> waiting = new ArrayDeque<>();
  private final ArrayDeque<Packet> kept = new ArrayDeque<>();
  private int waitingBytes;
  private int keptBytes;
  private @Nullable DataChannel reliable;
  private @Nullable DataChannel lossy;
  private final TimerWheel.Timer retry =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer(long nowNanos) {
          drain(nowNanos);
        }
      };

  /** A reliable packet, and when it came. */
  private static final class Packet {
    private final String publisherSid;
    private final int sequence;
    private final byte[] bytes;
    private final long nanos;

    Packet(String publisherSid, int sequence, byte[] bytes, long nanos) {
      this.publisherSid = publisherSid;
      this.sequence = sequence;
      this.bytes = bytes;
      this.nanos = nanos;
    }
  }

  DataOutlet(LiveKitSession session) {
    this.session = session;
    this.counters = session.context().data();
  }

  void opened(DataChannel channel) {
    Boolean is = DataDoor.reliability(channel);
    if (is == null) {
      return;
    }
    if (is) {
      reliable = channel;
      drain(session.nowNanos());
    } else {
      lossy = channel;
    }
  }

  void closed(DataChannel channel) {
    if (channel == reliable) {
      reliable = null;
    } else if (channel == lossy) {
      lossy = null;
    }
  }

  void failed(boolean delivers) {
    if (delivers) {
      reliable = null;
      lossy = null;
    }
  }

  void deliver(boolean reliably, String publisherSid, int sequence, byte[] bytes) {
    long now = session.nowNanos();
    if (!reliably) {
      DataChannel open = lossy;
      if (open != null && open.send(true, bytes, now) == Sending.ACCEPTED) {
        counters.delivered.increment();
      } else {
        counters.overflowed.increment();
      }
      return;
    }
    Packet packet = new Packet(publisherSid, sequence, bytes, now);
    keep(packet);
    if (waitingBytes + bytes.length > MOST_WAITING) {
      counters.overflowed.increment();
      return;
    }
    waiting.add(packet);
    waitingBytes += bytes.length;
    drain(now);
  }

  private void keep(Packet packet) {
    kept.add(packet);
    keptBytes += packet.bytes.length;
    while (!kept.isEmpty()
        && (keptBytes > MOST_KEPT || packet.nanos - kept.getFirst().nanos > KEPT_NANOS)) {
      keptBytes -= kept.removeFirst().bytes.length;
    }
  }

  private void drain(long now) {
    DataChannel open = reliable;
    while (open != null && !waiting.isEmpty()) {
      Packet next = waiting.getFirst();
      switch (open.send(true, next.bytes, now)) {
        case ACCEPTED -> counters.delivered.increment();
        case TOO_LARGE -> counters.overflowed.increment();
        case BUFFER_FULL -> {
          if (!retry.isScheduled()) {
            session.timers().schedule(retry, now + RETRY_NANOS);
          }
          return;
        }
        case NOT_OPEN -> {
          return;
        }
      }
      waiting.removeFirst();
      waitingBytes -= next.bytes.length;
    }
  }

  void replay(List<DataChannelReceiveState> states) {
    Map<String, Integer> last = new HashMap<>();
    states.forEach(state -> last.put(state.getPublisherSid(), state.getLastSeq()));
    List<Packet> again =
        kept.stream()
            .filter(packet ->
                packet.sequence != 0
                    && !waiting.contains(packet)
                    && Integer.compareUnsigned(
                            packet.sequence, last.getOrDefault(packet.publisherSid, 0))
                        > 0)
            .toList();
    for (Packet packet : again) {
      if (waitingBytes + packet.bytes.length <= MOST_WAITING) {
        waiting.add(packet);
        waitingBytes += packet.bytes.length;
        counters.replayed.increment();
      }
    }
    drain(session.nowNanos());
  }

  void close() {
    session.timers().cancel(retry);
    waiting.clear();
    kept.clear();
    waitingBytes = 0;
    keptBytes = 0;
  }
}
