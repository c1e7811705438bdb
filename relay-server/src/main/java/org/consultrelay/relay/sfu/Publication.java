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
  private @Nullable Layer active;

  Publication(MediaEndpoint publisher, ReceiveParameters parameters) {
    this.publisher = publisher;
    this.parameters = parameters;
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
    return active != null;
  }

  MediaEndpoint publisher() {
    return publisher;
  }

  Subscription[] subscriptions() {
    return subscriptions;
  }

  @Nullable Layer active() {
    return active;
  }

  /** A new stream of the track began: it is the one that counts from now on. */
  @Nullable Layer activate(Layer layer) {
    Layer before = active;
    active = layer;
    return before;
  }

  void add(Subscription subscription) {
    if (subscriptionCount == subscriptions.length) {
      subscriptions = Arrays.copyOf(subscriptions, subscriptionCount * 2);
    }
    subscriptions[subscriptionCount++] = subscription;
  }

  void remove(Subscription subscription) {
    for (int i = 0; i < subscriptionCount; i++) {
      if (subscriptions[i] == subscription) {
        // A new array: a turn may be walking the old one.
        Subscription[] rest = subscriptions.clone();
        System.arraycopy(subscriptions, i + 1, rest, i, subscriptionCount - i - 1);
        subscriptions = rest;
        subscriptionCount--;
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

  void requestKeyFrame(long nowNanos) {
    if (active != null) {
      active.requestKeyFrame(nowNanos);
    }
  }
}
