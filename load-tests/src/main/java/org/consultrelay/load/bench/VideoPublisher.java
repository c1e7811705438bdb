package org.consultrelay.load.bench;

import java.lang.foreign.MemorySegment;
import org.consultrelay.load.peer.SessionOffer;
import org.consultrelay.load.peer.SimulatedPeer;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.srtp.SrtpSender;
import org.consultrelay.relay.wire.Bytes;

/** Sends VP8-shaped frames of equal packets of 1,000 bytes, a key frame each second. */
final class VideoPublisher extends TimerWheel.Timer {
  private static final int HEADER = 12;
  private static final int PAYLOAD = 988;
  private static final int SRTP_OVERHEAD = 16;
  private static final int CLOCK_PER_MILLISECOND = 90;

  private final MediaLoop loop;
  private final SimulatedPeer peer;
  private final int ssrc;
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private final MemorySegment payload = TestTraffic.payload(PAYLOAD);
  private int packetsPerFrame;
  private long intervalNanos;
  private long dueNanos;
  private long frame;
  private long index = 1;
  private long sent;

  VideoPublisher(MediaLoop loop, SimulatedPeer peer, int ssrc) {
    this.loop = loop;
    this.peer = peer;
    this.ssrc = ssrc;
  }

  void start(int packets, long interval, long firstNanos) {
    packetsPerFrame = packets;
    intervalNanos = interval;
    dueNanos = firstNanos;
    loop.timers().schedule(this, firstNanos);
  }

  long sent() {
    return sent;
  }

  @Override
  protected void onTimer(long nowNanos) {
    SrtpSender keys = peer.sender();
    if (keys == null) {
      return;
    }
    SendBatch batch = peer.batch();
    boolean key = frame % 30 == 0;
    int timestamp = (int) (frame++ * intervalNanos / 1_000_000 * CLOCK_PER_MILLISECOND);
    for (int i = 0; i < packetsPerFrame; i++) {
      long at = batch.claim(HEADER + PAYLOAD + SRTP_OVERHEAD);
      boolean last = i == packetsPerFrame - 1;
      writer.begin(
          batch.memory(),
          at,
          HEADER,
          last,
          SessionOffer.VP8,
          (int) index & 0xFFFF,
          timestamp,
          ssrc);
      int header = writer.finish();
      // RFC 7741: a frame begins (S, partition 0); the first payload bit says whether it is a key.
      Bytes.put8(payload, 0, i == 0 ? 0x10 : 0x00);
      Bytes.put8(payload, 1, key ? 0x00 : 0x01);
      int length = keys.protectRtp(batch.memory(), at, header, payload, 0, PAYLOAD, ssrc, index++);
      batch.commit(peer.relay(), length);
    }
    sent += packetsPerFrame;
    dueNanos += intervalNanos;
    loop.timers().schedule(this, dueNanos);
  }
}
