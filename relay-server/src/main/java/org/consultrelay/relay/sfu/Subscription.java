package org.consultrelay.relay.sfu;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.RtxPayload;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One track on its way to one subscriber: its own SSRC, an unbroken sequence, the subscriber's
 * payload types and extension ids, and retransmission when the subscriber misses something.
 */
public final class Subscription {
  /** The same packet is sent again at most this often, in nanoseconds, when no RTT is known. */
  private static final long MIN_RESEND_NANOS = 20_000_000L;

  /** Nothing at all: see {@link #step()}. */
  static final int NO_STEP = -1;

  /** How many packets back a probe reaches for something to send. */
  private static final int PROBE_REACH = 64;

  private static final int RESEND_MEMORY = 128;

  /**
   * Each packet sent entitles to one sent again, and so many may be saved up: enough for an outage
   * of a second, and whoever asks for everything over and over doubles his rate at most.
   */
  private static final int MAX_RESEND_CREDIT = RetransmissionStore.CAPACITY;

  private static final int FIRST_RESEND_CREDIT = 64;

  private final Publication publication;
  private final MediaEndpoint subscriber;
  private final SendParameters parameters;
  private final OutgoingHeader header;
  private final SequenceRewriter sequence;
  private final long[] resentAt = new long[RESEND_MEMORY];
  private final int[] resentSequence = new int[RESEND_MEMORY];
  private final SenderState sender = new SenderState();
  private final boolean numbered;
  private long rtxIndex;
  private int probed;
  private int resendCredit = FIRST_RESEND_CREDIT;
  private @Nullable Layer current;
  private VideoWish wish = VideoWish.ALL;
  private int target = Integer.MAX_VALUE;
  private boolean pausable;
  private boolean pausedByLine;
  private StallListener stalls = _ -> {};
  private long loweredAt;
  private int timestampOffset;
  private int lastTimestamp;
  private long lastTimestampNanos;
  private boolean paused;
  private boolean resuming;
  private boolean closed;

  Subscription(
      Publication publication,
      MediaEndpoint subscriber,
      SendParameters parameters,
      long firstIndex) {
    this.publication = publication;
    this.subscriber = subscriber;
    this.parameters = parameters;
    this.header = new OutgoingHeader(subscriber.extensions(), parameters.mid());
    this.sequence = new SequenceRewriter(firstIndex);
    this.rtxIndex = firstIndex ^ 0x2AAA;
    // A packet that is sent again without RTX must be the same to the bit, number and all.
    this.numbered = header.hasNumbers() && (!parameters.nack() || parameters.rtxPayloadType() >= 0);
  }

  /** How the track goes out. */
  public SendParameters parameters() {
    return parameters;
  }

  /** What is subscribed to. */
  public Publication publication() {
    return publication;
  }

  /** What the subscriber was sent and what it reports of it. */
  SenderState sender() {
    return sender;
  }

  /** The round-trip time to the subscriber in nanoseconds, as it last reported; 0 while unknown. */
  public long roundTripNanos() {
    return sender.rttNanos();
  }

  @Nullable Layer current() {
    return current;
  }

  /** What outgoing timestamps are ahead of those of the {@link #current()} layer. */
  int timestampOffset() {
    return timestampOffset;
  }

  /** Forwards what a layer gathered in this turn. */
  void forward(Layer layer, MediaPacket[] packets, int count, long nowNanos) {
    MediaOutlet outlet = subscriber.outlet();
    if (closed || paused || pausedByLine || !outlet.isOpen()) {
      return;
    }
    if (layer != current && layer != publication.best(target, nowNanos)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      MediaPacket packet = packets[i];
      boolean starts = layer != current || resuming;
      if (starts && !startAt(layer, packet, nowNanos)) {
        continue;
      }
      RtpPacket rtp = packet.rtp();
      if (rtp.payloadLength() == 0 && !packet.isLate()) {
        sequence.leaveOut(packet.index());
        continue;
      }
      // Late padding fills the number that was kept free for it, or the subscriber would wait.
      forward(outlet, layer, rtp, packet.index(), nowNanos);
      if (starts && packet.isLate()) {
        catchUp(outlet, layer, packets, i, nowNanos);
      }
    }
  }

  private void forward(MediaOutlet outlet, Layer layer, RtpPacket rtp, long index, long nowNanos) {
    long out = sequence.rewrite(index);
    if (out == SequenceRewriter.NONE) {
      layer.counters().droppedLate++;
      return;
    }
    send(outlet, rtp, out, nowNanos);
    sender.sent(rtp.payloadLength());
    layer.counters().forwarded++;
    resendCredit = Math.min(resendCredit + 1, MAX_RESEND_CREDIT);
    noteTimestamp(rtp, out, nowNanos);
  }

  /** What belongs behind the packet that we start at, but came before it: now it can be used. */
  private void catchUp(
      MediaOutlet outlet, Layer layer, MediaPacket[] packets, int late, long nowNanos) {
    RetransmissionStore store = layer.store();
    long first = packets[late].index();
    if (store != null) {
      RtpPacket stored = subscriber.scratchPacket();
      for (long index = first + 1; index <= store.newest(); index++) {
        if (store.read(index, stored)) {
          stored.indexExtensions(publication.publisher().extensions());
          forward(outlet, layer, stored, index, nowNanos);
        }
      }
    }
    for (int i = 0; i < late; i++) {
      if (packets[i].index() > first && packets[i].rtp().payloadLength() > 0) {
        forward(outlet, layer, packets[i].rtp(), packets[i].index(), nowNanos);
      }
    }
  }

  private void noteTimestamp(RtpPacket rtp, long out, long nowNanos) {
    int timestamp = rtp.timestamp() + timestampOffset;
    if (timestamp != lastTimestamp && out == sequence.highestOut()) {
      lastTimestamp = timestamp;
      lastTimestampNanos = nowNanos;
    }
  }

  /** A subscriber can only start where its decoder can. */
  private boolean startAt(Layer layer, MediaPacket packet, long nowNanos) {
    if (!packet.startsKeyFrame()) {
      layer.requestKeyFrame(nowNanos);
      return false;
    }
    resuming = false;
    if (current != null && current != layer) {
      // Each source's timestamps start anywhere; for the subscriber time goes on as it passed.
      long clock = layer.codec().clockRate();
      long millis = Math.clamp((nowNanos - lastTimestampNanos) / 1_000_000, 1, 3_600_000);
      timestampOffset = lastTimestamp + (int) (millis * clock / 1_000) - packet.rtp().timestamp();
    }
    sequence.switchTo(packet.index());
    current = layer;
    return true;
  }

  private void send(MediaOutlet outlet, RtpPacket rtp, long out, long nowNanos) {
    Line line = numbered ? subscriber.line() : null;
    int number = line == null ? OutgoingHeader.NO_NUMBER : line.nextNumber();
    long at = outlet.claim(OutgoingHeader.MAX_LENGTH + rtp.payloadLength());
    int headerLength =
        header.write(
            outlet.memory(),
            at,
            rtp,
            parameters.payloadType(),
            (int) out & 0xFFFF,
            rtp.timestamp() + timestampOffset,
            parameters.ssrc(),
            number);
    outlet.sendRtp(
        at,
        headerLength,
        rtp.memory(),
        rtp.payloadOffset(),
        rtp.payloadLength(),
        parameters.ssrc(),
        out);
    if (line != null) {
      line.sent(number, headerLength + rtp.payloadLength(), nowNanos);
    }
  }

  /** Answers a generic NACK of the subscriber (RFC 4585 §6.2.1) from the layer's store. */
  void onNack(RtcpReader nack, long nowNanos) {
    for (int i = 0; i < nack.nackCount(); i++) {
      int first = nack.nackPacketId(i);
      resend(first, nowNanos);
      for (int mask = nack.nackBitmask(i); mask != 0; mask &= mask - 1) {
        resend(first + 1 + Integer.numberOfTrailingZeros(mask) & 0xFFFF, nowNanos);
      }
    }
  }

  private void resend(int sequenceNumber, long nowNanos) {
    Layer layer = current;
    MediaOutlet outlet = subscriber.outlet();
    if (layer == null || layer.store() == null || !outlet.isOpen()) {
      return;
    }
    MediaCounters counters = layer.counters();
    counters.nackReceived++;
    if (wasJustResent(sequenceNumber, nowNanos)) {
      return;
    }
    long out = extend(sequenceNumber);
    long source = sequence.source(out);
    RetransmissionStore store = layer.store();
    RtpPacket rtp = subscriber.scratchPacket();
    if (source == SequenceRewriter.NONE || !store.read(source, rtp)) {
      counters.retransmissionMisses++;
      return;
    }
    if (resendCredit == 0) {
      counters.retransmissionsRefused++;
      return;
    }
    resendCredit--;
    noteResent(sequenceNumber, nowNanos);
    rtp.indexExtensions(publication.publisher().extensions());
    if (parameters.rtxPayloadType() >= 0) {
      sendRtx(outlet, rtp, out, nowNanos);
    } else {
      // The same bytes under the same index: nothing that varies may stand in the header.
      send(outlet, rtp, out, nowNanos);
    }
    counters.retransmitted++;
  }

  private int sendRtx(MediaOutlet outlet, RtpPacket rtp, long out, long nowNanos) {
    Line line = numbered ? subscriber.line() : null;
    int number = line == null ? OutgoingHeader.NO_NUMBER : line.nextNumber();
    long at = outlet.claim(OutgoingHeader.MAX_LENGTH + RtxPayload.HEADER + rtp.payloadLength());
    MemorySegment memory = outlet.memory();
    long index = ++rtxIndex;
    int headerLength =
        header.write(
            memory,
            at,
            rtp,
            parameters.rtxPayloadType(),
            (int) index & 0xFFFF,
            rtp.timestamp() + timestampOffset,
            parameters.rtxSsrc(),
            number);
    long payload = at + headerLength;
    RtxPayload.write(memory, payload, (int) out & 0xFFFF);
    // Behind the original number the payload stands in another place: the one copy of a rare
    // packet.
    Bytes.copy(
        rtp.memory(),
        rtp.payloadOffset(),
        memory,
        payload + RtxPayload.HEADER,
        rtp.payloadLength());
    outlet.sendRtp(
        at,
        headerLength,
        memory,
        payload,
        RtxPayload.HEADER + rtp.payloadLength(),
        parameters.rtxSsrc(),
        index);
    int length = headerLength + RtxPayload.HEADER + rtp.payloadLength();
    if (line != null) {
      line.sent(number, length, nowNanos);
    }
    return length;
  }

  /**
   * Sends packets again that the subscriber has, the newest last, to see whether its line carries
   * more: they do no harm, and may fill a gap.
   *
   * @param bytes about how many
   * @return how many bytes were sent; 0 when there is nothing to send
   */
  int probe(int bytes, long nowNanos) {
    Layer layer = current;
    MediaOutlet outlet = subscriber.outlet();
    if (closed
        || layer == null
        || layer.store() == null
        || !numbered
        || parameters.rtxPayloadType() < 0
        || !outlet.isOpen()) {
      return 0;
    }
    RtpPacket rtp = subscriber.scratchPacket();
    int sent = 0;
    for (int back = 0; back < PROBE_REACH && sent < bytes; back++) {
      long out = sequence.highestOut() - probed;
      probed = (probed + 1) % PROBE_REACH;
      long source = sequence.source(out);
      if (source != SequenceRewriter.NONE && layer.store().read(source, rtp)) {
        rtp.indexExtensions(publication.publisher().extensions());
        sent += sendRtx(outlet, rtp, out, nowNanos);
      }
    }
    layer.counters().probeBytes += sent;
    return sent;
  }

  private boolean wasJustResent(int sequenceNumber, long nowNanos) {
    int at = sequenceNumber & (RESEND_MEMORY - 1);
    // The stored number is one up, so that an empty place matches nothing.
    return resentSequence[at] == sequenceNumber + 1
        && nowNanos - resentAt[at] < Math.max(MIN_RESEND_NANOS, sender.rttNanos());
  }

  private void noteResent(int sequenceNumber, long nowNanos) {
    int at = sequenceNumber & (RESEND_MEMORY - 1);
    resentSequence[at] = sequenceNumber + 1;
    resentAt[at] = nowNanos;
  }

  private long extend(int sequenceNumber) {
    long highest = sequence.highestOut();
    // Only what was sent can be asked for: the number at or below the highest.
    return highest - (((int) highest - sequenceNumber) & 0xFFFF);
  }

  /** The subscriber's decoder lost its way (PLI or FIR). */
  void onKeyFrameRequest(long nowNanos) {
    MediaCounters counters = subscriber.counters();
    counters.keyFrameRequestsReceived++;
    publication.requestKeyFrame(target, nowNanos);
  }

  // ---- how much of it is sent

  /** What is wanted of it; less may be sent. */
  public void wish(VideoWish wanted, long nowNanos) {
    if (!wish.equals(wanted)) {
      wish = wanted;
      publication.demandChanged();
      subscriber.reallocate(nowNanos);
    }
  }

  /** What is wanted of it. */
  public VideoWish wish() {
    return wish;
  }

  /** Hears of a video that is not sent for want of a line that carries it. */
  @FunctionalInterface
  public interface StallListener {
    /** From now on nothing is sent, or something again. */
    void stalled(boolean stalled);
  }

  /**
   * Whether the subscriber knows what to do when its line does not carry even the least.
   *
   * @param listener told when that begins and ends
   */
  public void pausable(boolean may, StallListener listener) {
    pausable = may;
    stalls = listener;
  }

  /** Whether nothing is sent because the line does not carry it. */
  public boolean isPausedByLine() {
    return pausedByLine;
  }

  boolean mayBePaused() {
    return pausable;
  }

  int rank() {
    return wish.rank();
  }

  /** Whether there is a video to give a share of the line to. */
  boolean wantsVideo() {
    return !closed && !paused && publication.hasMedia();
  }

  /** The smallest of what could be sent. */
  int leastStep() {
    return 0;
  }

  /** The largest of what is wanted. */
  int highestStep() {
    return wish.place(publication.parameters());
  }

  /** What is sent now; {@link #NO_STEP} for nothing. */
  int step() {
    return pausedByLine ? NO_STEP : Math.min(target, highestStep());
  }

  /** What a step takes, in bits a second; 0 when nobody knows. */
  long bits(int step, long nowNanos) {
    return publication.bits(step, nowNanos);
  }

  /** What this audio takes, in bits a second. */
  long audioBits(long nowNanos) {
    return closed || paused ? 0 : publication.bits(0, nowNanos);
  }

  /** When the line last made it less, in nanoseconds. */
  long loweredAt() {
    return loweredAt;
  }

  /** From now on this step is sent, or nothing for {@link #NO_STEP}. */
  void assign(int step, long nowNanos) {
    int before = step();
    if (step == NO_STEP) {
      if (!pausedByLine) {
        pausedByLine = true;
        loweredAt = nowNanos;
        stalls.stalled(true);
      }
      return;
    }
    if (step < before) {
      loweredAt = nowNanos;
    }
    target = step;
    if (pausedByLine) {
      pausedByLine = false;
      resuming = current != null;
      stalls.stalled(false);
    }
    if (resuming || publication.best(step, nowNanos) != current) {
      publication.requestKeyFrame(step, nowNanos);
    }
  }

  /** Stops sending, or goes on where the publisher is by then; the subscription stays. */
  public void setPaused(boolean pause, long nowNanos) {
    if (paused && !pause) {
      // What was left out is no gap: the subscriber's decoder begins anew at a key frame.
      resuming = current != null;
      publication.requestKeyFrame(target, nowNanos);
    }
    if (paused != pause) {
      paused = pause;
      publication.demandChanged();
    }
  }

  /** Whether it is paused. */
  public boolean isPaused() {
    return paused;
  }

  /** The subscription can carry media now: a video needs a key frame to start with. */
  public void onOutletOpen(long nowNanos) {
    if (parameters.codec().kind() == MediaKind.VIDEO) {
      subscriber.reallocate(nowNanos);
      if (current == null) {
        publication.requestKeyFrame(target, nowNanos);
      }
    }
  }

  /** Ends the subscription; nothing more is sent. */
  public void close() {
    if (!closed) {
      closed = true;
      publication.remove(this);
      subscriber.remove(this);
    }
  }
}
