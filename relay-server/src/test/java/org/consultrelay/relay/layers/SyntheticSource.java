package org.consultrelay.relay.layers;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.consultrelay.relay.layers.Frame.Published;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One RTP stream of a synthetic publisher: temporal layers 0 2 1 2, in every other round or so with
 * references that forbid to come in half way; spatial layers that are switched off and on.
 */
final class SyntheticSource {
  static final HeaderExtensionMap EXTENSIONS;
  static final int TICKS = 3_000;

  private static final int[] TEMPORAL = {0, 2, 1, 2};

  static {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    builder.put(HeaderExtension.DEPENDENCY_DESCRIPTOR, 5);
    EXTENSIONS = builder.build();
  }

  final int source;
  final int timestampOffset;

  private final Codec codec;
  private final int layers;
  private final boolean keyOnly;
  private final SplittableRandom random;
  private final TestDescriptors descriptors;
  private final TestPayloads.Numbers numbers = new TestPayloads.Numbers();
  private final Frame[][] last = new Frame[3][3];
  private long index;
  private long frameNumber;
  private int place;
  private boolean sync;
  private int active;
  private int maskFor;
  private boolean keyNext = true;

  SyntheticSource(Codec codec, int source, int layers, boolean keyOnly, SplittableRandom random) {
    this.codec = codec;
    this.source = source;
    this.layers = layers;
    this.keyOnly = keyOnly;
    this.random = random;
    this.active = layers;
    timestampOffset = random.nextInt();
    index = 65_536L + random.nextInt(65_536);
    frameNumber = random.nextInt(65_536);
    numbers.pictureId = random.nextInt(32_768);
    numbers.longPictureId = random.nextInt(4) > 0;
    numbers.tl0 = random.nextInt(256);
    numbers.flexible = random.nextBoolean();
    numbers.spatialLayers = layers > 1;
    descriptors = new TestDescriptors(layers, keyOnly, random.nextBoolean(), random.nextInt(64));
  }

  int active() {
    return active;
  }

  /** The next picture is a key picture. */
  void requestKey() {
    keyNext = true;
  }

  /** The packets of the next picture, in the order of sending. */
  List<Published> picture(int number, boolean toggle) {
    boolean key = keyNext;
    keyNext = false;
    place = key ? 0 : (place + 1) % 4;
    int before = active;
    if (place == 0 && toggle && (!keyOnly || key)) {
      active = 1 + random.nextInt(layers);
    }
    boolean grown = active > before;
    if (active != before) {
      maskFor = 12;
    }
    if (place == 0) {
      sync = key || grown || codec == Codec.AV1 || random.nextInt(3) == 0;
    }
    int temporal = codec == Codec.H264 ? 0 : TEMPORAL[place];
    numbers.pictureId = numbers.pictureId + 1 & 0x7FFF;
    if (temporal == 0) {
      numbers.tl0 = numbers.tl0 + 1 & 0xFF;
    }
    if (key) {
      descriptors.key();
    }
    List<Published> packets = new ArrayList<>();
    for (int s = 0; s < active; s++) {
      boolean intra = key || (grown && s >= before);
      Frame frame = new Frame(source, number, s, temporal, key);
      frame.captureTicks = (long) number * TICKS;
      frame.number = frameNumber++;
      refer(frame, intra);
      frame(frame, intra, s == active - 1, packets);
    }
    maskFor--;
    return packets;
  }

  private void refer(Frame frame, boolean intra) {
    int s = frame.spatial;
    if (!intra) {
      if (codec == Codec.H264 || place == 0) {
        add(frame, last[s][0]);
      } else if (place == 3) {
        add(frame, last[s][1]);
      } else {
        add(frame, last[s][0]);
      }
      if (!sync && frame.temporal > 0) {
        add(frame, last[s][frame.temporal]);
      }
    }
    if (s > 0 && (!keyOnly || intra)) {
      add(frame, last[s - 1][frame.temporal]);
    }
    last[s][frame.temporal] = frame;
  }

  private static void add(Frame frame, @Nullable Frame reference) {
    if (reference != null && !frame.references.contains(reference)) {
      frame.references.add(reference);
    }
  }

  private void frame(Frame frame, boolean intra, boolean top, List<Published> packets) {
    int count = (codec == Codec.H264 && frame.key ? 2 : 1) + random.nextInt(3);
    numbers.interPicture = !intra;
    numbers.interLayer = frame.references.stream().anyMatch(r -> r.picture == frame.picture);
    numbers.sync =
        switch (codec) {
          case VP8 -> sync && (place == 1 || place == 2);
          case VP9 -> sync && (!numbers.flexible || place > 0);
          default -> false;
        };
    int mask = (1 << (active * 3)) - 1;
    boolean withMask = active < layers || maskFor > 0;
    List<byte[]> extensions =
        codec == Codec.AV1 ? descriptors.frame(frame, intra, count, mask, withMask) : List.of();
    for (int p = 0; p < count; p++) {
      byte[] payload = TestPayloads.payload(codec, frame, p, count, numbers);
      byte[] bytes =
          packet(
              payload,
              extensions.isEmpty() ? null : extensions.get(p),
              top && p == count - 1,
              (int) frame.captureTicks + timestampOffset);
      Published published = new Published(frame, index++, bytes, p);
      frame.packets.add(published);
      packets.add(published);
    }
    // Now and then a probe: padding only.
    if (top && random.nextInt(20) == 0) {
      Frame none = new Frame(source, frame.picture, 0, 0, false);
      byte[] bytes = packet(new byte[0], null, false, (int) frame.captureTicks + timestampOffset);
      packets.add(new Published(none, index++, bytes, -1));
    }
  }

  private byte[] packet(
      byte[] payload, byte @Nullable [] extension, boolean marker, int timestamp) {
    byte[] bytes = new byte[300];
    MemorySegment memory = MemorySegment.ofArray(bytes);
    RtpHeaderWriter writer = new RtpHeaderWriter();
    writer.begin(memory, 0, 280, marker, 96, (int) index, timestamp, source + 1);
    if (extension != null && !writer.extensionBytes(5, extension)) {
      throw new IllegalStateException("too long: " + extension.length);
    }
    int header = writer.finish();
    Bytes.put(memory, header, payload);
    return java.util.Arrays.copyOf(bytes, header + payload.length);
  }
}
