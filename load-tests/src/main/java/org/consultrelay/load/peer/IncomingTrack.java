package org.consultrelay.load.peer;

import org.consultrelay.load.media.Stamp;
import org.consultrelay.load.media.StreamCheck;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.rtp.NackList;
import org.consultrelay.relay.rtp.ReceiveStatistics;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.RtxPayload;
import org.jspecify.annotations.Nullable;

/**
 * A track that a simulated participant plays: it judges every packet, asks for what is missing and
 * for key frames, and notes how long the first sound and the first picture took. Lives on the
 * peer's loop; allocates nothing per packet.
 */
public final class IncomingTrack {
  /** As a browser: not again within this time. */
  private static final long KEY_FRAME_INTERVAL_NANOS = 500_000_000L;

  private static final long NEVER = Long.MAX_VALUE;

  /** Receivers learn none from RTCP without extended reports (RFC 3611 §4.5). */
  private static final long UNKNOWN_ROUND_TRIP = -1;

  /** Hears of firsts, each once. On the loop. */
  public interface Firsts {
    /** The first packet has come. */
    void firstPacket(IncomingTrack track, long nowNanos);

    /** All of the first key frame has come. */
    void firstKeyFrame(IncomingTrack track, long nowNanos);
  }

  /**
   * What the answer says of the track.
   *
   * @param codec of the media
   * @param payloadType of the media
   * @param rtxPayloadType of retransmissions; -1: none
   * @param ssrc of the media; 0: not announced
   * @param rtxSsrc of retransmissions; 0: not announced
   */
  public record Format(Codec codec, int payloadType, int rtxPayloadType, int ssrc, int rtxSsrc) {}

  private final PeerMedia media;
  private final Format format;
  private final int publisher;
  private final Firsts firsts;
  private final StreamCheck check;
  private final ReceiveStatistics statistics;
  private final @Nullable NackList nacks;
  private final boolean video;
  private final FirstKeyFrame keyFrame = new FirstKeyFrame();
  private @Nullable SentSoFar sent;
  private long sentBefore;
  private int ssrc;
  private boolean begun;
  private boolean paused;
  private boolean started;
  private boolean keyFrameSeen;
  private long lastKeyFrameRequest;
  private boolean keyFrameAsked;

  /**
   * A track of which nothing has come.
   *
   * @param publisher whose stamps are right
   */
  IncomingTrack(PeerMedia media, Format format, int publisher, Firsts firsts) {
    this.media = media;
    this.format = format;
    this.publisher = publisher;
    this.firsts = firsts;
    this.ssrc = format.ssrc();
    this.video = format.codec().kind() == MediaKind.VIDEO;
    this.check = new StreamCheck(media.traffic().stamps(), format.codec(), publisher, true);
    this.statistics = new ReceiveStatistics(format.codec().clockRate());
    this.nacks = video && format.rtxPayloadType() >= 0 ? new NackList() : null;
  }

  /** What the answer says of it. */
  public Format format() {
    return format;
  }

  /** The connection stands: what the publisher sends from now on ought to come. */
  void begin() {
    begun = true;
    find();
    sentBefore = sent == null ? 0 : sent.count();
  }

  /** Some publishers are announced before they send: all of what they send ought to come. */
  private void find() {
    if (begun && sent == null) {
      sent = media.traffic().sent(publisher, video);
    }
  }

  StreamTotals totals(long nowNanos) {
    return StreamTotals.of(check, neverCame(nowNanos));
  }

  private long neverCame(long nowNanos) {
    find();
    SentSoFar known = sent;
    if (known == null || paused) {
      return 0;
    }
    // A gap in the numbers is found by what follows it; an end, or silence, only by the publisher.
    return Math.max(0, known.due(nowNanos) - Math.max(sentBefore, check.nextCounter()));
  }

  /** The other side said that it sends nothing of the track for now, or that it does again. */
  void paused(boolean now) {
    SentSoFar known = sent;
    if (paused && !now && known != null) {
      sentBefore = known.count();
    }
    paused = now;
  }

  /** A decrypted packet of this track, by itself or as a retransmission. */
  void onPacket(RtpPacket rtp, boolean retransmission, long nowNanos) {
    if (retransmission
        && (rtp.payloadLength() < RtxPayload.HEADER
            || !RtxPayload.restore(rtp, format.payloadType(), ssrc))) {
      return;
    }
    if (!retransmission) {
      ssrc = rtp.ssrc();
    }
    long extended;
    if (retransmission) {
      extended = check.extend(rtp.sequenceNumber());
    } else {
      extended = statistics.extend(rtp.sequenceNumber());
      statistics.received(extended, rtp.timestamp(), rtp.length(), nowNanos);
    }
    StreamCheck.Verdict verdict =
        check.received(
            extended, retransmission, rtp.memory(), rtp.payloadOffset(), rtp.payloadLength());
    if (nacks != null) {
      nacks.received(extended, nowNanos);
    }
    boolean good = verdict == StreamCheck.Verdict.FRESH || verdict == StreamCheck.Verdict.REPAIRED;
    if (!started && (good || verdict == StreamCheck.Verdict.UNSTAMPED)) {
      started = true;
      find();
      if (check.keyFrame()) {
        // It is coming: no need to ask for one yet.
        keyFrameAsked = true;
        lastKeyFrameRequest = nowNanos;
      }
      firsts.firstPacket(this, nowNanos);
    }
    if (good) {
      Stamp stamp = check.stamp();
      LoopTraffic traffic = media.traffic();
      LoopTraffic.record(traffic.latency(), nowNanos - stamp.sentNanos());
      LoopTraffic.record(traffic.corrected(), nowNanos - stamp.dueNanos());
      if (video
          && !keyFrameSeen
          && keyFrame.completes(rtp.timestamp(), extended, check.keyFrame(), rtp.marker())) {
        keyFrameSeen = true;
        firsts.firstKeyFrame(this, nowNanos);
      }
    }
    media.wakeAt(deadline());
  }

  /** When {@link #onDeadline} wants to be called. */
  long deadline() {
    long next = nacks == null ? NEVER : nacks.deadline();
    if (video && started && !keyFrameSeen) {
      next = Math.min(next, lastKeyFrameRequest + KEY_FRAME_INTERVAL_NANOS);
    }
    return next;
  }

  /** Asks for what is due. */
  void onDeadline(long nowNanos, int[] scratch) {
    boolean keyFrameNeeded = video && started && !keyFrameSeen;
    if (nacks != null) {
      int missing = nacks.collect(nowNanos, UNKNOWN_ROUND_TRIP, scratch);
      if (missing > 0) {
        media.sendNack(ssrc, scratch, missing);
      }
      keyFrameNeeded |= nacks.takeKeyFrameNeeded();
    }
    if (keyFrameNeeded
        && (!keyFrameAsked || nowNanos - lastKeyFrameRequest >= KEY_FRAME_INTERVAL_NANOS)) {
      keyFrameAsked = true;
      lastKeyFrameRequest = nowNanos;
      media.sendKeyFrameRequest(ssrc);
    }
  }

  void onSenderReport(long ntp, long nowNanos) {
    statistics.senderReport(ntp, nowNanos);
  }

  /** Appends the track's block to a receiver report (RFC 3550 §6.4.1). */
  void report(RtcpWriter rtcp, long nowNanos) {
    if (statistics.started()) {
      statistics.takeReport();
      rtcp.reportBlock(ssrc, statistics, nowNanos);
    }
  }
}
