package org.consultrelay.relay.sfu;

import java.util.Arrays;
import org.consultrelay.relay.rtp.Codec;
import org.jspecify.annotations.Nullable;

/**
 * A track that a participant publishes, and who subscribes to it. Where a look-up must not cost,
 * the subscribers stand in a plain array.
 */
public final class Publication {
  private final MediaEndpoint publisher;
  private final ReceiveParameters parameters;
  private final AudioActivity activity = new AudioActivity();
  private final Loudness loudness = new Loudness();
  private Subscription[] subscriptions = new Subscription[2];
  private int subscriptionCount;
  private final @Nullable Layer[] layers;
  private @Nullable Runnable onDemand;
  private final UplinkRelief relief = new UplinkRelief();
  private boolean held;

  Publication(MediaEndpoint publisher, ReceiveParameters parameters) {
    this.publisher = publisher;
    this.parameters = parameters;
    this.layers = new Layer[parameters.streams()];
  }

  /** How the track comes in. */
  public ReceiveParameters parameters() {
    return parameters;
  }

  /** How loud it is; of audio only. */
  public AudioActivity activity() {
    return activity;
  }

  /** How loud it is at this moment; of audio only. */
  Loudness loudness() {
    return loudness;
  }

  /** How many subscribe. */
  public int subscriptionCount() {
    return subscriptionCount;
  }

  /** Whether a packet of the track has come. */
  public boolean hasMedia() {
    return highest() != null;
  }

  /**
   * Holds it back from everybody, whatever comes in, or lets it go on. To subscribers it is as when
   * they pause: nothing is missing, and a video begins at a key frame.
   */
  public void hold(boolean back, long nowNanos) {
    if (held != back) {
      held = back;
      for (int i = 0; i < subscriptionCount; i++) {
        subscriptions[i].heldBack(back, nowNanos);
      }
    }
  }

  /** Whether it is held back. */
  public boolean isHeld() {
    return held;
  }

  MediaEndpoint publisher() {
    return publisher;
  }

  Subscription[] subscriptions() {
    return subscriptions;
  }

  /** How many streams the track may come as. */
  int layerCount() {
    return layers.length;
  }

  /**
   * The stream at a place, or null while none has come.
   *
   * @param place 0 for the smallest
   */
  @Nullable Layer layer(int place) {
    return layers[place];
  }

  /** The largest stream that has come, or null. */
  @Nullable Layer highest() {
    for (int place = layers.length - 1; place >= 0; place--) {
      if (layers[place] != null) {
        return layers[place];
      }
    }
    return null;
  }

  /** Whether its sizes are layers within one stream (SVC), and not streams of their own. */
  boolean isLayered() {
    Codec codec = parameters.codec();
    return layers.length == 1 && (codec == Codec.VP9 || codec == Codec.AV1);
  }

  /** Which of its streams come at present: bit i for the one at place i. */
  int flowing(long nowNanos) {
    if (layers.length == 1) {
      return 1;
    }
    int mask = 0;
    for (int i = 0; i < layers.length; i++) {
      Layer layer = layers[i];
      if (layer != null && layer.isFlowing(nowNanos)) {
        mask |= 1 << i;
      }
    }
    return mask;
  }

  /** How many sizes it comes in, as far as is known; at least 1. */
  int spatialLayers() {
    if (!isLayered()) {
      return layers.length;
    }
    Layer only = layers[0];
    return only == null ? 1 : only.spatialLayers();
  }

  /** How many frame rates a size comes in, as far as is known; at least 1. */
  int temporalLayers(int spatial) {
    Layer layer = layers[isLayered() ? 0 : spatial];
    return layer == null ? 1 : layer.rate(isLayered() ? spatial : 0).temporalLayers();
  }

  /**
   * Bits a second of a size at a frame rate: as it comes in, or as its publisher means to send it
   * while it does not come; 0 when there is no telling.
   */
  long bits(int spatial, int temporal, long nowNanos) {
    if (isLayered()) {
      Layer only = layers[0];
      long sum = 0;
      for (int i = 0; i <= spatial && only != null && i < only.spatialLayers(); i++) {
        sum += only.rate(i).bitsPerSecond(temporal);
      }
      return sum;
    }
    Layer layer = layers[spatial];
    long measured = layer == null ? 0 : layer.rate(0).bitsPerSecond(temporal);
    if (layer != null && measured > 0 && (layers.length == 1 || layer.isFlowing(nowNanos))) {
      return measured;
    }
    if (parameters.simulcast().isEmpty()) {
      return 0;
    }
    long meant = parameters.simulcast().get(spatial).bitsPerSecond();
    // What was paused comes back with as much in its lower frame rates as it had.
    long whole = layer == null ? 0 : layer.rate(0).bitsPerSecond(LayerRate.TEMPORAL - 1);
    return whole > 0 ? meant * measured / whole : meant;
  }

  /** A new stream of the track began at its place: it is the one that counts from now on. */
  void activate(Layer layer, long nowNanos) {
    boolean replaces = layers[layer.place()] != null;
    layers[layer.place()] = layer;
    for (int i = 0; i < subscriptionCount; i++) {
      if (replaces) {
        subscriptions[i].replaced(layer.place());
      }
      subscriptions[i].begins(nowNanos);
    }
  }

  /** Is called when who subscribes, or wants how much of it, may have changed. */
  public void onDemand(Runnable listener) {
    onDemand = listener;
  }

  void demandChanged() {
    if (onDemand != null) {
      onDemand.run();
    }
  }

  /**
   * The place of the largest stream that a subscriber wants and that the publisher's line may
   * carry; -1 when nobody wants any.
   */
  public int wantedPlace() {
    return Math.min(subscribersWant(), relief.highest());
  }

  /** Whether less is asked of the publisher than is wanted, as its line does not carry more. */
  public boolean isRelieved() {
    return relief.highest() < subscribersWant();
  }

  /**
   * A second is over.
   *
   * @param bad whether the publisher's line carried too much in it
   * @param roomier whether the publisher sends less streams than before
   */
  void second(boolean bad, boolean roomier, long nowNanos) {
    if (layers.length == 1) {
      return;
    }
    if (roomier) {
      relief.roomier(nowNanos);
    }
    int flowing = 31 - Integer.numberOfLeadingZeros(flowing(nowNanos));
    int before = relief.highest();
    if (relief.second(subscribersWant(), flowing, bad, nowNanos)) {
      if (relief.highest() < before) {
        publisher.counters().sizesDeclined++;
      }
      demandChanged();
    }
  }

  private int subscribersWant() {
    int place = -1;
    for (int i = 0; i < subscriptionCount; i++) {
      if (!subscriptions[i].isPaused() && !publisher.videoCap().isDark()) {
        place = Math.max(place, subscriptions[i].share().wantedSpatial());
      }
    }
    return place;
  }

  void add(Subscription subscription) {
    if (subscriptionCount == subscriptions.length) {
      subscriptions = Arrays.copyOf(subscriptions, subscriptionCount * 2);
    }
    subscriptions[subscriptionCount++] = subscription;
    demandChanged();
  }

  void remove(Subscription subscription) {
    for (int i = 0; i < subscriptionCount; i++) {
      if (subscriptions[i] == subscription) {
        // A new array: a turn may be walking the old one.
        Subscription[] rest = subscriptions.clone();
        System.arraycopy(subscriptions, i + 1, rest, i, subscriptionCount - i - 1);
        subscriptions = rest;
        subscriptionCount--;
        demandChanged();
        return;
      }
    }
  }

  /** Ends all subscriptions to it. */
  void close() {
    while (subscriptionCount > 0) {
      subscriptions[0].close();
    }
  }

  /** Somebody needs a key frame of the stream at a place, or of the largest if there is none. */
  void requestKeyFrame(int place, long nowNanos) {
    Layer layer = place < layers.length ? layers[place] : null;
    Layer asked = layer == null ? highest() : layer;
    if (asked != null) {
      asked.requestKeyFrame(nowNanos);
    }
  }
}
