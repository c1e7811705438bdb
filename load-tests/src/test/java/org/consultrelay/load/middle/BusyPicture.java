package org.consultrelay.load.middle;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a camera sees that is not real: two seconds, over and over, of a textured picture that moves
 * and flickers, which takes an encoder about what a person does. Chromium's own is nearly still.
 */
final class BusyPicture {
  private static final int WIDTH = 1_280;
  private static final int HEIGHT = 720;
  private static final int FRAMES = 60;
  private static final int CELL = 24;

  private static @Nullable Path made;

  private BusyPicture() {}

  /** A file of YUV4MPEG2; made once, gone with this process. */
  static synchronized Path file() {
    Path file = made;
    if (file == null) {
      try {
        file = Files.createTempFile("busy-picture", ".y4m");
        file.toFile().deleteOnExit();
        write(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      made = file;
    }
    return file;
  }

  private static void write(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(17);
    int[][] texture = new int[HEIGHT / CELL + 8][WIDTH / CELL + 8];
    for (int[] row : texture) {
      for (int i = 0; i < row.length; i++) {
        row[i] = 40 + random.nextInt(170);
      }
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      out.write(
          ("YUV4MPEG2 W" + WIDTH + " H" + HEIGHT + " F30:1 Ip A1:1 C420jpeg\n")
              .getBytes(StandardCharsets.US_ASCII));
      byte[] luma = new byte[WIDTH * HEIGHT];
      byte[] chroma = new byte[WIDTH * HEIGHT / 4];
      for (int frame = 0; frame < FRAMES; frame++) {
        paint(luma, texture, frame, random);
        Arrays.fill(chroma, (byte) (110 + frame % 30));
        out.write("FRAME\n".getBytes(StandardCharsets.US_ASCII));
        out.write(luma);
        out.write(chroma);
        out.write(chroma);
      }
    }
  }

  /** There and back again within the two seconds, so that it goes on without a jump. */
  private static void paint(byte[] luma, int[][] texture, int frame, SplittableRandom random) {
    int moved = frame < FRAMES / 2 ? frame * 3 : (FRAMES - frame) * 3;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int u = x + moved;
        int v = y + moved / 2;
        int a = texture[v / CELL][u / CELL];
        int b = texture[v / CELL][u / CELL + 1];
        int c = texture[v / CELL + 1][u / CELL];
        int d = texture[v / CELL + 1][u / CELL + 1];
        int s = u % CELL;
        int t = v % CELL;
        int top = a * (CELL - s) + b * s;
        int bottom = c * (CELL - s) + d * s;
        int value = (top * (CELL - t) + bottom * t) / (CELL * CELL);
        luma[y * WIDTH + x] = (byte) (value + (random.nextInt() >>> 29));
      }
    }
  }
}
