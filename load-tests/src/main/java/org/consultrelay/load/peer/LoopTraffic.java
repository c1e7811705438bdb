package org.consultrelay.load.peer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.SingleWriterRecorder;
import org.consultrelay.load.media.StampReader;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/**
 * What the peers of one loop share: counts, histograms, flyweights, and the streams that are being
 * played. Belongs to the loop, except where a method says so.
 */
public final class LoopTraffic {
  private static final long HIGHEST_MICROS = 60_000_000;
  private static final int DIGITS = 3;

  private final MediaLoop loop;
  private final TrafficCounters counters = new TrafficCounters();
  private final SingleWriterRecorder latency = recorder();
  private final SingleWriterRecorder corrected = recorder();
  private final SingleWriterRecorder lateness = recorder();
  private final StampReader stamps = new StampReader();
  private final RtpPacket rtp = new RtpPacket();
  private final List<IncomingTrack> playing = new ArrayList<>();
  private final Map<Long, SentSoFar> publishing = new HashMap<>();
  private final SplittableRandom random;
  private final double loss;
  private StreamTotals ended = StreamTotals.NONE;

  /**
   * An empty one.
   *
   * @param loss share of media packets that are thrown away, each way, 0 to 1
   * @param seed for which
   */
  public LoopTraffic(MediaLoop loop, double loss, long seed) {
    this.loop = loop;
    this.loss = loss;
    this.random = new SplittableRandom(seed);
  }

  private static SingleWriterRecorder recorder() {
    return new SingleWriterRecorder(HIGHEST_MICROS, DIGITS);
  }

  /** The loop. Any thread. */
  public MediaLoop loop() {
    return loop;
  }

  /** Any thread may read. */
  public TrafficCounters counters() {
    return counters;
  }

  /** Microseconds from a packet's sending to its arrival. Any thread may take intervals. */
  public SingleWriterRecorder latency() {
    return latency;
  }

  /**
   * Microseconds from when a packet was due to its arrival: what a tester that is late itself must
   * not hide (coordinated omission). Any thread may take intervals.
   */
  public SingleWriterRecorder corrected() {
    return corrected;
  }

  /** Microseconds by which packets were sent late. Any thread may take intervals. */
  public SingleWriterRecorder lateness() {
    return lateness;
  }

  /** Records a span, clamped to what the histograms hold. Allocates nothing. */
  static void record(SingleWriterRecorder into, long nanos) {
    into.recordValue(Math.clamp(nanos / 1_000, 0, HIGHEST_MICROS));
  }

  StampReader stamps() {
    return stamps;
  }

  RtpPacket rtp() {
    return rtp;
  }

  /** Whether the next media packet is to be lost. */
  boolean throwsAway() {
    if (loss > 0 && random.nextDouble() < loss) {
      counters.thrownAway++;
      return true;
    }
    return false;
  }

  void publishes(int publisher, boolean video, SentSoFar sent) {
    publishing.put(key(publisher, video), sent);
  }

  void publishesNoMore(int publisher, boolean video) {
    publishing.remove(key(publisher, video));
  }

  /** What a publisher has sent, if they publish on this loop. */
  @Nullable SentSoFar sent(int publisher, boolean video) {
    return publishing.get(key(publisher, video));
  }

  private static long key(int publisher, boolean video) {
    return (long) publisher << 1 | (video ? 1 : 0);
  }

  void plays(IncomingTrack track) {
    playing.add(track);
  }

  void playsNoMore(IncomingTrack track) {
    if (playing.remove(track)) {
      ended = ended.plus(track.totals(loop.nowNanos()));
    }
  }

  /** What all streams so far add up to. */
  public StreamTotals totals() {
    StreamTotals sum = ended;
    for (IncomingTrack track : playing) {
      sum = sum.plus(track.totals(loop.nowNanos()));
    }
    return sum;
  }
}
