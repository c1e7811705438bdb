package org.consultrelay.relay.sfu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntHashSet;
import org.consultrelay.relay.layers.PacketFacts;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.RedPayload;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.RtxPayload;

/**
 * One peer connection's media: the tracks it publishes, the tracks it subscribes to, and the RTCP
 * that goes with both. Belongs to one loop.
 */
public final class MediaEndpoint {
  /** Told when the endpoint wants to be called earlier than it said before. */
  @FunctionalInterface
  public interface Rescheduler {
    /** The endpoint's deadline is now {@code deadlineNanos} or earlier. */
    void reschedule(long deadlineNanos);
  }

  // What each packet asks for stands together: it is what has to come into the cache.
  private HeaderExtensionMap extensions;
  private final EndpointReports reports;
  private final StreamTable streams;
  private final ForwardingTurn turn;
  private final MediaOutlet outlet;
  private final Rescheduler rescheduler;
  private final List<Publication> publications = new ArrayList<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final Int2ObjectHashMap<Subscription> subscriptionsBySsrc = new Int2ObjectHashMap<>();
  private final IntHashSet usedSsrcs = new IntHashSet();
  private final RtcpReader rtcp = new RtcpReader();
  private final RtpPacket scratchPacket = new RtpPacket();
  private final PacketFacts scratchFacts = new PacketFacts();
  private final RandomGenerator random;
  private final int[] scratch = new int[64];
  private final BitrateAllocator allocator = new BitrateAllocator();
  private final Line line = new Line();
  private final PacedPackets paced = new PacedPackets();
  private final LoudestTracks loudest = new LoudestTracks();
  private final LineRecord record = new LineRecord();
  private final UplinkWatch uplink = new UplinkWatch();
  private int capSeen;
  private long lastRttNanos;
  private long nextAllocation = Long.MAX_VALUE;
  private long toldDeadline = Long.MAX_VALUE;

  /**
   * An endpoint without tracks.
   *
   * @param turn the loop's turn
   * @param outlet where its packets leave
   * @param rescheduler told of earlier deadlines
   * @param random for SSRCs and first sequence numbers
   * @param cname the canonical name in our SDES (RFC 7022)
   */
  public MediaEndpoint(
      ForwardingTurn turn,
      MediaOutlet outlet,
      Rescheduler rescheduler,
      RandomGenerator random,
      String cname) {
    this.turn = turn;
    this.outlet = outlet;
    this.rescheduler = rescheduler;
    this.random = random;
    this.extensions = HeaderExtensionMap.EMPTY;
    this.streams = new StreamTable(this, publications, turn);
    this.reports = new EndpointReports(this, outlet, random.nextInt(), cname);
  }

  /**
   * What the session negotiated for all of its tracks.
   *
   * @param negotiated the extension ids of the bundle, as offered
   * @param reducedSize whether RTCP may go without a report in front (RFC 5506)
   * @param remb whether the peer wants a REMB to send at full rate, having no transport-cc
   */
  public void negotiated(HeaderExtensionMap negotiated, boolean reducedSize, boolean remb) {
    this.extensions = negotiated;
    reports.negotiated(reducedSize, remb);
  }

  /** Adds a track that the peer publishes. */
  public Publication publish(ReceiveParameters parameters) {
    Publication publication = new Publication(this, parameters);
    publications.add(publication);
    return publication;
  }

  /** The peer publishes a track no more: those who subscribe to it get nothing more of it. */
  public void unpublish(Publication publication, long nowNanos) {
    if (publications.remove(publication)) {
      streams.remove(publication, nowNanos);
      publication.close();
    }
  }

  /**
   * Subscribes the peer to a track of another endpoint on the same loop.
   *
   * @throws IllegalArgumentException when one of the SSRCs has been sent with before: numbers that
   *     begin anew under one key would be nonces used twice (RFC 3711 §9.1)
   */
  public Subscription subscribe(Publication publication, SendParameters parameters) {
    claimSsrc(parameters.ssrc());
    if (parameters.rtxPayloadType() >= 0) {
      claimSsrc(parameters.rtxSsrc());
    }
    // Below 2^15, so that the roll-over counter is not in doubt in the first packets.
    long firstIndex = 1L + random.nextInt(0x7FFE);
    Subscription subscription = new Subscription(publication, this, parameters, firstIndex);
    subscriptions.add(subscription);
    subscriptionsBySsrc.put(parameters.ssrc(), subscription);
    publication.add(subscription);
    return subscription;
  }

  private void claimSsrc(int ssrc) {
    if (!usedSsrcs.add(ssrc)) {
      throw new IllegalArgumentException("SSRC " + Integer.toUnsignedString(ssrc) + " was used");
    }
  }

  /** The tracks that the peer publishes. */
  public List<Publication> publications() {
    return publications;
  }

  /**
   * An authenticated RTP packet of the peer.
   *
   * @param packet the flyweight that {@link ForwardingTurn#next} gave, parsed and decrypted
   * @return true when the packet's slot is the endpoint's from now on
   */
  public boolean onRtp(MediaPacket packet, long nowNanos) {
    RtpPacket rtp = packet.rtp();
    rtp.indexExtensions(extensions);
    reports.onTransportSequence(rtp, nowNanos);
    int ssrc = rtp.ssrc();
    Layer layer = streams.media(ssrc);
    Layer repaired = layer == null ? streams.repaired(ssrc) : null;
    if (layer == null && repaired == null) {
      streams.bind(rtp, nowNanos);
      layer = streams.media(ssrc);
      repaired = streams.repaired(ssrc);
    }
    boolean taken = false;
    long deadline = reports.deadline();
    if (layer != null) {
      taken = onMedia(layer, packet, nowNanos);
      deadline = Math.min(deadline, layer.deadline());
    } else if (repaired != null) {
      taken = onRetransmission(repaired, packet, nowNanos);
      deadline = Math.min(deadline, repaired.deadline());
    } else {
      counters().droppedUnknownStream++;
    }
    reschedule(deadline);
    return taken;
  }

  private boolean onMedia(Layer layer, MediaPacket packet, long nowNanos) {
    RtpPacket rtp = packet.rtp();
    if (rtp.payloadType() != layer.payloadType()
        && !isSound(rtp, layer.publication().parameters())) {
      counters().droppedPayloadType++;
      return false;
    }
    return layer.onRtp(packet, false, nowNanos);
  }

  private static boolean isSound(RtpPacket rtp, ReceiveParameters parameters) {
    // Nobody must have to look again whether its blocks are within it.
    return parameters.isMedia(rtp.payloadType())
        && (rtp.payloadLength() == 0
            || RedPayload.primaryOffset(rtp.memory(), rtp.payloadOffset(), rtp.payloadLength())
                >= 0);
  }

  private boolean onRetransmission(Layer layer, MediaPacket packet, long nowNanos) {
    RtpPacket rtp = packet.rtp();
    // Padding on the retransmission stream is how browsers probe: nothing to recover.
    if (rtp.payloadLength() < RtxPayload.HEADER) {
      counters().droppedPaddingOnly++;
      return false;
    }
    ReceiveParameters parameters = layer.publication().parameters();
    if (rtp.payloadType() != parameters.rtxPayloadType()) {
      counters().droppedPayloadType++;
      return false;
    }
    if (!RtxPayload.restore(rtp, parameters.payloadType(), layer.ssrc())) {
      counters().droppedPayloadType++;
      return false;
    }
    rtp.indexExtensions(extensions);
    if (!layer.onRtp(packet, true, nowNanos)) {
      return false;
    }
    counters().recovered++;
    return true;
  }

  /** An authenticated RTCP packet of the peer, compound or reduced-size. */
  public void onRtcp(MemorySegment memory, long offset, int length, long nowNanos) {
    if (!rtcp.wrap(memory, offset, length)) {
      counters().droppedRtcp++;
      return;
    }
    counters().rtcpReceived++;
    while (rtcp.next()) {
      switch (rtcp.type()) {
        case SENDER_REPORT -> {
          Layer layer = streams.media(rtcp.senderSsrc());
          if (layer != null) {
            layer.onSenderReport(rtcp.ntpTimestamp(), rtcp.rtpTimestamp(), nowNanos);
          }
          onReportBlocks(nowNanos);
        }
        case RECEIVER_REPORT -> onReportBlocks(nowNanos);
        case NACK -> {
          Subscription subscription = subscriptionsBySsrc.get(rtcp.mediaSsrc());
          if (subscription != null) {
            subscription.onNack(rtcp, nowNanos);
          }
        }
        case PLI -> {
          Subscription subscription = subscriptionsBySsrc.get(rtcp.mediaSsrc());
          if (subscription != null) {
            subscription.onKeyFrameRequest(nowNanos);
          }
        }
        case FIR -> {
          for (int i = 0; i < rtcp.firCount(); i++) {
            Subscription subscription = subscriptionsBySsrc.get(rtcp.firSsrc(i));
            if (subscription != null) {
              subscription.onKeyFrameRequest(nowNanos);
            }
          }
        }
        case TRANSPORT_FEEDBACK -> onFeedback(nowNanos);
        case REMB -> onRemb(nowNanos);
        case MALFORMED -> counters().droppedRtcp++;
        default -> {
          // SDES and BYE.
        }
      }
    }
  }

  private void onReportBlocks(long nowNanos) {
    for (int i = 0; i < rtcp.reportCount(); i++) {
      Subscription subscription = subscriptionsBySsrc.get(rtcp.reportSsrc(i));
      if (subscription != null) {
        subscription.onReport(rtcp, i, nowNanos);
        int lost = subscription.sender().takeNewlyLost();
        counters().reportedLost += lost;
        record.reportedLost(lost);
        long rtt = subscription.sender().rttNanos(nowNanos);
        if (rtt > 0) {
          lastRttNanos = rtt;
          line.onRoundTrip(rtt);
        }
      }
    }
  }

  private void onFeedback(long nowNanos) {
    long before = line.bitsPerSecond();
    if (!line.onFeedback(rtcp, nowNanos)) {
      counters().droppedRtcp++;
      return;
    }
    counters().feedbackReceived++;
    if (line.bitsPerSecond() < before) {
      allocate(nowNanos); // what was too much must not wait
    } else {
      pace(nowNanos);
    }
    reschedule(line.deadline());
  }

  private void onRemb(long nowNanos) {
    long before = line.bitsPerSecond();
    line.onRemb(rtcp.rembBitrate(), nowNanos);
    if (line.bitsPerSecond() < before) {
      allocate(nowNanos);
    }
  }

  /** Shares what the line carries among what is sent. */
  private void allocate(long nowNanos) {
    if (capSeen != videoCap().number()) {
      capSeen = videoCap().number();
      for (int i = 0; i < subscriptions.size(); i++) {
        // What nobody gets need not be sent here either.
        subscriptions.get(i).publication().demandChanged();
      }
    }
    allocator.allocate(subscriptions, line.bitsPerSecond(), videoCap().isDark(), nowNanos);
    line.wanted(allocator.wantedBits());
    pace(nowNanos);
    nextAllocation = nowNanos + allocator.interval();
  }

  private void pace(long nowNanos) {
    paced.line(
        allocator.isNarrow() || line.isDraining(),
        line.targetBitsPerSecond(),
        line.isDraining(),
        nowNanos);
  }

  PacedPackets paced() {
    return paced;
  }

  /** There is a video to be given its share, or one that wants another. */
  void reallocate(long nowNanos) {
    nextAllocation = nowNanos;
    reschedule(nowNanos);
  }

  private void probe(long nowNanos) {
    int bytes = line.probeBytes(nowNanos);
    for (int i = 0; i < subscriptions.size() && bytes > 0; i++) {
      bytes -= subscriptions.get(i).probe(bytes, nowNanos);
    }
  }

  /** The outlet has opened: keys are agreed. Subscriptions ask for what they start with. */
  public void onOutletOpen(long nowNanos) {
    reports.start(nowNanos);
    for (int i = 0; i < subscriptions.size(); i++) {
      subscriptions.get(i).onOutletOpen(nowNanos);
    }
    rescheduler.reschedule(deadline());
  }

  /**
   * When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never, as while nothing
   * can be sent.
   */
  public long deadline() {
    toldDeadline = Long.MAX_VALUE;
    if (!outlet.isOpen()) {
      return Long.MAX_VALUE;
    }
    long next =
        Math.min(
            reports.deadline(),
            Math.min(Math.min(line.deadline(), paced.deadline()), nextAllocation));
    List<Layer> layers = layers();
    for (int i = 0; i < layers.size(); i++) {
      next = Math.min(next, layers.get(i).deadline());
    }
    toldDeadline = next;
    return next;
  }

  /** Does what is due: retransmission requests, key frame requests, reports. */
  public void onDeadline(long nowNanos) {
    toldDeadline = Long.MAX_VALUE;
    List<Layer> layers = layers();
    // What cannot be sent is not due either: it would count as tried.
    if (outlet.isOpen()) {
      for (int i = 0; i < layers.size(); i++) {
        layers.get(i).onDeadline(nowNanos, scratch);
      }
      if (line.deadline() <= nowNanos) {
        line.onDeadline(nowNanos);
        probe(nowNanos);
      }
      if (paced.deadline() <= nowNanos) {
        paced.send(nowNanos);
      }
      if (nextAllocation <= nowNanos) {
        allocate(nowNanos);
      }
      if (reports.onDeadline(nowNanos)) {
        for (int i = 0; i < layers.size(); i++) {
          layers.get(i).tick(nowNanos);
        }
        uplink.second(record, layers, publications, videoCap().number() > 0, nowNanos);
        sample(nowNanos);
      }
    }
  }

  /** Ends the endpoint: its subscriptions, its publications and those who subscribe to them. */
  public void close() {
    for (Subscription subscription : List.copyOf(subscriptions)) {
      subscription.close();
    }
    for (Publication publication : publications) {
      publication.close();
    }
    streams.close();
    paced.clear();
    publications.clear();
  }

  /**
   * Sends the peer no more than so many audio tracks at a time: the loudest, by what their senders
   * say of each packet (RFC 6464). Those that say nothing come on top.
   *
   * @param tracks 0 for all
   */
  public void limitAudio(int tracks) {
    loudest.limit(tracks);
  }

  /** How many audio tracks the peer is sent at a time; 0 for all. */
  public int audioLimit() {
    return loudest.limit();
  }

  LoudestTracks loudest() {
    return loudest;
  }

  void remove(Subscription subscription) {
    loudest.remove(subscription);
    record.sent(subscription.sender().takeNewlySent());
    subscriptions.remove(subscription);
    subscriptionsBySsrc.remove(subscription.parameters().ssrc());
  }

  boolean sendKeyFrameRequest(int mediaSsrc) {
    return reports.sendPli(mediaSsrc);
  }

  void sendNack(int mediaSsrc, int[] sequenceNumbers, int count) {
    reports.sendNack(mediaSsrc, sequenceNumbers, count);
  }

  void reschedule(long deadlineNanos) {
    if (deadlineNanos < toldDeadline && outlet.isOpen()) {
      toldDeadline = deadlineNanos;
      rescheduler.reschedule(deadlineNanos);
    }
  }

  /** What was measured of the peer's line since the last time. */
  public LinkReport takeLinkReport(long nowNanos) {
    long[] up = new long[2];
    long[] down = new long[2];
    layers().forEach(layer -> layer.takeLoss(up));
    for (Subscription subscription : subscriptions) {
      subscription.sender().takeLoss(down);
    }
    return new LinkReport(up[0], Math.max(0, up[1]), down[0], down[1], knownRttNanos(nowNanos));
  }

  /**
   * The round-trip time to the peer, in nanoseconds; the last one while it is not known, and a
   * guess when it never was.
   */
  long rttNanos(long nowNanos) {
    long rtt = knownRttNanos(nowNanos);
    if (rtt == 0) {
      rtt = lastRttNanos;
    }
    return rtt == 0 ? 100_000_000L : rtt;
  }

  /** The round-trip time to the peer as of late, in nanoseconds; 0 while it is not known. */
  long knownRttNanos(long nowNanos) {
    long rtt = 0;
    for (int i = 0; i < subscriptions.size(); i++) {
      rtt = Math.max(rtt, subscriptions.get(i).sender().rttNanos(nowNanos));
    }
    return rtt;
  }

  /** For those who look at all lines together. */
  private void sample(long nowNanos) {
    record.second(this, nowNanos);
    long bits = line.bitsPerSecond();
    if (bits != Long.MAX_VALUE) {
      counters().lines.add(bits);
    }
    long rtt = knownRttNanos(nowNanos);
    if (rtt > 0) {
      counters().roundTrips.add(rtt);
    }
  }

  /** What the connection was like until now, or until it was closed. */
  public LineSummary summary() {
    return record.summary();
  }

  /**
   * The media at this moment; it takes as long as there are tracks to show.
   *
   * @param most how many tracks to show each way
   */
  public EndpointView view(int most, long nowNanos) {
    return EndpointView.of(this, most, nowNanos);
  }

  LineRecord record() {
    return record;
  }

  VideoCap videoCap() {
    return turn.videoCap();
  }

  MediaCounters counters() {
    return turn.counters();
  }

  Line line() {
    return line;
  }

  MediaOutlet outlet() {
    return outlet;
  }

  RtpHeaderWriter headerWriter() {
    return turn.headerWriter();
  }

  HeaderExtensionMap extensions() {
    return extensions;
  }

  PacketFacts scratchFacts() {
    return scratchFacts;
  }

  RtpPacket scratchPacket() {
    return scratchPacket;
  }

  List<Layer> layers() {
    return streams.layers();
  }

  List<Subscription> subscriptions() {
    return subscriptions;
  }
}
