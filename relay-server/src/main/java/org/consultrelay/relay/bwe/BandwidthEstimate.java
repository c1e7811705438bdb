package org.consultrelay.relay.bwe;

import java.util.Locale;
import org.consultrelay.relay.rtp.TransportFeedback;

/**
 * How much one subscriber's line carries, as its sender judges by transport-wide feedback: Google
 * congestion control (draft-ietf-rmcat-gcc-02) by delay, by loss and by probes. REMB caps it, or
 * stands in where there is no feedback.
 *
 * <p>The owner tells of each packet sent and each report received, sends the probes that are due,
 * and calls {@link #onDeadline} at the {@link #deadline()}. One per transport; allocates nothing
 * once made.
 */
public final class BandwidthEstimate {
  /** What is sent before anything is known, in bits per second. */
  public static final long START_BITS = 300_000;

  /** The least that is ever allowed, in bits per second: audio. */
  public static final long MIN_BITS = 30_000;

  /** The most, in bits per second. */
  public static final long MAX_BITS = 20_000_000;

  private static final long DEFAULT_ROUND_TRIP = 200_000_000;
  private static final long EMPTY_NANOS = 10_000_000;
  private static final long RESTLESS_NANOS = 30_000_000;
  private static final long PROBE_SPREADS = 3;
  private static final long CALM_NANOS = 20_000_000;
  private static final double SATURATED = 0.8;
  private static final double RESTLESS_STEP = 1.2;
  private static final long LONG_QUEUE_NANOS = 60_000_000;
  private static final long LONG_QUEUE_FOR_NANOS = 300_000_000;
  private static final long LOWERED_NANOS = 700_000_000;
  private static final double SILENCE_FACTOR = 0.5;
  private static final double KILO = 1e3;
  private static final double MEGA = 1e6;
  private static final double MAX_INHERENT = 0.2;

  private final SentPackets packets = new SentPackets();
  private final ArrivalClock clock = new ArrivalClock();
  private final PacketGroups groups = new PacketGroups();
  private final DelayTrend trend = new DelayTrend();
  private final OveruseDetector detector = new OveruseDetector();
  private final QueueDelay queue = new QueueDelay();
  private final AcknowledgedRate acknowledged = new AcknowledgedRate();
  private final SendRate sendRate = new SendRate();
  private final DelayRate delayRate = new DelayRate(START_BITS, MIN_BITS, MAX_BITS);
  private final LossRate lossRate = new LossRate(MIN_BITS);
  private final Probes probes = new Probes();
  private final ProbeSchedule schedule = new ProbeSchedule(probes);
  private final FeedbackSilence silence = new FeedbackSilence();
  private final RembCap remb = new RembCap();
  private long roundTrip;
  private long feedbackRoundTrip = DEFAULT_ROUND_TRIP;
  private boolean anySent;
  private boolean overused;

  // What each packet asks of the probes and of the silence, kept where it is at hand: this object
  // is in the cache then, those are not.
  private int cluster;
  private boolean first = true;
  private long longQueueSince;

  /** An estimate that knows nothing yet. */
  public BandwidthEstimate() {}

  /**
   * A packet with a transport-wide number left. While a probe is under way, all that leaves is part
   * of it.
   *
   * @param sequence its number, of which 16 bits count
   * @param size its bytes on the wire, 0 to 65,535
   */
  public void onSent(int sequence, int size, long nowNanos) {
    if (!anySent) {
      anySent = true;
      schedule.start(START_BITS, nowNanos);
      sendRate.start(nowNanos);
      look();
    }
    if (first) {
      first = false;
      silence.sent(nowNanos);
    }
    packets.sent(sequence, size, nowNanos, cluster);
    if (cluster != 0) {
      probes.sent(size, nowNanos);
      cluster = probes.cluster();
    }
  }

  private void look() {
    cluster = probes.cluster();
    first = silence.waitsForPackets();
  }

  /** Takes a feedback that {@link TransportFeedback#read} accepted, from its first packet. */
  public void onFeedback(TransportFeedback feedback, long nowNanos) {
    double found = 0;
    double foundAt = 0;
    long newestSent = Long.MIN_VALUE;
    overused = false;
    while (feedback.next()) {
      int slot = packets.find(feedback.sequenceNumber());
      if (slot == SentPackets.NONE) {
        continue;
      }
      if (!feedback.received()) {
        if (packets.lose(slot, lossRate.window())) {
          lossRate.lost();
        }
        continue;
      }
      int window = packets.lostIn(slot);
      if (!packets.acknowledge(slot)) {
        continue;
      }
      if (window == SentPackets.NONE) {
        lossRate.received();
      } else {
        lossRate.recovered(window);
      }
      long arrival = clock.nanos(feedback.arrivalTicks());
      int size = packets.size(slot);
      long sentAt = packets.sentNanos(slot);
      newestSent = Math.max(newestSent, sentAt);
      acknowledged.add(size, arrival);
      judge(sentAt, arrival);
      if (packets.cluster(slot) != 0) {
        double rate = probes.received(packets.cluster(slot), size, sentAt, arrival);
        if (rate > 0) {
          found = rate;
          foundAt = probes.resultRate();
        }
      }
    }
    if (newestSent == Long.MIN_VALUE) {
      return;
    }
    hear(newestSent, found, foundAt, nowNanos);
    look();
  }

  private void hear(long newestSent, double found, double foundAt, long nowNanos) {
    feedbackRoundTrip += (nowNanos - newestSent - feedbackRoundTrip) / 8;
    double before = silence.heard(packets.bytesInFlight() > 0, nowNanos);
    if (before > 0) {
      schedule.recovered(before, nowNanos);
    }
    update(found, foundAt, nowNanos);
  }

  private void judge(long sentAt, long arrival) {
    queue.add(arrival - sentAt, arrival);
    if (groups.add(sentAt, arrival)) {
      trend.add(groups.sendDelta(), groups.arrivalDelta(), groups.arrival());
      detector.update(trend.value(), groups.arrival(), queue.stands());
      overused |= detector.use() == LineUse.OVERUSE;
    }
  }

  private void update(double found, double foundAt, long nowNanos) {
    double kept = 1 - Math.min(MAX_INHERENT, lossRate.inherent());
    double through = acknowledged.bitsPerSecond() / kept;
    boolean restless = queue.spreadNanos() > RESTLESS_NANOS;
    // Arrivals that wander in time make a short window's rate a matter of luck.
    double atOnce = restless ? 0 : acknowledged.recentBitsPerSecond() / kept;
    sendRate.update(packets.bytes(), target(), nowNanos);
    LineUse use = use(nowNanos);
    boolean wasDraining = delayRate.draining();
    delayRate.restless(restless, queue.spreadNanos());
    delayRate.update(
        use,
        through,
        Math.max(through, atOnce),
        sendRate.limited(),
        queue.standingNanos(),
        roundTripNanos(),
        nowNanos);
    if (wasDraining && !delayRate.draining() && delayRate.drainedInVain()) {
      queue.rebase();
    }
    lossRate.update(target(), acknowledged.bitsPerSecond(), lowered(nowNanos), nowNanos);
    if (found > 0) {
      if (found < SATURATED * foundAt
          && found > delayRate.target() / 2
          && queue.spreadNanos() < CALM_NANOS
          && queue.known()) {
        delayRate.saturated();
      }
      if (found > delayRate.target() && use != LineUse.OVERUSE) {
        double sure = restless ? Math.min(found, RESTLESS_STEP * delayRate.target()) : found;
        delayRate.found(sure);
        lossRate.found(sure);
      }
      schedule.found(found, foundAt, nowNanos);
    }
    boolean calm =
        use == LineUse.NORMAL && !queue.stands() && !lossRate.trying() && !delayRate.draining();
    probes.outlast(restless ? PROBE_SPREADS * queue.spreadNanos() : 0);
    schedule.update(target(), calm, sendRate.limited(), restless, nowNanos);
  }

  private LineUse use(long nowNanos) {
    LineUse use = overused ? LineUse.OVERUSE : detector.use();
    if (queue.standingNanos() < LONG_QUEUE_NANOS || delayRate.draining()) {
      longQueueSince = nowNanos;
    } else if (nowNanos - longQueueSince > LONG_QUEUE_FOR_NANOS) {
      // It grows too slowly for the trend to tell, or stands for long: it has to go all the same.
      longQueueSince = nowNanos;
      return LineUse.OVERUSE;
    }
    // Where there is no queue there is none to wait for.
    return use == LineUse.UNDERUSE && queue.standingNanos() < EMPTY_NANOS ? LineUse.NORMAL : use;
  }

  private boolean lowered(long nowNanos) {
    return delayRate.lastDecrease() != Long.MIN_VALUE
        && nowNanos - delayRate.lastDecrease() < LOWERED_NANOS + roundTripNanos();
  }

  /**
   * The receiver's own estimate (draft-alvestrand-rmcat-remb-03): a cap for ten seconds, and all
   * that there is before the first feedback.
   *
   * @param bitsPerSecond as it says, 0 or more
   */
  public void onRemb(long bitsPerSecond, long nowNanos) {
    double bits = Math.max(MIN_BITS, bitsPerSecond);
    remb.set(bits, nowNanos);
    if (!silence.anyFeedback()) {
      delayRate.found(bits);
    }
  }

  /** The round-trip time from RTCP reports, in nanoseconds, above 0. */
  public void onRoundTrip(long nanos) {
    roundTrip = nanos;
  }

  /** As reported; else the least that feedback leaves room for. In nanoseconds. */
  private long roundTripNanos() {
    return roundTrip > 0 ? Math.min(roundTrip, feedbackRoundTrip) : feedbackRoundTrip;
  }

  /** When {@link #onDeadline} is due; {@link Long#MAX_VALUE} for never. */
  public long deadline() {
    return Math.min(
        Math.min(probes.deadline(), schedule.deadline()),
        Math.min(silence.deadline(feedbackRoundTrip), remb.deadline()));
  }

  /** Does what is due: a probe begins, a silent receiver halves the rate, an old REMB goes. */
  public void onDeadline(long nowNanos) {
    remb.onDeadline(nowNanos);
    if (silence.isTooLong(delayRate.target(), packets.newestNanos(), feedbackRoundTrip, nowNanos)) {
      delayRate.lower(SILENCE_FACTOR * delayRate.target());
    }
    probes.onDeadline(nowNanos);
    schedule.onDeadline(nowNanos);
    look();
  }

  /**
   * The most that there would be to send, in bits per second, above 0: no probe looks for more.
   * Unlimited until told.
   */
  public void wanted(long bitsPerSecond) {
    schedule.wanted((double) bitsPerSecond);
  }

  /**
   * How many bytes of a probe should leave now, over and above what the pacer allows: packets that
   * wait, or else padding. 0 for no probe.
   */
  public int probeBytes(long nowNanos) {
    return probes.due(nowNanos);
  }

  /** How large a padding packet of the probe should be at most, in bytes, 200 or more. */
  public int probePacketBytes() {
    return probes.packetBytes();
  }

  /**
   * What the line is judged to carry, in bits per second: {@link #targetBitsPerSecond()}, but that
   * a queue that is being drained makes it no less.
   */
  public long lineBitsPerSecond() {
    return (long) target();
  }

  /** What may be sent, in bits per second, with all headers, between {@link #MIN_BITS} and max. */
  public long targetBitsPerSecond() {
    return (long) Math.max(MIN_BITS, Math.min(delayRate.current(), cap()));
  }

  private double target() {
    return Math.max(MIN_BITS, Math.min(delayRate.target(), cap()));
  }

  private double cap() {
    return Math.min(lossRate.limit(), remb.bitsPerSecond());
  }

  /** Whether a queue on the line is being drained: see {@link Pacer#target}. */
  public boolean draining() {
    return delayRate.draining();
  }

  /** What it knows, for people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.0f kbit/s by delay, %.0f by loss, %.0f came; queue %.0f ms, spread %.0f ms, loss"
            + " %.3f%s%s",
        delayRate.target() / KILO,
        lossRate.limit() / KILO,
        acknowledged.bitsPerSecond() / KILO,
        queue.standingNanos() / MEGA,
        queue.spreadNanos() / MEGA,
        lossRate.inherent(),
        draining() ? ", draining" : "",
        sendRate.limited() ? ", limited" : "");
  }
}
