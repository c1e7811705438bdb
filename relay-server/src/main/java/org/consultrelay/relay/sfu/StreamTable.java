package org.consultrelay.relay.sfu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntHashSet;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The streams that one peer sends: which track each SSRC belongs to, announced or learned from its
 * first packet (RFC 8843 §9.2).
 */
final class StreamTable {
  /** The most streams that one peer may send at a time, retransmission streams counted. */
  static final int MAX_STREAMS = 64;

  private final MediaEndpoint publisher;
  private final List<Publication> publications;
  private final ForwardingTurn turn;
  private final List<Layer> layers = new ArrayList<>();
  private final Int2ObjectHashMap<Layer> bySsrc = new Int2ObjectHashMap<>();
  private final Int2ObjectHashMap<Layer> byRtxSsrc = new Int2ObjectHashMap<>();

  // The two streams looked up last, sound and picture of a call: to look into them costs nothing
  // more, as they are needed anyway; to look into the map costs a line of the cache for each step.
  private @Nullable Layer latest;
  private @Nullable Layer latestBut;

  // A late packet of a stream that was replaced must not bring it back: the one that replaced it
  // would be cut off. Bounded, for SRTP takes a bounded number of SSRCs from one peer.
  private final IntHashSet retired = new IntHashSet();
  private final IntHashSet begunAnew = new IntHashSet();

  /**
   * A table without streams.
   *
   * @param publications the peer's tracks; the list is the endpoint's and grows
   */
  StreamTable(MediaEndpoint publisher, List<Publication> publications, ForwardingTurn turn) {
    this.publisher = publisher;
    this.publications = publications;
    this.turn = turn;
  }

  /** The streams of media. */
  List<Layer> layers() {
    return layers;
  }

  /** The stream of that SSRC, or null. */
  @Nullable Layer media(int ssrc) {
    Layer last = latest;
    if (last != null && last.ssrc() == ssrc) {
      return last;
    }
    Layer other = latestBut;
    Layer layer = other != null && other.ssrc() == ssrc ? other : bySsrc.get(ssrc);
    if (layer != null) {
      latestBut = last;
      latest = layer;
    }
    return layer;
  }

  private void forgetLatest() {
    latest = null;
    latestBut = null;
  }

  /** The stream that the retransmissions of that SSRC are of, or null. */
  @Nullable Layer repaired(int ssrc) {
    return byRtxSsrc.get(ssrc);
  }

  /**
   * Finds which track an SSRC that was not seen before belongs to; {@link #media} or {@link
   * #repaired} know it from then on, if it belongs to one.
   *
   * @param rtp with its extensions indexed
   */
  void bind(RtpPacket rtp, long nowNanos) {
    int ssrc = rtp.ssrc();
    if (bySsrc.size() + byRtxSsrc.size() >= MAX_STREAMS) {
      return;
    }
    Publication publication = find(rtp);
    int place = publication == null ? -1 : place(publication.parameters(), rtp);
    if (publication == null
        || place < 0
        || (retired.contains(ssrc) && !beginsAnew(publication, place, rtp))) {
      return;
    }
    if (retired.remove(ssrc)) {
      begunAnew.add(ssrc);
    }
    ReceiveParameters parameters = publication.parameters();
    if (rtp.payloadType() == parameters.rtxPayloadType()) {
      Layer active = publication.layer(place);
      if (active != null) {
        byRtxSsrc.put(ssrc, active);
      }
    } else if (parameters.isMedia(rtp.payloadType())) {
      Layer before = publication.layer(place);
      if (before != null) {
        retire(before, nowNanos);
      }
      Layer layer = new Layer(publication, publisher, ssrc, place, turn);
      publication.activate(layer, nowNanos);
      bySsrc.put(ssrc, layer);
      layers.add(layer);
      int rtx = announcedRtx(parameters, ssrc, place);
      if (rtx != 0) {
        byRtxSsrc.put(rtx, layer);
      }
    }
  }

  private static int announcedRtx(ReceiveParameters parameters, int ssrc, int place) {
    if (parameters.simulcast().isEmpty()) {
      return ssrc == parameters.ssrc() ? parameters.rtxSsrc() : 0;
    }
    SimulcastStream stream = parameters.simulcast().get(place);
    return ssrc == stream.ssrc() ? stream.rtxSsrc() : 0;
  }

  /** Which of a track's streams a packet is of, or whose it repairs; -1 when it does not say. */
  private static int place(ReceiveParameters parameters, RtpPacket rtp) {
    List<SimulcastStream> streams = parameters.simulcast();
    if (streams.isEmpty()) {
      return 0;
    }
    HeaderExtension extension =
        rtp.payloadType() == parameters.rtxPayloadType()
            ? HeaderExtension.REPAIRED_RID
            : HeaderExtension.RID;
    long rid = rtp.extensionOffset(extension);
    for (int i = 0; i < streams.size(); i++) {
      SimulcastStream stream = streams.get(i);
      if (isAnnounced(stream, rtp.ssrc())
          || (rid >= 0
              && matches(rtp.memory(), rid, rtp.extensionLength(extension), stream.rid()))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isAnnounced(SimulcastStream stream, int ssrc) {
    return ssrc != 0 && (stream.ssrc() == ssrc || stream.rtxSsrc() == ssrc);
  }

  private static boolean isAnnounced(ReceiveParameters parameters, int ssrc) {
    // 0 says that none was announced.
    if (ssrc != 0 && (parameters.ssrc() == ssrc || parameters.rtxSsrc() == ssrc)) {
      return true;
    }
    List<SimulcastStream> streams = parameters.simulcast();
    for (int i = 0; i < streams.size(); i++) {
      if (isAnnounced(streams.get(i), ssrc)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a source that was retired says itself that it is now that of another track: browsers
   * use a source again when a section is.
   */
  private boolean beginsAnew(Publication publication, int place, RtpPacket rtp) {
    Layer active = publication.layer(place);
    ReceiveParameters parameters = publication.parameters();
    boolean repair = rtp.payloadType() == parameters.rtxPayloadType();
    boolean again = repair ? active != null && begunAnew.contains(active.ssrc()) : active == null;
    return again && rtp.extensionOffset(HeaderExtension.MID) >= 0;
  }

  private @Nullable Publication find(RtpPacket rtp) {
    int ssrc = rtp.ssrc();
    long mid = rtp.extensionOffset(HeaderExtension.MID);
    Publication byType = null;
    boolean unique = true;
    for (int i = 0; i < publications.size(); i++) {
      Publication publication = publications.get(i);
      ReceiveParameters parameters = publication.parameters();
      if (isAnnounced(parameters, ssrc)) {
        return publication;
      }
      if (mid >= 0
          && matches(
              rtp.memory(), mid, rtp.extensionLength(HeaderExtension.MID), parameters.mid())) {
        return publication;
      }
      if (parameters.isMedia(rtp.payloadType())
          || rtp.payloadType() == parameters.rtxPayloadType()) {
        unique = byType == null;
        byType = publication;
      }
    }
    return mid < 0 && unique ? byType : null;
  }

  private static boolean matches(MemorySegment memory, long offset, int length, String mid) {
    if (mid.isEmpty() || length != mid.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Bytes.u8(memory, offset + i) != mid.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A stream that a newer one of the same track replaces. What came of it this turn still goes. */
  private void retire(Layer layer, long nowNanos) {
    layer.forward(nowNanos);
    bySsrc.remove(layer.ssrc());
    forgetLatest();
    retired.add(layer.ssrc());
    byRtxSsrc
        .entrySet()
        .removeIf(entry -> {
          boolean its = entry.getValue() == layer;
          if (its) {
            retired.add(entry.getKey());
          }
          return its;
        });
    layers.remove(layer);
    layer.close();
  }

  /** The streams of a track that is published no more. */
  void remove(Publication publication, long nowNanos) {
    for (int place = 0; place < publication.layerCount(); place++) {
      Layer layer = publication.layer(place);
      if (layer != null) {
        retire(layer, nowNanos);
      }
    }
  }

  /** Gives up all streams and their slots. */
  void close() {
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).close();
    }
    layers.clear();
    bySsrc.clear();
    forgetLatest();
    byRtxSsrc.clear();
  }
}
