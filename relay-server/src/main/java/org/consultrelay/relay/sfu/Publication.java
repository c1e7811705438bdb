package org.consultrelay.relay.sfu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A track that a participant publishes, and who subscribes to it. Where a look-up must not cost,
 * the subscribers stand in a plain array.
 */
public final class Publication {
  private final MediaEndpoint publisher;
  private final ReceiveParameters parameters;
  private final AudioActivity activity = new AudioActivity();
  private Subscription[] subscriptions = new Subscription[2];
  private int subscriptionCount;
  private final @Nullable Layer[] layers;
  private @Nullable Runnable onDemand;

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

  /** How many subscribe. */
  public int subscriptionCount() {
    return subscriptionCount;
  }

  /** Whether a packet of the track has come. */
  public boolean hasMedia() {
    return highest() != null;
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

  /**
   * The stream to send to who should get the one at {@code place}: that one while it comes, else
   * the next smaller one that does, else the next larger one.
   */
  @Nullable Layer best(int place, long nowNanos) {
    int at = Math.min(place, layers.length - 1);
    Layer wanted = layers[at];
    if (layers.length == 1 || (wanted != null && wanted.isFlowing(nowNanos))) {
      return wanted;
    }
    for (int i = at - 1; i >= 0; i--) {
      Layer smaller = layers[i];
      if (smaller != null && smaller.isFlowing(nowNanos)) {
        return smaller;
      }
    }
    for (int i = at + 1; i < layers.length; i++) {
      Layer larger = layers[i];
      if (larger != null && larger.isFlowing(nowNanos)) {
        return larger;
      }
    }
    return wanted;
  }

  /**
   * Bits a second of the stream at a place: as it comes in, or as its publisher means to send it
   * while it does not come; 0 when there is no telling.
   */
  long bits(int place, long nowNanos) {
    Layer layer = layers[place];
    if (layer != null && (layers.length == 1 || layer.isFlowing(nowNanos))) {
      long measured = layer.rate().bitsPerSecond(LayerRate.TEMPORAL - 1);
      if (measured > 0) {
        return measured;
      }
    }
    return parameters.simulcast().isEmpty() ? 0 : parameters.simulcast().get(place).bitsPerSecond();
  }

  /** A new stream of the track began at its place: it is the one that counts from now on. */
  void activate(Layer layer) {
    layers[layer.place()] = layer;
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

  /** The place of the largest stream that a subscriber wants; -1 when nobody wants any. */
  public int wantedPlace() {
    int place = -1;
    for (int i = 0; i < subscriptionCount; i++) {
      if (!subscriptions[i].isPaused()) {
        place = Math.max(place, subscriptions[i].highestStep());
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

  /** Somebody who should get the stream at this place needs a key frame. */
  void requestKeyFrame(int place, long nowNanos) {
    Layer layer = best(place, nowNanos);
    if (layer != null) {
      layer.requestKeyFrame(nowNanos);
    }
  }
}
