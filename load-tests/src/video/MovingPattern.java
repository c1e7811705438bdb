import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes two seconds of a moving pattern as YUV4MPEG2, for an encoder. See make.sh. */
class MovingPattern {
  static final int WIDTH = 320;
  static final int HEIGHT = 180;
  static final int FRAMES = 30;

  public static void main(String[] arguments) throws IOException {
    try (OutputStream out = new BufferedOutputStream(System.out)) {
      out.write(text("YUV4MPEG2 W" + WIDTH + " H" + HEIGHT + " F15:1 Ip A1:1 C420jpeg\n"));
      for (int frame = 0; frame < FRAMES; frame++) {
        out.write(text("FRAME\n"));
        double turn = 2 * Math.PI * frame / FRAMES;
        plane(out, 1, turn, 128, 90);
        plane(out, 2, turn + 2, 128, 60);
        plane(out, 2, turn + 4, 128, 60);
      }
    }
  }

  /** Waves that run round, and a bright disc on a circle, so that the end meets the beginning. */
  static void plane(OutputStream out, int step, double turn, int middle, int height)
      throws IOException {
    double discX = WIDTH / 2.0 + 90 * Math.cos(turn);
    double discY = HEIGHT / 2.0 + 50 * Math.sin(turn);
    for (int y = 0; y < HEIGHT; y += step) {
      for (int x = 0; x < WIDTH; x += step) {
        double wave = Math.sin(x / 40.0 + turn) * Math.cos(y / 30.0);
        boolean disc = Math.hypot(x - discX, y - discY) < 22;
        out.write((int) Math.round(middle + (disc ? height : wave * height / 2)));
      }
    }
  }

  static byte[] text(String line) {
    return line.getBytes(StandardCharsets.US_ASCII);
  }
}
