package org.consultrelay.relay.net.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.consultrelay.relay.net.IoMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real connections, with clients that behave and clients that do not. */
class StreamDoorTest {
  private static final int FLOOD = 400;
  private static final Duration SHORT = Duration.ofMillis(150);
  private static final byte[] CHANNEL_DATA = HexFormat.of().parseHex("4001000568656c6c6f000000");

  @ParameterizedTest
  @EnumSource(
      value = IoMode.class,
      names = {"EPOLL", "NIO"})
  void whatIsSentInAnyPiecesComesBack(IoMode io) throws IOException {
    long seed = new Random().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    try (StreamFixture fixture = new StreamFixture(io)) {
      StreamDoor door = fixture.open(StreamFraming.RFC_4571, StreamLimits.DEFAULT);
      for (int client = 0; client < 4; client++) {
        Socket socket = fixture.connect(door);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        for (int round = 0; round < 30; round++) {
          byte[] frame = new byte[2 + 1 + random.nextInt(1_500)];
          random.nextBytes(frame);
          frame[0] = (byte) ((frame.length - 2) >> 8);
          frame[1] = (byte) (frame.length - 2);
          int cut = random.nextInt(frame.length);
          OutputStream out = socket.getOutputStream();
          out.write(frame, 0, cut);
          out.write(frame, cut, frame.length - cut);
          byte[] back = new byte[frame.length];
          in.readFully(back);
          assertThat(back).as("seed " + seed).isEqualTo(frame);
        }
      }
      assertThat(fixture.counters.accepted()).isEqualTo(4);
      assertThat(fixture.counters.receivedPackets()).isEqualTo(120);
      assertThat(fixture.counters.sentPackets()).isEqualTo(120);
      assertThat(fixture.counters.sentBytes()).isEqualTo(fixture.counters.receivedBytes());
      assertThat(fixture.opened)
          .hasSize(4)
          .allSatisfy(each -> assertThat(each.remote().isIpv4()).isTrue());
    }
  }

  @Test
  void halfAPacketIsWaitedForNoLongerThanItsLimit() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor door = fixture.open(StreamFraming.STUN, StreamLimits.DEFAULT.withPacket(SHORT));
      Socket socket = fixture.connect(door);
      socket.getOutputStream().write(CHANNEL_DATA, 0, 7);
      assertThat(StreamFixture.isClosed(socket)).isTrue();
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.TOO_SLOW) == 1);
      assertThat(fixture.counters.active()).isZero();
    }
  }

  @Test
  void bytesThatDripInDoNotProlongIt() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor door =
          fixture.open(StreamFraming.RFC_4571, StreamLimits.DEFAULT.withPacket(SHORT));
      Socket socket = fixture.connect(door);
      OutputStream out = socket.getOutputStream();
      // 1,536 bytes are announced; a byte at a time they would take for ever.
      assertThatThrownBy(
              () -> {
                out.write(new byte[] {6, 0});
                for (int i = 0; i < 1_535; i++) {
                  out.write(1);
                  socket.setSoTimeout(20);
                  try {
                    if (socket.getInputStream().read() < 0) {
                      throw new IOException("closed");
                    }
                  } catch (java.net.SocketTimeoutException e) {
                    // Still open: drip on.
                  }
                }
              })
          .isInstanceOf(IOException.class);
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.TOO_SLOW) == 1);
      assertThat(fixture.counters.receivedPackets()).isZero();
    }
  }

  @Test
  void whoSaysNothingAtFirstOrLaterIsLetGo() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor.Rules rules =
          new StreamDoor.Rules(new ConnectionGate(9, 9), List.of(), Runnable::run, SHORT);
      StreamDoor door =
          fixture.open(StreamFraming.STUN, StreamLimits.DEFAULT.withIdle(SHORT), rules, null, null);
      Socket silent = fixture.connect(door);
      assertThat(StreamFixture.isClosed(silent)).isTrue();
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.TOO_SLOW) == 1);

      Socket idle = fixture.connect(door);
      echo(idle);
      assertThat(StreamFixture.isClosed(idle)).isTrue();
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.IDLE) == 1);
      StreamFixture.until(() -> rules.gate().count() == 0);
    }
  }

  @Test
  void whoProvesNothingIsAStranger() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor door = fixture.open(StreamFraming.STUN, StreamLimits.DEFAULT.withProof(SHORT));
      Socket proven = fixture.connect(door);
      echo(proven);
      fixture.opened.forEach(StreamConnection::proven);
      Socket stranger = fixture.connect(door);
      echo(stranger);
      assertThat(StreamFixture.isClosed(stranger)).isTrue();
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.STRANGER) == 1);
      echo(proven);
    }
  }

  @Test
  void garbageEndsAConnection() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor door = fixture.open(StreamFraming.STUN, StreamLimits.DEFAULT);
      Socket socket = fixture.connect(door);
      socket.getOutputStream().write(CHANNEL_DATA);
      socket.getOutputStream().write("\r\n\r\nGET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes(CHANNEL_DATA.length);
      assertThat(StreamFixture.isClosed(socket)).isTrue();
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.GARBAGE) == 1);
    }
  }

  @Test
  void aHandlersBugCostsOnePacket() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamHandler buggy =
          fixture.new Echo() {
            private int packets;

            @Override
            public boolean onPacket(
                StreamConnection connection, int slot, long offset, int length, long nowNanos) {
              if (packets++ == 0) {
                throw new IllegalStateException("a bug, as this test wants it");
              }
              return super.onPacket(connection, slot, offset, length, nowNanos);
            }
          };
      StreamDoor door =
          fixture.open(
              StreamFraming.STUN,
              StreamLimits.DEFAULT,
              buggy,
              fixture.rules(new ConnectionGate(9, 9)),
              null,
              null);
      int free = freeSlots(fixture);
      Socket socket = fixture.connect(door);
      socket.getOutputStream().write(CHANNEL_DATA);
      echo(socket);
      assertThat(fixture.counters.failures()).isEqualTo(1);
      assertThat(freeSlots(fixture)).isEqualTo(free);
    }
  }

  @Test
  void whoNeverReadsLosesItsPacketsAndThenItsConnection() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor door =
          fixture.open(
              StreamFraming.RFC_4571, StreamLimits.DEFAULT.withStalled(Duration.ofSeconds(2)));
      Socket other = fixture.connect(door);
      echoFramed(other);
      Socket deaf = fixture.connect(door);
      echoFramed(deaf);
      StreamConnection stalled =
          fixture.opened.stream()
              .filter(each -> each.remote().equals(StreamFixture.address(deaf)))
              .findFirst()
              .orElseThrow();
      long most = 0;
      long droppedBefore = 0;
      int deafRounds = 0;
      // Until the kernel's buffers are full as well, so that a whole turn's packets are dropped.
      for (int rounds = 0; deafRounds < 3; rounds++) {
        assertThat(rounds).isLessThan(1_000);
        most = Math.max(most, StreamFixture.on(loopOf(fixture, stalled), () -> flood(stalled)));
        long dropped = fixture.counters.dropped();
        deafRounds = dropped - droppedBefore == FLOOD ? deafRounds + 1 : 0;
        droppedBefore = dropped;
      }
      assertThat(most).isLessThanOrEqualTo(StreamPort.MOST_WAITING + 32_000);
      echoFramed(other);
      StreamFixture.until(() -> fixture.counters.ends(StreamEnd.STALLED) == 1);
      echoFramed(other);
      assertThat(fixture.counters.active()).isEqualTo(1);
    }
  }

  private static int freeSlots(StreamFixture fixture) {
    return fixture.loops().stream()
        .mapToInt(loop -> StreamFixture.on(loop, () -> loop.slots().available()))
        .sum();
  }

  /** 400 kB in one turn: how many bytes wait afterwards. */
  private static long flood(StreamConnection connection) {
    for (int i = 0; i < FLOOD; i++) {
      connection.claim(1_000);
      connection.commit(1_000);
    }
    return connection.waiting();
  }

  private static org.consultrelay.relay.net.MediaLoop loopOf(
      StreamFixture fixture, StreamConnection connection) {
    return fixture.loops().stream()
        .filter(loop -> StreamFixture.on(loop, () -> connection.isOnItsLoop()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFloodOfConnectsIsBoundedPerSourceAndInAll() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      ConnectionGate gate = new ConnectionGate(3, 100);
      StreamDoor door =
          fixture.open(StreamFraming.STUN, StreamLimits.DEFAULT, fixture.rules(gate), null, null);
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        sockets.add(fixture.connect(door));
      }
      StreamFixture.until(
          () -> fixture.counters.ends(StreamEnd.TOO_MANY_OF_SOURCE) == 37 && gate.count() == 3);
      int served = 0;
      for (Socket each : sockets) {
        try {
          echo(each);
          served++;
          each.close();
        } catch (IOException e) {
          // Refused.
        }
      }
      assertThat(served).isEqualTo(3);
      StreamFixture.until(() -> gate.count() == 0);
      echo(fixture.connect(door));
    }
  }

  @Test
  void aPortThatIsTakenIsAskedForInOneLine() throws IOException {
    try (StreamFixture fixture = new StreamFixture(IoMode.AUTO)) {
      StreamDoor door = fixture.open(StreamFraming.STUN, StreamLimits.DEFAULT);
      assertThatThrownBy(() ->
              StreamDoor.open(
                  List.of(StreamFixture.LOOPBACK),
                  door.port(),
                  List.of(),
                  fixture.rules(new ConnectionGate(1, 1)),
                  null,
                  null))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot bind TCP 127.0.0.1 port " + door.port() + ": ")
          .hasMessageNotContaining("\n");
    }
  }

  static void echo(Socket socket) throws IOException {
    socket.getOutputStream().write(CHANNEL_DATA);
    if (!Arrays.equals(socket.getInputStream().readNBytes(CHANNEL_DATA.length), CHANNEL_DATA)) {
      throw new IOException("no echo");
    }
  }

  private static void echoFramed(Socket socket) throws IOException {
    byte[] frame = {0, 3, 1, 2, 3};
    socket.getOutputStream().write(frame);
    assertThat(socket.getInputStream().readNBytes(5)).isEqualTo(frame);
  }
}
