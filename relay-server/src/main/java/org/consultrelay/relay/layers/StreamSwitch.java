package org.consultrelay.relay.layers;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.MediaKind;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one subscription which packets of a track go out, and gives them the numbers of one
 * unbroken stream. Sources are the track's RTP streams, 0 the smallest picture; a track without
 * simulcast has source 0 only. Between sources it switches at key frames; between the spatial
 * layers within a source, and between temporal layers, where the codec says that a decoder can
 * follow.
 *
 * <p>{@link #decide} takes each packet once; then {@link #timestamp()}, {@link #marker()}, {@link
 * #patch} and the rest say how it goes out. For a packet to be sent again: {@link #locate}, read
 * it, {@link #again}.
 */
public final class StreamSwitch {
  /** The most sources of a track. */
  public static final int MAX_SOURCES = 8;

  /** A target above all layers. */
  public static final int HIGHEST = 7;

  /** So many packets in a row that nobody can read say that their structure is lost. */
  private static final int MAX_UNREADABLE = 30;

  /** How many eras back a late packet can be decided on. A power of two. */
  private static final int REMEMBERED = 4;

  private final boolean audio;
  private final boolean layered;
  private final OutgoingNumbers numbers;
  private final SentLog log = new SentLog();
  private final long[] newest = new long[MAX_SOURCES];
  private final EraGates[] gatesOfEras = new EraGates[REMEMBERED];
  private EraGates gates;
  private int targetSpatial = HIGHEST;
  private int targetTemporal = HIGHEST;
  private int available = -1;
  private int current = -1;
  private boolean resuming;
  private int unreadable;

  private long out;
  private boolean marker;
  private @Nullable Era placed;
  private int locatedSource;
  private long locatedIndex;

  /**
   * A switch that has chosen nothing yet and wants the highest layers.
   *
   * @param codec what all sources send
   * @param layered whether spatial layers are those within source 0 (SVC) and not the sources
   *     (simulcast)
   * @param firstOut the extended sequence number that the first packet gets, 0 or more
   */
  public StreamSwitch(Codec codec, boolean layered, long firstOut) {
    this.audio = codec.kind() == MediaKind.AUDIO;
    this.layered = layered;
    this.numbers = new OutgoingNumbers(firstOut, codec == Codec.VP8);
    for (int i = 0; i < REMEMBERED; i++) {
      gatesOfEras[i] = new EraGates(codec == Codec.VP9);
    }
    this.gates = gatesOfEras[0];
    Arrays.fill(newest, -1);
  }

  /**
   * Sets what the subscriber is to get. It takes effect at the next packet where a decoder can
   * follow.
   *
   * @param spatial the source, or with layers within the source the spatial layer, 0 to 7
   * @param temporal the highest temporal layer, 0 to 7
   */
  public void setTarget(int spatial, int temporal) {
    targetSpatial = Math.clamp(spatial, 0, HIGHEST);
    targetTemporal = Math.clamp(temporal, 0, HIGHEST);
  }

  /**
   * Says which sources send at present, bit i for source i; all at first. While the one aimed at
   * does not, the next lower one is, else the next higher.
   */
  public void setAvailable(int sources) {
    available = sources;
  }

  /** After a pause: what was left out is no gap, and the next packet to go out is a key frame's. */
  public void resume() {
    resuming = current >= 0;
  }

  /**
   * Says that another RTP stream takes the place of a source, as when a publisher begins anew. It
   * needs a {@link PacketReader} and a {@link SourceClock} of its own.
   */
  public void replaceSource(int source) {
    newest[source] = -1;
    numbers.forget(source);
    if (current == source) {
      current = -1;
    }
  }

  /** The source that goes out now; -1 before the first packet. */
  public int source() {
    return current;
  }

  /** The highest spatial layer that goes out now: the source, or the layer within it. */
  public int spatial() {
    return layered && current >= 0 ? gates.spatialNow() : current;
  }

  /** The highest temporal layer that is let through now, 0 to 7. */
  public int temporal() {
    return gates.temporalNow();
  }

  /** The source aimed at: the target, or what there is in its place; 0 when layers are within. */
  public int wantedSource() {
    if (layered) {
      return 0;
    }
    int all = available & ((1 << MAX_SOURCES) - 1);
    int lower = all & ((2 << targetSpatial) - 1);
    if (lower != 0) {
      return 31 - Integer.numberOfLeadingZeros(lower);
    }
    return all == 0 ? targetSpatial : Integer.numberOfTrailingZeros(all);
  }

  /**
   * The source that has to be asked for a key frame to come nearer to the target, or -1. It is one
   * that does not exist when {@link #setAvailable} was not told. Not asking too often is up to the
   * caller.
   */
  public int keyFrameWanted() {
    if (audio) {
      return -1;
    }
    int wanted = wantedSource();
    if (wanted != current || resuming || unreadable > MAX_UNREADABLE) {
      return wanted;
    }
    return layered && gates.needsKeyFrame(targetSpatial) ? wanted : -1;
  }

  /**
   * Decides about a packet that has come, late or not. Each may be given once, except that what was
   * dropped may be given again: a packet from before the switch may have become useful.
   *
   * @param source the packet's source, 0 to 7
   * @param facts what it says
   * @param clock the source's clock; it is kept while the source goes out
   */
  public Verdict decide(int source, PacketFacts facts, SourceClock clock, long nowNanos) {
    if ((source != current || resuming) && startsAt(source, facts)) {
      start(source, facts, clock, nowNanos);
    }
    Era era = numbers.current();
    if (era == null) {
      return Verdict.DROP;
    }
    if (source == current && !resuming && facts.index > numbers.sequence.highestSource()) {
      return inOrder(era, facts, nowNanos);
    }
    return late(source, facts);
  }

  private boolean startsAt(int source, PacketFacts facts) {
    boolean key = audio ? !facts.empty : facts.keyFrame;
    if (!key || facts.index <= newest[source]) {
      return false;
    }
    int wanted = wantedSource();
    if (current < 0 || resuming || (available & 1 << current) == 0) {
      // Anything is better than nothing, unless it is more than the subscriber may get.
      return source <= wanted;
    }
    if (source == wanted) {
      return true;
    }
    // On the way to the one that is wanted.
    return source > Math.min(current, wanted) && source < Math.max(current, wanted);
  }

  private void start(int source, PacketFacts facts, SourceClock clock, long nowNanos) {
    Era era = numbers.begin(source, facts, clock, nowNanos);
    gates = gatesOfEras[era.number & (REMEMBERED - 1)];
    gates.start(era.number, facts, spatialLimit(), targetTemporal);
    current = source;
    resuming = false;
  }

  private int spatialLimit() {
    return layered ? targetSpatial : HIGHEST;
  }

  private Verdict inOrder(Era era, PacketFacts facts, long nowNanos) {
    if (!facts.readable && facts.described) {
      // Its structure may be in a packet that is late. Its number is kept.
      unreadable++;
      return Verdict.DROP;
    }
    unreadable = 0;
    if (facts.empty || !facts.readable) {
      newest[current] = facts.index;
      numbers.leaveOut(era, facts, nowNanos);
      return Verdict.DROP;
    }
    newest[current] = facts.index;
    gates.advance(facts, spatialLimit(), targetTemporal);
    if (!gates.admits(facts)) {
      numbers.leaveOut(era, facts, nowNanos);
      return Verdict.DROP;
    }
    gates.noteSent(facts);
    out = numbers.advance(era, facts, nowNanos);
    placed = era;
    marker = gates.endsPicture(facts);
    log.note(out, false, marker);
    return Verdict.FORWARD;
  }

  /** A number may have been kept free for it, in this era or one before. */
  private Verdict late(int source, PacketFacts facts) {
    if (facts.index > newest[source]) {
      // Most packets of the sources that do not go out: no era reached so far.
      return Verdict.DROP;
    }
    Era era = numbers.current();
    if (era != null && era.source != source) {
      era = numbers.earlier(source, era.number);
    }
    for (; era != null; era = numbers.earlier(source, era.number)) {
      long number = numbers.sequence.find(era.number, facts.index);
      if (number != NumberLine.NONE) {
        return fill(era, facts, number);
      }
    }
    return Verdict.DROP;
  }

  private Verdict fill(Era era, PacketFacts facts, long number) {
    if (log.isForgotten(number) || log.isSent(number)) {
      return Verdict.DROP;
    }
    if (!facts.empty && !facts.readable && facts.described) {
      return Verdict.DROP;
    }
    out = number;
    placed = era;
    EraGates itsGates = gatesOf(era);
    if (itsGates != null
        && !facts.empty
        && facts.readable
        && itsGates.admits(facts)
        && numbers.fit(era, facts)) {
      numbers.place(era, facts);
      marker = itsGates.endsPicture(facts);
      itsGates.noteSent(facts);
      log.note(out, false, marker);
      return Verdict.FORWARD;
    }
    numbers.place(era, facts);
    marker = false;
    log.note(out, true, false);
    return Verdict.FILL;
  }

  private @Nullable EraGates gatesOf(Era era) {
    EraGates its = gatesOfEras[era.number & (REMEMBERED - 1)];
    return its.era() == era.number ? its : null;
  }

  /**
   * Finds what is behind a number that the subscriber asks for.
   *
   * @param sequenceNumber 16 bits, as in a NACK (RFC 4585 §6.2.1)
   * @return false when it was never given out or is too old; else {@link #locatedSource()} and
   *     {@link #locatedIndex()} say which packet it is, and {@link #out()} its extended number
   */
  public boolean locate(int sequenceNumber) {
    long highest = numbers.sequence.highestOut();
    out = highest - ((int) highest - sequenceNumber & 0xFFFF);
    locatedIndex = numbers.sequence.source(out);
    placed = locatedIndex < 0 ? null : numbers.era(numbers.sequence.foundEra());
    if (placed == null || log.isForgotten(out)) {
      return false;
    }
    locatedSource = placed.source;
    return locatedSource >= 0;
  }

  /** The source of the packet that {@link #locate} found. */
  public int locatedSource() {
    return locatedSource;
  }

  /** The extended sequence number, in its source, of the packet that {@link #locate} found. */
  public long locatedIndex() {
    return locatedIndex;
  }

  /**
   * Decides about the packet that {@link #locate} found. It goes out as it did before; if it did
   * not yet, as it would have.
   */
  public Verdict again(PacketFacts facts) {
    Era era = placed;
    if (era == null || facts.index != locatedIndex) {
      return Verdict.DROP;
    }
    if (!log.isSent(out)) {
      return fill(era, facts, out);
    }
    numbers.place(era, facts);
    marker = log.isMarked(out);
    if (log.isFilled(out)) {
      return Verdict.FILL;
    }
    EraGates itsGates = gatesOf(era);
    // Too long ago to write the very same descriptor again.
    boolean lost = facts.described && (itsGates == null || !itsGates.admits(facts));
    return lost || !facts.readable || !numbers.hasPicture(facts) ? Verdict.DROP : Verdict.FORWARD;
  }

  /** The extended sequence number of the packet decided on: the SRTP index it leaves under. */
  public long out() {
    return out;
  }

  /** The highest extended sequence number given out. */
  public long highestOut() {
    return numbers.sequence.highestOut();
  }

  /** The timestamp of the packet decided on. */
  public int timestamp() {
    return numbers.timestamp();
  }

  /** What timestamps of the present source go out ahead by, for sender reports; 0 without one. */
  public int timestampOffset() {
    Era era = numbers.current();
    return era == null ? 0 : era.timestampOffset;
  }

  /** How many times it has begun anew, less one; -1 before the first packet. */
  public int eraNumber() {
    Era era = numbers.current();
    return era == null ? -1 : era.number;
  }

  /** The era of the packet decided on; -1 without one. */
  int placedEra() {
    Era era = placed;
    return era == null ? -1 : era.number;
  }

  /** Whether the packet decided on is the last of its picture for the subscriber. */
  public boolean marker() {
    return marker;
  }

  /**
   * Writes picture id and TL0PICIDX of the packet to forward over those in its payload, which is
   * the publisher's and shared: {@link #restore} must follow once it was encrypted.
   *
   * @param payload where the payload begins
   */
  public void patch(MemorySegment memory, long payload, PacketFacts facts) {
    numbers.patch(memory, payload, facts);
  }

  /** Undoes {@link #patch}. */
  public void restore(MemorySegment memory, long payload, PacketFacts facts) {
    OutgoingNumbers.restore(memory, payload, facts);
  }

  /** Bytes of the dependency descriptor of the packet to forward; 0 when it has none. */
  public int descriptorLength(PacketFacts facts) {
    return facts.described && facts.readable ? facts.dependency.length(tellsTargets(facts)) : 0;
  }

  /**
   * Writes the dependency descriptor of the packet to forward.
   *
   * @param at where {@link #descriptorLength} bytes are free
   */
  public void writeDescriptor(MemorySegment memory, long at, PacketFacts facts) {
    Era era = placed;
    if (era == null || descriptorLength(facts) == 0) {
      return;
    }
    EraGates itsGates = gatesOf(era);
    facts.dependency.write(
        memory,
        at,
        OutgoingNumbers.frameNumber(era, facts),
        era.templateShift,
        tellsTargets(facts),
        itsGates == null ? -1 : itsGates.activeTargets(facts));
  }

  /** They are in each packet: so they arrive, and a packet sent again is the same (A.4.4). */
  private static boolean tellsTargets(PacketFacts facts) {
    return facts.dependency.structure().targets() > 1;
  }
}
