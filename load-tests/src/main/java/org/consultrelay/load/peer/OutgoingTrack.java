package org.consultrelay.load.peer;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.consultrelay.load.media.OpusSource;
import org.consultrelay.load.media.Stamp;
import org.consultrelay.load.media.VideoSource;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.rtp.AudioLevel;
import org.consultrelay.relay.rtp.NtpTime;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtxPayload;
import org.consultrelay.relay.srtp.SrtpSender;
import org.jspecify.annotations.Nullable;

/**
 * A track that a simulated participant sends: frames at their due times, come what may, each packet
 * stamped with who sent it, its number and when it was due. Answers requests for packets and for
 * key frames. Lives on the peer's loop; allocates nothing once it sends.
 */
public final class OutgoingTrack extends TimerWheel.Timer {
  private static final int AUDIO = 0;
  private static final int VIDEO = 1;
  private static final int MAX_HEADER = 64;
  private static final int SRTP_OVERHEAD = 20;
  private static final int AUDIO_LEVEL = AudioLevel.of(true, 30);

  /** Packets that say which section they belong to, as browsers do until that must be known. */
  private static final int PACKETS_WITH_MID = 200;

  /**
   * What the offer says of the track and the answer allows.
   *
   * @param payloadType of the media
   * @param rtxPayloadType of retransmissions; -1: none
   * @param clockRate timestamps a second
   * @param ssrc of the media
   * @param rtxSsrc of retransmissions
   * @param mid the section's
   * @param transportCcId the header extension's id; 0: not to be sent, as below
   * @param audioLevelId for RFC 6464
   * @param midId for RFC 9143
   */
  public record Format(
      int payloadType,
      int rtxPayloadType,
      int clockRate,
      int ssrc,
      int rtxSsrc,
      String mid,
      int transportCcId,
      int audioLevelId,
      int midId) {}

  private final PeerMedia media;
  private final Frames frames;
  private final Format format;
  private final int publisher;
  private final int stream;
  private final long intervalNanos;
  private final byte[] mid;
  private final @Nullable SentPackets history;
  private final SentSoFar sentSoFar = new SentSoFar();
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private long startNanos;
  private long frame;
  private boolean keyWanted = true;
  private long index;
  private long rtxIndex;
  private long octets;
  private int lastTimestamp;
  private long lastDueNanos;
  private boolean stopped;

  private OutgoingTrack(
      PeerMedia media,
      Frames frames,
      Format format,
      int publisher,
      int stream,
      long intervalNanos,
      int kept) {
    this.media = media;
    this.frames = frames;
    this.format = format;
    this.publisher = publisher;
    this.stream = stream;
    this.intervalNanos = intervalNanos;
    this.mid = format.mid().getBytes(StandardCharsets.US_ASCII);
    this.history = kept > 0 ? new SentPackets(kept, frames.longest()) : null;
  }

  /**
   * A picture that is not sent yet.
   *
   * @param publisher the number that its stamps carry
   * @param kept packets kept for retransmission, a power of two
   */
  public static OutgoingTrack video(
      PeerMedia media,
      VideoSource source,
      Format format,
      int publisher,
      int framesPerSecond,
      int kept) {
    return new OutgoingTrack(
        media,
        Frames.of(source),
        format,
        publisher,
        VIDEO,
        1_000_000_000L / framesPerSecond,
        format.rtxPayloadType() < 0 ? 0 : kept);
  }

  /** A sound that is not sent yet: a packet each 20 ms. */
  public static OutgoingTrack audio(
      PeerMedia media, OpusSource source, Format format, int publisher) {
    return new OutgoingTrack(media, Frames.of(source), format, publisher, AUDIO, 20_000_000L, 0);
  }

  /** Begins to send; the first frame is due then, in nanoseconds on the loop's clock. */
  void start(long firstNanos) {
    media.traffic().publishes(publisher, video(), sentSoFar);
    startNanos = firstNanos;
    schedule();
  }

  /** Sends no more. */
  void stop(long nowNanos) {
    stopped = true;
    sentSoFar.stop(nowNanos);
    media.traffic().publishesNoMore(publisher, video());
    media.loop().timers().cancel(this);
  }

  private boolean video() {
    return stream == VIDEO;
  }

  Format format() {
    return format;
  }

  /** On the grid of the loop's timers: what cannot be kept is not promised. */
  private long due() {
    return media.loop().timers().tickAt(startNanos + frame * intervalNanos);
  }

  private void schedule() {
    media.loop().timers().schedule(this, due());
  }

  @Override
  protected void onTimer(long nowNanos) {
    SrtpSender keys = media.sender();
    if (keys == null || stopped) {
      return;
    }
    // Late or not, every frame that is due goes out: load does not wait for whoever is slow.
    for (long due = due(); due <= nowNanos; due = due()) {
      sendFrame(keys, due);
      frame++;
    }
    media.flush();
    schedule();
  }

  private void sendFrame(SrtpSender keys, long due) {
    int count = frames.next(keyWanted);
    if (count == 0) {
      return;
    }
    keyWanted = false;
    long micros = frame * intervalNanos / 1_000;
    int timestamp = (int) (micros * (format.clockRate() / 1_000) / 1_000);
    lastTimestamp = timestamp;
    lastDueNanos = due;
    // Read for each frame: its packets leave together, when the batch is flushed.
    long now = System.nanoTime();
    LoopTraffic.record(media.traffic().lateness(), now - due);
    for (int i = 0; i < count; i++) {
      send(keys, i, count, timestamp, due, now);
    }
    media.counters().sent += count;
  }

  private void send(SrtpSender keys, int i, int count, int timestamp, long due, long now) {
    SendBatch batch = media.batch();
    long at = batch.claim(MAX_HEADER + frames.longest() + SRTP_OVERHEAD);
    MemorySegment memory = batch.memory();
    index++;
    boolean marker = frames.marker(i, count);
    begin(memory, at, marker, format.payloadType(), index, timestamp, format.ssrc());
    int header = writer.finish();
    int payload = frames.write(i, memory, at + header);
    if (frames.stampOffset() >= 0) {
      long stampAt = at + header + frames.stampOffset();
      Stamp.write(memory, stampAt, publisher, stream, sentSoFar.count(), due, now);
      sentSoFar.sent(now);
    }
    if (history != null) {
      history.keep(index, timestamp, marker, memory, at + header, payload);
    }
    octets += payload;
    int length =
        keys.protectRtp(memory, at, header, memory, at + header, payload, format.ssrc(), index);
    if (!media.throwsAway()) {
      batch.commit(media.relay(), length);
    }
    media.counters().sentBytes += length;
  }

  private void begin(
      MemorySegment memory,
      long at,
      boolean marker,
      int payloadType,
      long sequence,
      int timestamp,
      int ssrc) {
    writer.begin(
        memory, at, MAX_HEADER, marker, payloadType, (int) sequence & 0xFFFF, timestamp, ssrc);
    if (format.transportCcId() > 0) {
      writer.extension16(format.transportCcId(), media.nextTransportSequence());
    }
    if (format.audioLevelId() > 0) {
      writer.extension8(format.audioLevelId(), AUDIO_LEVEL);
    }
    if (format.midId() > 0 && sequence < PACKETS_WITH_MID) {
      writer.extensionBytes(format.midId(), mid);
    }
  }

  /** The other side needs a key frame: the next frame is one. */
  void onKeyFrameRequest() {
    media.counters().keyFrameRequestsReceived++;
    keyWanted = true;
  }

  /** Sends again what is asked for, header fields and all (RFC 4588 §4). */
  void onNack(RtcpReader nack) {
    for (int i = 0; i < nack.nackCount(); i++) {
      int first = nack.nackPacketId(i);
      resend(first);
      for (int mask = nack.nackBitmask(i); mask != 0; mask &= mask - 1) {
        resend(first + 1 + Integer.numberOfTrailingZeros(mask) & 0xFFFF);
      }
    }
  }

  private void resend(int sequence) {
    media.counters().nacksReceived++;
    SrtpSender keys = media.sender();
    SentPackets kept = history;
    int which = kept == null ? -1 : kept.find(sequence);
    if (keys == null || kept == null || which < 0) {
      return;
    }
    int payload = RtxPayload.HEADER + kept.length(which);
    SendBatch batch = media.batch();
    long at = batch.claim(MAX_HEADER + payload + SRTP_OVERHEAD);
    MemorySegment memory = batch.memory();
    long number = ++rtxIndex;
    begin(
        memory,
        at,
        kept.marker(which),
        format.rtxPayloadType(),
        number,
        kept.timestamp(which),
        format.rtxSsrc());
    int header = writer.finish();
    RtxPayload.write(memory, at + header, sequence);
    kept.copy(which, memory, at + header + RtxPayload.HEADER);
    int length =
        keys.protectRtp(memory, at, header, memory, at + header, payload, format.rtxSsrc(), number);
    if (!media.throwsAway()) {
      batch.commit(media.relay(), length);
    }
    media.counters().retransmitted++;
  }

  /** Appends the track's sender report (RFC 3550 §6.4.1). */
  void report(RtcpWriter rtcp, long nowNanos, long epochNanos) {
    if (index > 0) {
      long sinceMicros = (nowNanos - lastDueNanos) / 1_000;
      int timestamp = lastTimestamp + (int) (sinceMicros * (format.clockRate() / 1_000) / 1_000);
      rtcp.senderReport(format.ssrc(), NtpTime.ofEpochNanos(epochNanos), timestamp, index, octets);
    }
  }
}
