package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's jitter buffer and decoder: frames out of packets by their outgoing numbers alone,
 * as a browser does, each held against what the publisher sent.
 */
final class ReceivedVideo {
  private final SimulatedPublisher publisher;
  private final TreeMap<Long, SentPacket> buffer = new TreeMap<>();
  private final Map<Long, Integer> timestamps = new HashMap<>();
  private final Set<Long> seen = new HashSet<>();
  private final Set<SentPacket> media = new HashSet<>();
  private boolean needsKey = true;
  private long next = Long.MIN_VALUE;
  private int lastFrame = -1;
  private int lastTimestamp;

  int decoded;
  int keyFramesDecoded;
  int framesSkipped;

  ReceivedVideo(SimulatedPublisher publisher) {
    this.publisher = publisher;
  }

  boolean needsKey() {
    return needsKey;
  }

  int lastFrame() {
    return lastFrame;
  }

  /** Something is lost for good. */
  void giveUp() {
    needsKey = true;
  }

  /**
   * A packet, by itself or out of a retransmission.
   *
   * @return the packet as the publisher sent it; null when it came before
   */
  @Nullable SentPacket insert(long index, byte[] payload, boolean marker, int timestamp) {
    if (!seen.add(index)) {
      return null;
    }
    SentPacket packet;
    if (payload.length == 0) {
      packet = SentPacket.paddingOnly(-1, timestamp);
    } else {
      packet = publisher.sentVideo(payload);
      if (!media.add(packet)) {
        throw new AssertionError("frame " + packet.frame + " came under two numbers");
      }
      if (marker != packet.endsFrame()) {
        throw new AssertionError("marker of frame " + packet.frame);
      }
    }
    if (index >= next) {
      buffer.put(index, packet);
      timestamps.put(index, timestamp);
    }
    decode();
    return packet;
  }

  private void decode() {
    while (!needsKey && decodeNext()) {
      // On to the next.
    }
    if (!buffer.isEmpty() && jumpToKeyFrame()) {
      decode();
    }
  }

  private boolean decodeNext() {
    SentPacket packet = buffer.get(next);
    if (packet == null) {
      return false;
    }
    if (packet.isPaddingOnly()) {
      buffer.remove(next++);
      return true;
    }
    assertThat(packet.part).as("a frame's begin at %s", next).isZero();
    if (!isComplete(next, packet)) {
      return false;
    }
    if (!packet.key) {
      assertThat(packet.frame).as("unbroken numbers, but frames missing").isEqualTo(lastFrame + 1);
    }
    show(next, packet);
    return true;
  }

  /** A complete key frame further on ends all waiting. */
  private boolean jumpToKeyFrame() {
    for (Map.Entry<Long, SentPacket> entry : buffer.entrySet()) {
      SentPacket packet = entry.getValue();
      if (packet.key && isComplete(entry.getKey(), packet)) {
        framesSkipped += lastFrame < 0 ? 0 : packet.frame - lastFrame - 1;
        needsKey = false;
        show(entry.getKey(), packet);
        return true;
      }
    }
    return false;
  }

  private boolean isComplete(long index, SentPacket first) {
    for (int part = 1; part < first.parts; part++) {
      SentPacket packet = buffer.get(index + part);
      if (packet == null) {
        return false;
      }
      if (packet.frame != first.frame || packet.part != part) {
        throw new AssertionError("frame " + first.frame + " is mixed with " + packet.frame);
      }
    }
    return true;
  }

  private void show(long index, SentPacket packet) {
    int timestamp = timestamps.get(index);
    if (decoded > 0) {
      assertThat(packet.frame).as("no frame twice or backwards").isGreaterThan(lastFrame);
      assertThat(timestamp - lastTimestamp).as("time goes on").isPositive();
    }
    decoded++;
    keyFramesDecoded += packet.key ? 1 : 0;
    lastFrame = packet.frame;
    lastTimestamp = timestamp;
    next = index + packet.parts;
    buffer.headMap(next).clear();
  }
}
