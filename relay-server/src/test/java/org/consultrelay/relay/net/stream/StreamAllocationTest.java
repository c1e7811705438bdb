package org.consultrelay.relay.net.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import org.consultrelay.relay.net.IoMode;
import org.consultrelay.relay.net.MediaLoop;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a packet over TCP costs in garbage: nothing by itself. Netty makes a few small objects each
 * time a socket is read, however many packets that brings.
 */
class StreamAllocationTest {
  private static final int FRAME = 1_002;
  private static final int FRAMES_AT_ONCE = 20;

  @TempDir Path directory;

  @Test
  void packetsThatComeInBulkMakeHardlyAnyGarbage() throws IOException {
    assertThat(bytesPerPacket(null)).isLessThan(30);
  }

  @Test
  void theJdksTlsMakesSomeForEachRecord() throws IOException {
    Path chain = directory.resolve("chain.pem");
    Path key = directory.resolve("key.pem");
    TestCertificate made = TestCertificate.of("localhost", "EC");
    made.writeCertificate(chain);
    made.writeKey(key);
    assertThat(bytesPerPacket(new Certificates(chain, key))).isLessThan(4_000);
  }

  private static long bytesPerPacket(@Nullable Certificates certificates) throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor door =
          fixture.open(
              StreamFraming.RFC_4571,
              StreamLimits.DEFAULT,
              fixture.rules(new ConnectionGate(9, 9)),
              certificates,
              null);
      Socket plain = fixture.connect(door);
      Socket socket =
          certificates == null
              ? plain
              : TestCertificate.trusting()
                  .getSocketFactory()
                  .createSocket(plain, "localhost", door.port(), true);
      exchange(socket, 2_000);
      StreamConnection connection = fixture.opened.element();
      MediaLoop loop =
          fixture.loops().stream()
              .filter(each -> StreamFixture.on(each, connection::isOnItsLoop))
              .findFirst()
              .orElseThrow();
      long before = loop.counters().allocatedBytes();
      int rounds = 3_000;
      exchange(socket, rounds);
      long perPacket =
          (loop.counters().allocatedBytes() - before) / ((long) rounds * FRAMES_AT_ONCE);
      return perPacket;
    }
  }

  /** The last frame of each write is cut in two, as a network cuts. */
  private static void exchange(Socket socket, int rounds) throws IOException {
    byte[] frames = new byte[FRAME * FRAMES_AT_ONCE];
    for (int i = 0; i < FRAMES_AT_ONCE; i++) {
      frames[i * FRAME] = (byte) ((FRAME - 2) >> 8);
      frames[i * FRAME + 1] = (byte) (FRAME - 2);
    }
    byte[] back = new byte[frames.length];
    for (int i = 0; i < rounds; i++) {
      socket.getOutputStream().write(frames, 0, frames.length - 500);
      socket.getOutputStream().write(frames, frames.length - 500, 500);
      assertThat(socket.getInputStream().readNBytes(back, 0, back.length)).isEqualTo(back.length);
    }
  }
}
