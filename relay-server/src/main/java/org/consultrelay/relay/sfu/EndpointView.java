package org.consultrelay.relay.sfu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One peer connection's media at this moment, for somebody who looks into it.
 *
 * @param summary how it was until now
 * @param lastScore the {@link OpinionScore} of the last five seconds with media; 0 before
 * @param roundTripNanos as last reported; 0 while unknown
 * @param jitterInNanos interarrival jitter now, of audio if there is any; 0 while unknown
 * @param jitterOutNanos the same, as the peer last reported it
 * @param lineBits what the line is judged to carry, in bits a second; -1 while nobody knows
 * @param line what is behind that judgement, for people
 * @param audioLimit how many audio tracks it is sent at a time; 0 for all
 * @param incoming its tracks
 * @param outgoing what it is sent
 * @param leftOut how many tracks are in neither list, because there are too many
 */
public record EndpointView(
    LineSummary summary,
    float lastScore,
    long roundTripNanos,
    long jitterInNanos,
    long jitterOutNanos,
    long lineBits,
    String line,
    int audioLimit,
    List<Incoming> incoming,
    List<Outgoing> outgoing,
    int leftOut) {
  /** In a receiver report's fraction lost, all. */
  private static final double WHOLE = 256;

  /**
   * A track that comes in.
   *
   * @param mid its media section
   * @param codec what it is coded in
   * @param subscribers how many it goes to
   * @param streams what it comes as, the smallest size first
   */
  public record Incoming(String mid, String codec, int subscribers, List<Stream> streams) {}

  /**
   * One RTP stream of a track that comes in.
   *
   * @param size its place, 0 for the smallest
   * @param flows whether packets have come in the last second
   * @param bits what comes, in bits a second
   * @param lossPercent of the last report, in a hundred
   */
  public record Stream(int size, boolean flows, long bits, double lossPercent) {}

  /**
   * A track that goes out.
   *
   * @param mid its media section
   * @param codec what it is coded in
   * @param size the size that goes out, 0 for the smallest; -1 for none, and for audio
   * @param frameRate the frame rate that goes out, 0 for the lowest; -1 for none, and for audio
   * @param packets sent in all
   * @param lossPercent as last reported, in a hundred, with what never came to the relay
   * @param state what is sent of it
   */
  public record Outgoing(
      String mid,
      String codec,
      int size,
      int frameRate,
      long packets,
      double lossPercent,
      State state) {}

  /** What is sent of a track. */
  public enum State {
    /** Whatever comes. */
    SENT,
    /** Nothing: the peer wants nothing of it for now. */
    PAUSED,
    /** Nothing: the line does not carry even the least. */
    STALLED,
    /** Nothing: others are louder. */
    QUIET
  }

  /**
   * Looks. On the endpoint's loop; it takes as long as there are tracks to show.
   *
   * @param most how many tracks to show each way
   */
  static EndpointView of(MediaEndpoint endpoint, int most, long nowNanos) {
    List<Publication> publications = endpoint.publications();
    List<Subscription> subscriptions = endpoint.subscriptions();
    List<Incoming> in = new ArrayList<>();
    for (int i = 0; i < Math.min(most, publications.size()); i++) {
      in.add(incoming(publications.get(i), nowNanos));
    }
    List<Outgoing> out = new ArrayList<>();
    for (int i = 0; i < Math.min(most, subscriptions.size()); i++) {
      out.add(outgoing(subscriptions.get(i), endpoint));
    }
    long bits = endpoint.line().bitsPerSecond();
    return new EndpointView(
        endpoint.summary(),
        endpoint.record().lastScore(),
        endpoint.knownRttNanos(nowNanos),
        LineRecord.jitterIn(endpoint.layers()),
        LineRecord.jitterOut(subscriptions, nowNanos),
        bits == Long.MAX_VALUE ? -1 : bits,
        endpoint.line().toString(),
        endpoint.audioLimit(),
        List.copyOf(in),
        List.copyOf(out),
        publications.size() - in.size() + subscriptions.size() - out.size());
  }

  private static Incoming incoming(Publication track, long nowNanos) {
    List<Stream> streams = new ArrayList<>();
    for (int place = 0; place < track.layerCount(); place++) {
      Layer layer = track.layer(place);
      if (layer != null) {
        long bits = 0;
        for (int size = 0; size < layer.spatialLayers(); size++) {
          bits += layer.rate(size).bitsPerSecond(LayerRate.TEMPORAL - 1);
        }
        streams.add(
            new Stream(
                place,
                layer.isFlowing(nowNanos),
                bits,
                100 * layer.statistics().fractionLost() / WHOLE));
      }
    }
    return new Incoming(
        track.parameters().mid(),
        name(track.parameters().codec()),
        track.subscriptionCount(),
        List.copyOf(streams));
  }

  private static Outgoing outgoing(Subscription track, MediaEndpoint endpoint) {
    int size = track.sentSize();
    return new Outgoing(
        track.parameters().mid(),
        name(track.parameters().codec()),
        size,
        size < 0 ? -1 : track.sentFrameRate(),
        track.sender().packets(),
        100 * track.sender().fractionLost() / WHOLE,
        state(track, endpoint));
  }

  private static State state(Subscription track, MediaEndpoint endpoint) {
    if (track.isPaused()) {
      return State.PAUSED;
    }
    if (track.isStalled()) {
      return State.STALLED;
    }
    return endpoint.loudest().includes(track) ? State.SENT : State.QUIET;
  }

  private static String name(Enum<?> codec) {
    return codec.name().toLowerCase(Locale.ROOT);
  }
}
