package org.consultrelay.relay.sfu;

import org.consultrelay.relay.layers.PacketFacts;
import org.consultrelay.relay.layers.StreamSwitch;
import org.consultrelay.relay.layers.Verdict;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/**
 * One track on its way to one subscriber: its own SSRC, an unbroken sequence whichever of the
 * track's streams and layers it is made of, the subscriber's payload types and extension ids, and
 * retransmission when the subscriber misses something.
 */
public final class Subscription {
  /** Hears of a video that is not sent for want of a line that carries it. */
  @FunctionalInterface
  public interface StallListener {
    /** From now on nothing is sent, or something again. */
    void stalled(boolean stalled);
  }

  private final Publication publication;
  private final MediaEndpoint subscriber;
  private final MediaOutlet outlet;
  private final PacedPackets paced;
  private final MediaCounters counters;
  private final SendParameters parameters;
  private final boolean video;
  private final StreamSwitch streams;
  private final long firstIndex;
  private final VideoShare share;
  private final SenderState state = new SenderState();
  private final @Nullable AudioRedundancy redundancy;
  private final PacketSender sender;
  private final Resends resends;
  private final @Nullable VideoFlow flow;
  private StallListener stalls = _ -> {};
  private final VideoCap cap;
  private int capSeen;
  private int waiting;
  private boolean pausable;
  private boolean stalled;
  private boolean paused;
  private boolean closed;

  Subscription(
      Publication publication,
      MediaEndpoint subscriber,
      SendParameters parameters,
      long firstIndex) {
    Codec codec = publication.parameters().codec();
    this.publication = publication;
    this.subscriber = subscriber;
    this.outlet = subscriber.outlet();
    this.paced = subscriber.paced();
    this.counters = subscriber.counters();
    this.cap = subscriber.videoCap();
    this.parameters = parameters;
    this.video = codec.kind() == MediaKind.VIDEO;
    this.firstIndex = firstIndex;
    this.streams = new StreamSwitch(codec, publication.isLayered(), firstIndex);
    this.share = new VideoShare(publication, streams, subscriber.videoCap());
    this.flow =
        video
            ? new VideoFlow(counters, subscriber.record(), !publication.parameters().sharpness())
            : null;
    this.redundancy =
        !video && AudioRedundancy.concerns(publication.parameters(), parameters)
            ? new AudioRedundancy(publication.parameters(), parameters)
            : null;
    this.sender =
        new PacketSender(subscriber, parameters, streams, redundancy, firstIndex ^ 0x2AAA);
    this.resends = new Resends(publication, subscriber, streams, sender, state);
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
    return state;
  }

  /** The round-trip time to the subscriber in nanoseconds, as it last reported; 0 while unknown. */
  public long roundTripNanos() {
    return state.rttNanos();
  }

  /** The stream that goes out now, or null. */
  @Nullable Layer current() {
    return streams.source() < 0 ? null : publication.layer(streams.source());
  }

  /** The size of the video that goes out now, 0 for the smallest; -1 while there is none. */
  int sentSize() {
    return video && !paused && !publication.isHeld() && !share.isStalled() ? streams.spatial() : -1;
  }

  /** The frame rate that goes out now, 0 for the lowest, as far as has been seen. */
  int sentFrameRate() {
    int spatial = Math.max(0, streams.spatial());
    return Math.min(streams.temporal(), publication.temporalLayers(spatial) - 1);
  }

  /** What outgoing timestamps are ahead of those of the {@link #current()} stream. */
  int timestampOffset() {
    return streams.timestampOffset();
  }

  /** One of the track's streams begins: a video is to be given its share of the line. */
  void begins(long nowNanos) {
    if (video && outlet.isOpen()) {
      subscriber.reallocate(nowNanos);
    }
  }

  /** Another stream takes the place of one of the track's. */
  void replaced(int place) {
    streams.replaceSource(place);
  }

  // ---- packets

  /** Forwards what a stream gathered in this turn. */
  void forward(Layer layer, MediaPacket[] packets, int count, long nowNanos) {
    if (video && capSeen != cap.number()) {
      capSeen = cap.number();
      subscriber.reallocate(nowNanos);
    }
    if (closed || paused || publication.isHeld() || stalled || !outlet.isOpen()) {
      return;
    }
    if (!video && !isAmongLoudest(count, nowNanos)) {
      return;
    }
    streams.setAvailable(publication.flowing(nowNanos));
    long before = state.packets();
    for (int i = 0; i < count; i++) {
      MediaPacket packet = packets[i];
      int era = streams.eraNumber();
      boolean sent = forward(layer, packet.rtp(), packet.facts(), nowNanos);
      if (!sent && packet.isLate() && layer.place() == streams.source()) {
        layer.counters().droppedLate++;
      }
      if (packet.isLate() && streams.eraNumber() != era) {
        catchUp(layer, packets, i, nowNanos);
      }
    }
    if (flow != null) {
      flow.offered(nowNanos);
      if (state.packets() != before) {
        flow.sent(streams.spatial(), nowNanos);
      }
      int wanted = streams.keyFrameWanted();
      if (wanted >= 0) {
        publication.requestKeyFrame(wanted, nowNanos);
      }
      long due = paced.deadline();
      if (due != Long.MAX_VALUE) {
        subscriber.reschedule(due);
      }
    }
  }

  private boolean isAmongLoudest(int packets, long nowNanos) {
    switch (subscriber.loudest().place(this, nowNanos)) {
      case KEPT -> {}
      case TAKEN -> counters.loudestChanges++;
      case NONE -> {
        counters.leftOutQuiet += packets;
        // What is left out is no gap: numbers go on where they stopped, timestamps tell the pause.
        streams.resume();
        return false;
      }
    }
    return true;
  }

  private boolean forward(Layer layer, RtpPacket rtp, PacketFacts facts, long nowNanos) {
    Verdict verdict = streams.decide(layer.place(), facts, layer.clock(), nowNanos);
    if (verdict == Verdict.DROP) {
      return false;
    }
    boolean fills = verdict == Verdict.FILL;
    if (!video) {
      paced.sentBeside(rtp.payloadLength() + Line.OVERHEAD, nowNanos);
    } else if (paced.waits(
        this, (int) streams.out() & 0xFFFF, rtp.payloadLength() + Line.OVERHEAD, nowNanos)) {
      waiting++;
      return true;
    }
    send(rtp, facts, fills, nowNanos);
    return true;
  }

  private void send(RtpPacket rtp, PacketFacts facts, boolean fills, long nowNanos) {
    state.sent(sender.send(rtp, facts, fills, nowNanos));
    counters.forwarded++;
  }

  /** The turn of a packet has come that waited for the line. */
  void sendWaiting(int number, long nowNanos) {
    waiting--;
    RtpPacket rtp = subscriber.scratchPacket();
    PacketFacts facts = subscriber.scratchFacts();
    if (closed || !outlet.isOpen()) {
      return;
    }
    Verdict verdict = resends.find(number, rtp, facts);
    if (verdict == Verdict.DROP) {
      counters.droppedWaiting++;
    } else {
      send(rtp, facts, verdict == Verdict.FILL, nowNanos);
    }
  }

  /** What belongs behind the packet that we start at, but came before it: now it can be used. */
  private void catchUp(Layer layer, MediaPacket[] packets, int late, long nowNanos) {
    RetransmissionStore store = layer.store();
    long first = packets[late].index();
    if (store != null) {
      RtpPacket stored = subscriber.scratchPacket();
      PacketFacts facts = subscriber.scratchFacts();
      for (long index = first + 1; index <= store.newest(); index++) {
        if (store.read(index, stored)) {
          stored.indexExtensions(publication.publisher().extensions());
          layer.reader().readAgain(stored, index, facts);
          forward(layer, stored, facts, nowNanos);
        }
      }
    }
    for (int i = 0; i < late; i++) {
      if (packets[i].index() > first && packets[i].rtp().payloadLength() > 0) {
        forward(layer, packets[i].rtp(), packets[i].facts(), nowNanos);
      }
    }
  }

  /** The subscriber reports on the stream, in block {@code i} of a report (RFC 3550 §6.4.1). */
  void onReport(RtcpReader report, int i, long nowNanos) {
    // Numbers kept for what never reached us are no loss on the way from here; what waits for the
    // line still leaves.
    long holes = streams.highestOut() - firstIndex + 1 - state.packets() - waiting;
    state.onReport(report, i, holes, nowNanos);
    if (redundancy != null) {
      redundancy.report(state.fractionLost(), nowNanos);
    }
  }

  /** Answers a generic NACK of the subscriber (RFC 4585 §6.2.1). */
  void onNack(RtcpReader nack, long nowNanos) {
    if (outlet.isOpen()) {
      resends.onNack(nack, nowNanos);
    }
  }

  /** Sends about so many bytes again to see what the line carries; returns how many it were. */
  int probe(int bytes, long nowNanos) {
    return closed || !video ? 0 : resends.probe(bytes, nowNanos);
  }

  // ---- how much of it is sent

  /** What is wanted of it; less may be sent. */
  public void wish(VideoWish wanted, long nowNanos) {
    if (share.wish(wanted)) {
      publication.demandChanged();
      subscriber.reallocate(nowNanos);
    }
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
  public boolean isStalled() {
    return share.isStalled();
  }

  boolean mayBeStalled() {
    return pausable;
  }

  VideoShare share() {
    return share;
  }

  int rank() {
    return share.wish().rank();
  }

  /** Whether there is a video to give a share of the line to. */
  boolean wantsVideo() {
    return video && !closed && !paused && !publication.isHeld() && publication.hasMedia();
  }

  /** What this audio takes, in bits a second. */
  long audioBits(long nowNanos) {
    int times = redundancy == null ? 1 : 1 + redundancy.blocksWanted();
    boolean none =
        video || closed || paused || publication.isHeld() || !subscriber.loudest().includes(this);
    return none ? 0 : times * publication.bits(0, 0, nowNanos);
  }

  /**
   * From now on this step is sent, or nothing for {@link VideoShare#NO_STEP}.
   *
   * @param dark whether nothing is sent for want of time on this loop
   */
  void assign(int step, boolean dark, long nowNanos) {
    if (step == VideoShare.NO_STEP) {
      stalled = true;
      if (share.stall(dark, nowNanos)) {
        if (flow != null) {
          flow.stalled(true);
        }
        stalls.stalled(true);
      }
      return;
    }
    stalled = false;
    if (share.assign(step, nowNanos)) {
      streams.resume();
      if (flow != null) {
        flow.stalled(false);
      }
      stalls.stalled(false);
    }
    int wanted = streams.keyFrameWanted();
    if (wanted >= 0 && outlet.isOpen()) {
      publication.requestKeyFrame(wanted, nowNanos);
    }
  }

  /** The subscriber's decoder lost its way (PLI or FIR). */
  void onKeyFrameRequest(long nowNanos) {
    counters.keyFrameRequestsReceived++;
    publication.requestKeyFrame(
        streams.source() >= 0 ? streams.source() : streams.wantedSource(), nowNanos);
  }

  /** Stops sending, or goes on where the publisher is by then; the subscription stays. */
  public void setPaused(boolean pause, long nowNanos) {
    if (paused != pause) {
      paused = pause;
      interrupted(pause, nowNanos);
    }
  }

  /** The same, for all subscribers of the track. */
  void heldBack(boolean back, long nowNanos) {
    if (!paused) {
      interrupted(back, nowNanos);
    }
  }

  private void interrupted(boolean begins, long nowNanos) {
    if (!begins) {
      // What was left out is no gap: the subscriber's decoder begins anew at a key frame.
      streams.resume();
      publication.requestKeyFrame(streams.wantedSource(), nowNanos);
    }
    subscriber.loudest().remove(this);
    if (flow != null) {
      flow.interrupted();
    }
    publication.demandChanged();
    subscriber.reallocate(nowNanos);
  }

  /** Whether it is paused. */
  public boolean isPaused() {
    return paused;
  }

  /** The subscription can carry media now: a video needs a key frame to start with. */
  public void onOutletOpen(long nowNanos) {
    if (video) {
      subscriber.reallocate(nowNanos);
      if (streams.source() < 0) {
        publication.requestKeyFrame(streams.wantedSource(), nowNanos);
      }
    }
  }

  /** Ends the subscription; nothing more is sent. */
  public void close() {
    if (!closed) {
      closed = true;
      if (flow != null) {
        flow.closed();
      }
      publication.remove(this);
      subscriber.remove(this);
    }
  }
}
