package org.consultrelay.load.peer;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.consultrelay.relay.net.Destination;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.srtp.SrtpReceiver;
import org.consultrelay.relay.srtp.SrtpSender;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The media of one peer connection of a simulated participant: tracks that it sends, tracks that it
 * plays, and the RTCP of both. Lives on the peer's loop.
 */
public final class PeerMedia implements SimulatedPeer.Media {
  private static final long REPORT_INTERVAL_NANOS = 1_000_000_000L;
  private static final int RTCP_CAPACITY = 1_200;
  private static final int RTCP_OVERHEAD = 20;
  private static final int RTCP_SENDER = 4;

  /** In one packet: not more than its five bits of count and a datagram hold. */
  private static final int REPORT_BLOCKS = 25;

  private final LoopTraffic traffic;
  private final int ownSsrc;
  private final byte[] cname;
  private final List<OutgoingTrack> outgoing = new ArrayList<>(2);
  private final List<IncomingTrack> incoming = new ArrayList<>(2);
  private final Int2ObjectHashMap<IncomingTrack> bySsrc = new Int2ObjectHashMap<>();
  private final RtcpReader reader = new RtcpReader();
  private final RtcpWriter writer = new RtcpWriter();
  private final int[] scratch = new int[64];
  private final Clockwork clockwork = new Clockwork();
  private @Nullable SimulatedPeer peer;
  private @Nullable Runnable onLost;
  private boolean ended;
  private int transportSequence;
  private long nextReport = Long.MAX_VALUE;

  /**
   * Media without tracks.
   *
   * @param ownSsrc what reports are sent as
   * @param cname the participant's canonical name (RFC 7022)
   */
  public PeerMedia(LoopTraffic traffic, int ownSsrc, String cname) {
    this.traffic = traffic;
    this.ownSsrc = ownSsrc;
    this.cname = cname.getBytes(StandardCharsets.UTF_8);
  }

  /** Says what to do when a connection that stood ends and it was not us who ended it. */
  public void onLost(Runnable task) {
    onLost = task;
  }

  /** Adds a track to send, before the connection stands. */
  public void send(OutgoingTrack track) {
    outgoing.add(track);
  }

  /** Adds a track to send, whether the connection stands or not. On the loop. */
  public void sendFromNowOn(OutgoingTrack track) {
    if (ended) {
      return;
    }
    outgoing.add(track);
    if (peer != null) {
      start(track, loop().nowNanos());
    }
  }

  private void start(OutgoingTrack track, long nowNanos) {
    // Not all participants' frames in the same tick: spread by what differs between them.
    long phase = Math.floorMod(ownSsrc, 20) * 1_000_000L;
    track.start(nowNanos + phase);
  }

  /**
   * Adds a track to play. On the loop.
   *
   * @param publisher whose stamps are right
   */
  public void play(IncomingTrack.Format format, int publisher, IncomingTrack.Firsts firsts) {
    if (ended) {
      return;
    }
    IncomingTrack track = new IncomingTrack(this, format, publisher, firsts);
    incoming.add(track);
    if (format.ssrc() != 0) {
      bySsrc.put(format.ssrc(), track);
    }
    if (format.rtxSsrc() != 0) {
      bySsrc.put(format.rtxSsrc(), track);
    }
    traffic.plays(track);
    if (peer != null) {
      track.begin();
    }
  }

  /**
   * Plays a track no more. On the loop.
   *
   * @param ssrc that it was announced with
   */
  public void stopPlaying(int ssrc) {
    IncomingTrack track = bySsrc.remove(ssrc);
    if (track != null) {
      bySsrc.remove(track.format().rtxSsrc());
      incoming.remove(track);
      traffic.playsNoMore(track);
    }
  }

  /**
   * The other side said that it sends nothing of a track for now, or that it does again. On the
   * loop.
   *
   * @param ssrc that it was announced with
   */
  public void pausePlaying(int ssrc, boolean paused) {
    IncomingTrack track = bySsrc.get(ssrc);
    if (track != null) {
      track.paused(paused);
    }
  }

  /** A stream that no answer announced is known by its payload type. */
  private @Nullable IncomingTrack learn(RtpPacket rtp) {
    for (int i = 0; i < incoming.size(); i++) {
      IncomingTrack track = incoming.get(i);
      IncomingTrack.Format format = track.format();
      boolean media = rtp.payloadType() == format.payloadType() && format.ssrc() == 0;
      boolean repair = rtp.payloadType() == format.rtxPayloadType() && format.rtxSsrc() == 0;
      if (media || repair) {
        bySsrc.put(rtp.ssrc(), track);
        return track;
      }
    }
    return null;
  }

  LoopTraffic traffic() {
    return traffic;
  }

  TrafficCounters counters() {
    return traffic.counters();
  }

  /** The loop that it lives on. Any thread. */
  public MediaLoop loop() {
    return traffic.loop();
  }

  boolean throwsAway() {
    return traffic.throwsAway();
  }

  @Nullable SrtpSender sender() {
    return peer == null ? null : peer.sender();
  }

  SendBatch batch() {
    return connectedPeer().batch();
  }

  Destination relay() {
    return connectedPeer().relay();
  }

  void flush() {
    if (peer != null) {
      peer.flush();
    }
  }

  private SimulatedPeer connectedPeer() {
    SimulatedPeer known = peer;
    if (known == null) {
      throw new IllegalStateException("not connected");
    }
    return known;
  }

  int nextTransportSequence() {
    return transportSequence++ & 0xFFFF;
  }

  @Override
  public void onConnected(SimulatedPeer connected, long nowNanos) {
    peer = connected;
    for (int i = 0; i < outgoing.size(); i++) {
      start(outgoing.get(i), nowNanos);
    }
    incoming.forEach(IncomingTrack::begin);
    nextReport = nowNanos + REPORT_INTERVAL_NANOS / 2 + Math.floorMod(ownSsrc, 500) * 1_000_000L;
    wakeAt(nextReport);
  }

  @Override
  public void onEnded(SimulatedPeer over, boolean byUs) {
    ended = true;
    loop().timers().cancel(clockwork);
    for (OutgoingTrack track : outgoing) {
      track.stop(loop().nowNanos());
    }
    incoming.forEach(traffic::playsNoMore);
    counters().socketDrops += over.socketDrops();
    boolean hadBegun = peer != null;
    peer = null;
    if (!byUs && hadBegun && onLost != null) {
      onLost.run();
    }
  }

  @Override
  public void onPacket(
      SrtpReceiver receiver, MemorySegment memory, long offset, int length, long nowNanos) {
    if (RtcpReader.isRtcp(memory, offset)) {
      int plain = receiver.unprotectRtcp(memory, offset, length);
      if (plain >= 0 && reader.wrap(memory, offset, plain)) {
        onRtcp(nowNanos);
      } else if (plain != SrtpReceiver.REPLAYED) {
        // Whoever had this port before and vanished is still told things for a while.
        if (bySsrc.containsKey(Bytes.i32(memory, offset + RTCP_SENDER))) {
          counters().undecipherable++;
        } else {
          counters().unknownStream++;
        }
      }
      return;
    }
    if (traffic.throwsAway()) {
      return;
    }
    counters().received++;
    counters().receivedBytes += length;
    RtpPacket rtp = traffic.rtp();
    if (!rtp.parse(memory, offset, length)) {
      counters().undecipherable++;
      return;
    }
    int ssrc = rtp.ssrc();
    IncomingTrack track = bySsrc.get(ssrc);
    if (track == null) {
      track = learn(rtp);
    }
    if (track == null) {
      counters().unknownStream++;
      return;
    }
    int plain =
        receiver.unprotectRtp(
            memory, offset, length, rtp.headerLength(), ssrc, rtp.sequenceNumber());
    if (plain == SrtpReceiver.REPLAYED) {
      counters().replayed++;
    } else if (plain < 0 || !rtp.decrypted(plain)) {
      counters().undecipherable++;
    } else {
      track.onPacket(rtp, rtp.payloadType() == track.format().rtxPayloadType(), nowNanos);
    }
  }

  private void onRtcp(long nowNanos) {
    while (reader.next()) {
      switch (reader.type()) {
        case SENDER_REPORT -> {
          IncomingTrack track = bySsrc.get(reader.senderSsrc());
          if (track != null) {
            track.onSenderReport(reader.ntpTimestamp(), nowNanos);
          }
        }
        case NACK -> {
          OutgoingTrack track = outgoing(reader.mediaSsrc());
          if (track != null) {
            track.onNack(reader);
          }
        }
        case PLI -> {
          OutgoingTrack track = outgoing(reader.mediaSsrc());
          if (track != null) {
            track.onKeyFrameRequest();
          }
        }
        case FIR -> {
          for (int i = 0; i < reader.firCount(); i++) {
            OutgoingTrack track = outgoing(reader.firSsrc(i));
            if (track != null) {
              track.onKeyFrameRequest();
            }
          }
        }
        case TRANSPORT_FEEDBACK -> counters().feedbackReceived++;
        default -> {
          // Nothing that a participant without an encoder could act on.
        }
      }
    }
  }

  private @Nullable OutgoingTrack outgoing(int ssrc) {
    for (int i = 0; i < outgoing.size(); i++) {
      if (outgoing.get(i).format().ssrc() == ssrc) {
        return outgoing.get(i);
      }
    }
    return null;
  }

  void wakeAt(long deadlineNanos) {
    if (!clockwork.isScheduled() || deadlineNanos < clockwork.deadlineNanos()) {
      loop().timers().schedule(clockwork, deadlineNanos);
    }
  }

  void sendNack(int ssrc, int[] sequences, int count) {
    long at = begin();
    writer.nack(ownSsrc, ssrc, sequences, count);
    end(at);
    counters().nacksSent += count;
  }

  void sendKeyFrameRequest(int ssrc) {
    long at = begin();
    writer.pli(ownSsrc, ssrc);
    end(at);
    counters().keyFrameRequestsSent++;
  }

  private void sendReports(long nowNanos) {
    long at = begin();
    long epoch = System.currentTimeMillis() * 1_000_000L;
    for (int i = 0; i < outgoing.size(); i++) {
      outgoing.get(i).report(writer, nowNanos, epoch);
    }
    if (!incoming.isEmpty() || writer.length() == 0) {
      writer.receiverReport(ownSsrc);
      for (int i = 0; i < incoming.size(); i++) {
        if (i > 0 && i % REPORT_BLOCKS == 0) {
          end(at);
          at = begin();
          writer.receiverReport(ownSsrc);
        }
        incoming.get(i).report(writer, nowNanos);
      }
    }
    writer.sdesCname(ownSsrc, cname);
    end(at);
  }

  private long begin() {
    SendBatch batch = batch();
    long at = batch.claim(RTCP_CAPACITY + RTCP_OVERHEAD);
    writer.begin(batch.memory(), at, RTCP_CAPACITY);
    return at;
  }

  private void end(long at) {
    SrtpSender keys = sender();
    if (keys != null) {
      SendBatch batch = batch();
      batch.commit(relay(), keys.protectRtcp(batch.memory(), at, writer.length()));
    }
  }

  /** One timer for reports and requests. */
  private final class Clockwork extends TimerWheel.Timer {
    @Override
    protected void onTimer(long nowNanos) {
      if (sender() == null) {
        return;
      }
      long next = Long.MAX_VALUE;
      for (int i = 0; i < incoming.size(); i++) {
        IncomingTrack track = incoming.get(i);
        track.onDeadline(nowNanos, scratch);
        next = Math.min(next, track.deadline());
      }
      if (nowNanos >= nextReport) {
        nextReport = nowNanos + REPORT_INTERVAL_NANOS;
        sendReports(nowNanos);
      }
      flush();
      loop().timers().schedule(this, Math.min(next, nextReport));
    }
  }
}
