package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.SequenceNumbers;
import org.consultrelay.relay.srtp.SrtpReceiver;
import org.consultrelay.relay.wire.Bytes;

/**
 * Stands where packets leave the relay for one peer and looks into all of them, before the network
 * can spoil any: no nonce twice for different bytes, all of it well formed.
 */
final class RelayExit {
  /** Sees the decrypted packets. */
  interface Watcher {
    /** Media; {@code index} is the extended sequence number. */
    void leftRelay(RtpPacket rtp, long index, long nowNanos);

    /** A compound, at its first packet's front. */
    void leftRelay(RtcpReader rtcp, long nowNanos);
  }

  private static final int REPLAY_WINDOW = 128;

  private static final class Stream {
    long highest = -1;
    final Map<Long, Integer> bytesByIndex = new HashMap<>();
  }

  private final SrtpReceiver receiver;
  private final MemorySegment memory;
  private final Watcher watcher;
  private final Map<Integer, Stream> streams = new HashMap<>();
  private final RtpPacket rtp = new RtpPacket();
  private final RtcpReader rtcp = new RtcpReader();
  private int repeats;

  RelayExit(SrtpReceiver receiver, MemorySegment memory, Watcher watcher) {
    this.receiver = receiver;
    this.memory = memory;
    this.watcher = watcher;
  }

  int repeats() {
    return repeats;
  }

  void sent(byte[] bytes, long now) {
    Bytes.put(memory, 0, bytes);
    if (RtcpReader.isRtcp(memory, 0)) {
      int plain = receiver.unprotectRtcp(memory, 0, bytes.length);
      assertThat(plain).as("SRTCP out of the relay").isPositive();
      assertThat(rtcp.wrap(memory, 0, plain)).as("RTCP out of the relay").isTrue();
      watcher.leftRelay(rtcp, now);
      return;
    }
    if (!rtp.parse(memory, 0, bytes.length)) {
      throw new AssertionError("RTP out of the relay: " + rtp.failure());
    }
    Stream stream = streams.computeIfAbsent(rtp.ssrc(), _ -> new Stream());
    long index =
        stream.highest < 0
            ? rtp.sequenceNumber()
            : SequenceNumbers.extend(stream.highest, rtp.sequenceNumber());
    stream.highest = Math.max(stream.highest, index);
    int hash = Arrays.hashCode(bytes);
    Integer before = stream.bytesByIndex.putIfAbsent(index, hash);
    if (before != null && before != hash) {
      throw new AssertionError(
          "one nonce, two different packets: SSRC " + rtp.ssrc() + ", index " + index);
    }
    int plain =
        receiver.unprotectRtp(
            memory, 0, bytes.length, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber());
    if (before != null) {
      repeats++;
      assertThat(plain).isEqualTo(SrtpReceiver.REPLAYED);
      return;
    }
    if (plain == SrtpReceiver.REPLAYED && stream.highest - index >= REPLAY_WINDOW) {
      // So late that no receiver would take it; what is lost by that, others notice.
      return;
    }
    if (plain < 0 || receiver.lastIndex() != index || !rtp.decrypted(plain)) {
      throw new AssertionError("SRTP out of the relay: " + plain + " at index " + index);
    }
    watcher.leftRelay(rtp, index, now);
  }
}
