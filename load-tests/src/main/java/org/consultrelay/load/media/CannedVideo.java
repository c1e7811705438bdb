package org.consultrelay.load.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.wire.Bytes;

/**
 * Encoded VP8 frames out of an IVF file, which decoders make a picture of. Immutable; all
 * publishers share one.
 */
public final class CannedVideo {
  private static final int FILE_HEADER = 32;
  private static final int FRAME_HEADER = 12;
  private static final int SIGNATURE = 0x444B_4946;
  private static final int VP8 = 0x5650_3830;
  private static final String OWN = "moving-pattern.ivf";

  private record Frame(long offset, int length, boolean key) {}

  private final MemorySegment memory;
  private final List<Frame> frames;
  private final int framesPerSecond;

  private CannedVideo(MemorySegment memory, List<Frame> frames, int framesPerSecond) {
    this.memory = memory;
    this.frames = frames;
    this.framesPerSecond = framesPerSecond;
  }

  /** The video that comes with the load tester: a pattern that moves for two seconds. */
  public static CannedVideo own() {
    try (InputStream in = CannedVideo.class.getResourceAsStream(OWN)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + OWN);
      }
      return of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads an IVF file.
   *
   * @throws IllegalArgumentException when it is not one, is not VP8, or does not begin with a key
   *     frame
   */
  public static CannedVideo of(byte[] file) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, file.length));
    Bytes.put(memory, 0, file);
    if (file.length < FILE_HEADER
        || Bytes.i32(memory, 0) != SIGNATURE
        || Bytes.i32(memory, 8) != VP8) {
      throw new IllegalArgumentException("not an IVF file with VP8");
    }
    List<Frame> frames = new ArrayList<>();
    long at = FILE_HEADER;
    while (at + FRAME_HEADER < file.length) {
      int length = Integer.reverseBytes(Bytes.i32(memory, at));
      at += FRAME_HEADER;
      if (length <= 0 || length > file.length - at) {
        throw new IllegalArgumentException("frame " + frames.size() + " runs over the end");
      }
      frames.add(new Frame(at, length, (Bytes.u8(memory, at) & 1) == 0));
      at += length;
    }
    if (frames.isEmpty() || !frames.getFirst().key()) {
      throw new IllegalArgumentException("does not begin with a key frame");
    }
    int rate = Integer.reverseBytes(Bytes.i32(memory, 16));
    int scale = Integer.reverseBytes(Bytes.i32(memory, 20));
    return new CannedVideo(memory, List.copyOf(frames), scale > 0 ? Math.max(1, rate / scale) : 30);
  }

  /** As the file says. */
  public int framesPerSecond() {
    return framesPerSecond;
  }

  /** Frames in it. */
  public int frames() {
    return frames.size();
  }

  /** A publisher's way through it, over and over; when a key frame is asked for, from the start. */
  public VideoSource play(int firstPictureId) {
    return new Player(firstPictureId);
  }

  /**
   * The stamp follows the last byte of the frame, so only a frame's last packet has one: decoders
   * stop reading before (the last VP8 partition has no length of its own, RFC 6386 §9.5).
   */
  private final class Player implements VideoSource {
    private static final int DESCRIPTOR = 4;

    private int position = -1;
    private int pictureId;
    private int packets;
    private int stampOffset = -1;

    Player(int firstPictureId) {
      pictureId = firstPictureId;
    }

    private int length() {
      return frames.get(position).length() + Stamp.LENGTH;
    }

    @Override
    public int nextFrame(boolean keyWanted) {
      position = keyWanted ? 0 : (position + 1) % frames.size();
      pictureId = pictureId + 1 & 0x7FFF;
      packets = Packets.count(length(), MAX_PAYLOAD - DESCRIPTOR);
      return packets;
    }

    @Override
    public boolean keyFrame() {
      return frames.get(position).key();
    }

    @Override
    public int temporalLayer() {
      return 0;
    }

    @Override
    public int write(int packet, MemorySegment to, long offset) {
      Bytes.put8(to, offset, packet == 0 ? 0x90 : 0x80);
      Bytes.put8(to, offset + 1, 0x80);
      Bytes.put16(to, offset + 2, 0x8000 | pictureId);
      Frame frame = frames.get(position);
      int start = Packets.start(length(), packets, packet);
      int length = Packets.length(length(), packets, packet);
      int encoded = Math.clamp(frame.length() - start, 0, length);
      if (encoded > 0) {
        Bytes.copy(memory, frame.offset() + start, to, offset + DESCRIPTOR, encoded);
      }
      stampOffset = packet == packets - 1 ? DESCRIPTOR + length - Stamp.LENGTH : -1;
      return DESCRIPTOR + length;
    }

    @Override
    public int stampOffset() {
      return stampOffset;
    }
  }
}
