package org.consultrelay.relay.sfu;

import java.util.Arrays;
import org.consultrelay.relay.layers.PacketFacts;
import org.consultrelay.relay.layers.PacketReader;
import org.consultrelay.relay.layers.SourceClock;
import org.consultrelay.relay.rtp.AudioLevel;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.rtp.NackList;
import org.consultrelay.relay.rtp.ReceiveStatistics;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.SequenceNumbers;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.SlotPool;
import org.jspecify.annotations.Nullable;

/**
 * One RTP stream of a publication as it comes in: an SSRC with its statistics, what it misses, its
 * last second of packets, and when it was last asked for a key frame. A track without simulcast has
 * one.
 */
final class Layer {
  /** A publisher is asked for a key frame at most this often, in nanoseconds. */
  static final long KEY_FRAME_INTERVAL_NANOS = 500_000_000L;

  /** Extended numbers start this high, so that packets from before the first have one too. */
  private static final long ROOM_BELOW = 65_536;

  /**
   * A stream without a packet for so long has stopped: the slowest are at a few frames a second.
   */
  private static final long FLOWING_NANOS = 1_000_000_000L;

  private static final long NEVER = Long.MAX_VALUE;

  private final Publication publication;
  private final MediaEndpoint publisher;
  private final int ssrc;
  private final int place;
  private final int payloadType;
  private final boolean video;
  private final ForwardingTurn turn;
  private final MediaCounters counters;
  private final ReceivedWindow window = new ReceivedWindow();
  private final SourceClock clock;
  private final PacketReader reader;
  private final LayerRate smallest = new LayerRate();
  private LayerRate[] rates = {smallest};
  private final ReceiveStatistics statistics;
  private final @Nullable NackList nackList;
  private final @Nullable RetransmissionStore store;

  private MediaPacket[] gathered = new MediaPacket[8];
  private int gatheredCount;

  private long lastPacket;
  private long lastKeyFrameRequest;
  private boolean keyFrameAsked;
  private boolean keyFramePending;

  private long expectedBefore;
  private long packetsBefore;
  private final @Nullable StandingDelay delay;
  private long standingNanos;

  private long expectedCounted;
  private long lostCounted;

  private boolean hasSenderReport;
  private long senderReportNtp;
  private int senderReportTimestamp;
  private long senderReportArrival;

  /**
   * A stream of which nothing has come.
   *
   * @param place among the streams of the track, 0 for the smallest
   */
  Layer(
      Publication publication, MediaEndpoint publisher, int ssrc, int place, ForwardingTurn turn) {
    ReceiveParameters parameters = publication.parameters();
    this.publication = publication;
    this.publisher = publisher;
    this.ssrc = ssrc;
    this.place = place;
    this.payloadType = parameters.payloadType();
    this.turn = turn;
    this.counters = turn.counters();
    this.clock = new SourceClock(parameters.codec().clockRate());
    this.reader = new PacketReader(parameters.codec());
    this.statistics = new ReceiveStatistics(parameters.codec().clockRate());
    this.video = parameters.codec().kind() == MediaKind.VIDEO;
    this.delay = video ? null : new StandingDelay(parameters.codec().clockRate());
    this.nackList = parameters.nack() ? new NackList() : null;
    this.store = video ? new RetransmissionStore(turn.pool()) : null;
  }

  int ssrc() {
    return ssrc;
  }

  /** The payload type of the track's usual packets. */
  int payloadType() {
    return payloadType;
  }

  /** Its place among the streams of the track, 0 for the smallest. */
  int place() {
    return place;
  }

  /** How many sizes it comes in, as far as has been seen. */
  int spatialLayers() {
    return rates.length;
  }

  /** What comes in of a size, 0 where there is one. */
  LayerRate rate(int spatial) {
    return rates[Math.min(spatial, rates.length - 1)];
  }

  /** What its sender reports say of its time. */
  SourceClock clock() {
    return clock;
  }

  /** Reads its packets. */
  PacketReader reader() {
    return reader;
  }

  /**
   * Whether packets of it have come of late: publishers pause layers that they have no rate for.
   */
  boolean isFlowing(long nowNanos) {
    return nowNanos - lastPacket < FLOWING_NANOS;
  }

  Publication publication() {
    return publication;
  }

  Codec codec() {
    return publication.parameters().codec();
  }

  MediaCounters counters() {
    return counters;
  }

  ReceiveStatistics statistics() {
    return statistics;
  }

  /**
   * A packet of this layer, decrypted.
   *
   * @return true when it is to be forwarded: the layer then owns its slot
   */
  boolean onRtp(MediaPacket packet, boolean retransmitted, long nowNanos) {
    RtpPacket rtp = packet.rtp();
    long index =
        window.highest() < 0
            ? rtp.sequenceNumber() + ROOM_BELOW
            : SequenceNumbers.extend(window.highest(), rtp.sequenceNumber());
    if (!window.add(index)) {
      counters.droppedDuplicate++;
      return false;
    }
    if (!retransmitted) {
      statistics.received(index - ROOM_BELOW, rtp.timestamp(), rtp.length(), nowNanos);
      if (delay != null) {
        delay.packet(statistics.transit(), nowNanos);
      }
    }
    if (nackList != null) {
      nackList.received(index, nowNanos);
    }
    PacketFacts facts = packet.facts();
    reader.read(rtp, index, facts);
    if (facts.isEmpty()) {
      counters.droppedPaddingOnly++;
    } else {
      counters.received++;
      lastPacket = nowNanos;
      measure(facts, rtp.length(), nowNanos);
    }
    packet.accepted(index, index < window.highest());
    if (video) {
      noteKeyFrame(packet);
    } else {
      noteLevel(packet, nowNanos);
    }
    if (gatheredCount == gathered.length) {
      gathered = Arrays.copyOf(gathered, gatheredCount * 2);
    }
    gathered[gatheredCount++] = packet;
    turn.take(this, gatheredCount == 1);
    return true;
  }

  private void measure(PacketFacts facts, int length, long nowNanos) {
    int spatial = facts.spatialId();
    if (spatial >= rates.length) {
      int known = rates.length;
      rates = Arrays.copyOf(rates, spatial + 1);
      for (int i = known; i <= spatial; i++) {
        rates[i] = new LayerRate();
      }
    }
    LayerRate rate = spatial == 0 ? smallest : rates[spatial];
    rate.add(facts.temporalId(), length + Line.OVERHEAD, nowNanos);
  }

  private void noteKeyFrame(MediaPacket packet) {
    if (packet.startsKeyFrame()) {
      keyFramePending = false;
      if (nackList != null) {
        nackList.keyFrame(packet.index());
      }
    }
    // A gap too large to ask for is given up at once, without any deadline.
    if (nackList != null && nackList.takeKeyFrameNeeded()) {
      keyFramePending = true;
    }
  }

  private void noteLevel(MediaPacket packet, long nowNanos) {
    RtpPacket rtp = packet.rtp();
    long at = rtp.extensionOffset(HeaderExtension.AUDIO_LEVEL);
    if (at >= 0) {
      int level = AudioLevel.level(Bytes.u8(rtp.memory(), at));
      if (!publication.isHeld()) {
        publication.activity().observe(level, rtp.timestamp());
      }
      if (!packet.isLate() && !publication.isHeld()) {
        publication.loudness().heard(level, nowNanos);
      }
    } else if (!packet.isLate() && rtp.payloadLength() > 0) {
      // With the last level it told it would fall silent for good.
      publication.loudness().unknown();
    }
  }

  /** Packets expected and lost since the last time, added to sums. */
  void takeLoss(long[] sums) {
    long expected = statistics.expected();
    long packets = statistics.packets();
    sums[0] += expected - expectedBefore;
    sums[1] += expected - expectedBefore - (packets - packetsBefore);
    expectedBefore = expected;
    packetsBefore = packets;
  }

  /** Forwards what the turn gathered, then keeps it for retransmission or gives the slots back. */
  void forward(long nowNanos) {
    Subscription[] subscriptions = publication.subscriptions();
    int count = publication.isHeld() ? 0 : publication.subscriptionCount();
    try {
      for (int s = 0; s < count; s++) {
        subscriptions[s].forward(this, gathered, gatheredCount, nowNanos);
      }
    } finally {
      for (int i = 0; i < gatheredCount; i++) {
        retire(gathered[i], nowNanos);
      }
      gatheredCount = 0;
    }
  }

  private void retire(MediaPacket packet, long nowNanos) {
    RtpPacket rtp = packet.rtp();
    // The pool must never run dry for receiving: stores stop growing when an eighth is left.
    // Padding is worth keeping only where it fills a number that subscribers wait for.
    // What is held back is not kept either, so that it can never be sent later.
    if (store != null && !publication.isHeld() && (rtp.payloadLength() > 0 || packet.isLate())) {
      if (turn.pool().available() > turn.pool().slots() / 8) {
        int start = (int) (rtp.offset() - SlotPool.offset(packet.slot()));
        store.put(packet.index(), packet.slot(), start, rtp.length(), nowNanos);
        return;
      }
      counters.storeRefusals++;
      store.expire(nowNanos);
    }
    turn.pool().release(packet.slot());
  }

  /** The layer's last second, or null when it keeps none. */
  @Nullable RetransmissionStore store() {
    return store;
  }

  /** A subscriber needs a key frame (RFC 4585 §6.3.1). Asked for now or as soon as it may be. */
  void requestKeyFrame(long nowNanos) {
    if (video) {
      keyFramePending = true;
      askForKeyFrame(nowNanos);
      publisher.reschedule(deadline());
    }
  }

  private void askForKeyFrame(long nowNanos) {
    if (keyFrameAsked && nowNanos - lastKeyFrameRequest < KEY_FRAME_INTERVAL_NANOS) {
      return;
    }
    if (publisher.sendKeyFrameRequest(ssrc)) {
      keyFrameAsked = true;
      lastKeyFrameRequest = nowNanos;
      counters.keyFrameRequestsSent++;
    }
  }

  /** Notes a sender report of the publisher (RFC 3550 §6.4.1). */
  void onSenderReport(long ntp, int rtpTimestamp, long nowNanos) {
    hasSenderReport = true;
    senderReportNtp = ntp;
    senderReportTimestamp = rtpTimestamp;
    senderReportArrival = nowNanos;
    statistics.senderReport(ntp, nowNanos);
    clock.onSenderReport(ntp, rtpTimestamp);
  }

  boolean hasSenderReport() {
    return hasSenderReport;
  }

  /** The publisher's wall clock now, as it reported it, in NTP format (RFC 3550 §4). */
  long ntpAt(long nowNanos) {
    long elapsed = nowNanos - senderReportArrival;
    long seconds = Math.floorDiv(elapsed, 1_000_000_000L);
    long rest = Math.floorMod(elapsed, 1_000_000_000L);
    return senderReportNtp + (seconds << 32) + (rest << 32) / 1_000_000_000L;
  }

  /** The RTP timestamp that belongs to {@link #ntpAt}. */
  int timestampAt(long nowNanos) {
    long elapsed = nowNanos - senderReportArrival;
    long ticks =
        Math.floorDiv(elapsed, 1_000_000_000L) * codec().clockRate()
            + Math.floorMod(elapsed, 1_000_000_000L) * codec().clockRate() / 1_000_000_000L;
    return (int) (senderReportTimestamp + ticks);
  }

  /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE}. */
  long deadline() {
    long next = nackList == null ? NEVER : nackList.deadline();
    if (keyFramePending) {
      next = Math.min(next, lastKeyFrameRequest + KEY_FRAME_INTERVAL_NANOS);
    }
    return next;
  }

  /** Asks the publisher again for what is missing, and for a key frame when that is hopeless. */
  void onDeadline(long nowNanos, int[] scratch) {
    if (nackList != null && nackList.deadline() <= nowNanos) {
      int missing = nackList.collect(nowNanos, publisher.rttNanos(nowNanos), scratch);
      if (missing > 0) {
        publisher.sendNack(ssrc, scratch, missing);
        counters.nackSent += missing;
      }
      if (nackList.takeKeyFrameNeeded() && video) {
        keyFramePending = true;
      }
    }
    if (keyFramePending) {
      askForKeyFrame(nowNanos);
    }
  }

  /** Called about once a second, whether packets come or not. */
  void tick(long nowNanos) {
    if (store != null) {
      store.expire(nowNanos);
    }
    standingNanos = delay == null ? 0 : delay.second();
    count();
  }

  /** How long what comes has stood in a queue of its publisher's line; of sound, else 0. */
  long standingNanos() {
    return standingNanos;
  }

  /** Tells what has come since the last time. */
  private void count() {
    long expected = statistics.expected();
    long lost = expected - statistics.packets();
    long moreExpected = Math.max(0, expected - expectedCounted);
    long moreLost = Math.max(0, lost - lostCounted);
    counters.expected += moreExpected;
    counters.lost += moreLost;
    publisher.record().received(moreExpected, moreLost);
    expectedCounted = Math.max(expectedCounted, expected);
    lostCounted = Math.max(lostCounted, lost);
  }

  /** Gives all slots back. Anything gathered in this turn is dropped. */
  void close() {
    count();
    for (int i = 0; i < gatheredCount; i++) {
      turn.pool().release(gathered[i].slot());
    }
    gatheredCount = 0;
    if (store != null) {
      store.clear();
    }
  }
}
