package org.consultrelay.relay.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.consultrelay.relay.Needs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against usrsctp, an implementation that others wrote. */
class UsrsctpTest {
  private static final int UP = 1;
  private static final int LOST = 2;
  private static final int SHUT_DOWN = 4;

  @SuppressWarnings("NullAway.Init") // before each test
  private Usrsctp library;

  @BeforeEach
  void findLibrary() {
    @Nullable Usrsctp found = Usrsctp.get();
    Needs.that(found != null, "libusrsctp2 is not installed (apt install libusrsctp2)");
    if (found != null) {
      library = found;
    }
  }

  private UsrsctpCall connected(long seed, Line line) {
    UsrsctpCall call = new UsrsctpCall(library, seed, line);
    call.theirs.connect();
    call.ours.channels.start(call.now);
    call.await("the association", call::isUp);
    return call;
  }

  /** A channel of theirs, which is 1, 3, 5…; usrsctp itself knows nothing of channels. */
  private static DataChannel openTheirs(UsrsctpCall call, int stream, Reliability reliability) {
    byte[] open = Dcep.write(new Dcep.Open("channel " + stream, "", reliability));
    int before = call.ours.opened.size();
    // Not at once where usrsctp has not heard yet that the stream was reset.
    call.await("room", () -> call.theirs.send(stream, Dcep.CONTROL, true, -1, open));
    call.await("a channel", () -> call.ours.opened.size() > before);
    call.await(
        "the answer",
        () ->
            call.theirs.messages.stream()
                .anyMatch(m -> m.stream() == stream && m.payloadProtocol() == Dcep.CONTROL));
    call.theirs.messages.clear();
    return call.ours.opened.getLast();
  }

  private static DataChannel openOurs(UsrsctpCall call, Reliability reliability) {
    int before = call.ours.opened.size();
    DataChannel channel = call.ours.channels.open("ours", "", reliability, call.now);
    call.await("an OPEN", () -> !call.theirs.messages.isEmpty());
    assertThat(Dcep.read(call.theirs.messages.getFirst().payload(), 256))
        .isEqualTo(new Dcep.Open("ours", "", reliability));
    call.theirs.messages.clear();
    assertThat(call.theirs.send(channel.streamId(), Dcep.CONTROL, true, -1, Dcep.ack())).isTrue();
    call.await("our channel", () -> call.ours.opened.size() > before);
    return channel;
  }

  @Test
  void theyBegin() {
    try (UsrsctpCall call = new UsrsctpCall(library, 1, Line.CLEAN)) {
      call.theirs.connect();
      call.await("the association", call::isUp);
      openTheirs(call, 1, Reliability.RELIABLE);
    }
  }

  @Test
  void weBegin() {
    try (UsrsctpCall call = new UsrsctpCall(library, 1, Line.CLEAN)) {
      call.theirs.listen();
      call.ours.channels.start(call.now);
      call.await("the association", call::isUp);
      openOurs(call, Reliability.RELIABLE);
    }
  }

  @Test
  void bothBegin() {
    for (int seed = 0; seed < 20; seed++) {
      double loss = seed % 4 * 0.1;
      try (UsrsctpCall call = connected(seed, new Line(loss, 0.05, 0.1, 20 * Line.MILLI))) {
        assertThat(call.ours.counters.established).as("seed %s", seed).isEqualTo(1);
        openOurs(call, Reliability.RELIABLE);
        openTheirs(call, 1, Reliability.RELIABLE);
      }
    }
  }

  @Test
  void dataGoesBothWaysOverLossyLines() {
    for (int seed = 0; seed < 12; seed++) {
      double loss = seed % 4 * 0.05;
      boolean ordered = seed % 3 != 0;
      Reliability reliability = new Reliability(ordered, new Reliability.Reliable());
      try (UsrsctpCall call = connected(seed, new Line(loss, 0.02, 0.05, 10 * Line.MILLI))) {
        DataChannel channel = openTheirs(call, 1, reliability);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          byte[] payload = new byte[i % 10 == 0 ? 30_000 : 1 + i * 97];
          call.random.nextBytes(payload);
          payload[0] = (byte) i;
          sent.add(payload);
          assertThat(channel.send(true, payload, call.now)).isEqualTo(Sending.ACCEPTED);
          assertThat(call.theirs.send(1, Dcep.BINARY, ordered, -1, payload)).isTrue();
          call.run(0.02);
        }
        call.await(
            "everything",
            () ->
                call.theirs.messages.size() == sent.size()
                    && call.ours.messages(channel).size() == sent.size());
        String seedSaid = "seed " + seed;
        same(
            seedSaid,
            ordered,
            sent,
            call.theirs.messages.stream().map(UsrsctpPeer.Message::payload).toList());
        same(
            seedSaid,
            ordered,
            sent,
            call.ours.messages(channel).stream().map(Side.Message::payload).toList());
        assertThat(call.ours.failure).isNull();
        assertThat(call.ours.counters.drops(SctpDrop.MALFORMED)).isZero();
        assertThat(call.ours.counters.drops(SctpDrop.CHECKSUM)).isZero();
      }
    }
  }

  private static void same(String seed, boolean ordered, List<byte[]> sent, List<byte[]> came) {
    assertThat(came).as(seed).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      byte[] payload = came.get(i);
      byte[] origin = sent.get(payload[0]);
      assertThat(Arrays.equals(payload, origin)).as("%s, message %s", seed, i).isTrue();
      if (ordered) {
        assertThat(payload[0]).as(seed).isEqualTo((byte) i);
      }
    }
    assertThat(came.stream().map(payload -> payload[0]).distinct().count())
        .as(seed)
        .isEqualTo(sent.size());
  }

  @Test
  void whatMayBeGivenUpIsGivenUp() {
    for (int seed = 0; seed < 6; seed++) {
      boolean ordered = seed % 2 == 0;
      Reliability lossy = new Reliability(ordered, new Reliability.MaxRetransmits(0));
      try (UsrsctpCall call = connected(seed, Line.CLEAN)) {
        DataChannel channel = openTheirs(call, 1, lossy);
        call.line = Line.lossy(0.2);
        for (int i = 0; i < 100; i++) {
          byte[] payload = new byte[i % 10 == 9 ? 5_000 : 200];
          payload[0] = (byte) i;
          assertThat(channel.send(true, payload, call.now)).isEqualTo(Sending.ACCEPTED);
          assertThat(call.theirs.send(1, Dcep.BINARY, ordered, 0, payload)).isTrue();
          call.run(0.02);
        }
        call.run(5);
        call.line = Line.CLEAN;
        byte[] last = {100};
        assertThat(channel.send(true, last, call.now)).isEqualTo(Sending.ACCEPTED);
        assertThat(call.theirs.send(1, Dcep.BINARY, ordered, 0, last)).isTrue();
        call.await(
            "the last one here, seed " + seed,
            () -> call.ours.messages(channel).getLast().payload()[0] == 100);
        call.await(
            "the last one there, seed " + seed,
            () -> call.theirs.messages.getLast().payload()[0] == 100);
        List<Integer> here =
            call.ours.messages(channel).stream().map(m -> (int) m.payload()[0]).toList();
        List<Integer> there = call.theirs.messages.stream().map(m -> (int) m.payload()[0]).toList();
        for (List<Integer> came : List.of(here, there)) {
          assertThat(came).as("seed %s", seed).hasSizeBetween(50, 99).doesNotHaveDuplicates();
          if (ordered) {
            assertThat(came).isSorted();
          }
        }
        call.await("acknowledgements", () -> channel.bufferedBytes() == 0);
        assertThat(call.ours.failure).isNull();
      }
    }
  }

  @Test
  void channelsAreClosedByEitherSideAndTheirStreamsUsedAgain() {
    for (int seed = 0; seed < 6; seed++) {
      try (UsrsctpCall call = connected(seed, Line.lossy(seed % 3 * 0.1))) {
        for (int round = 0; round < 3; round++) {
          DataChannel channel = openTheirs(call, 1, Reliability.RELIABLE);
          assertThat(channel.streamId()).isEqualTo(1);
          channel.send(true, new byte[20_000], call.now);
          boolean byUs = (round + seed) % 2 == 0;
          call.theirs.incomingResets.clear();
          int before = call.ours.closed.size();
          if (byUs) {
            channel.close(call.now);
            call.await("their event", () -> call.theirs.incomingResets.contains(1));
            assertThat(call.theirs.messages.getLast().payload())
                .as("what was sent arrives first")
                .hasSize(20_000);
            assertThat(call.ours.closed).hasSize(before);
            call.theirs.reset(1);
          } else {
            call.await("the message", () -> !call.theirs.messages.isEmpty());
            call.theirs.reset(1);
            call.await("their event", () -> call.theirs.incomingResets.contains(1));
          }
          call.await("the end of the channel", () -> call.ours.closed.size() > before);
          assertThat(call.ours.closed.getLast()).isSameAs(channel);
          call.theirs.messages.clear();
        }
        assertThat(call.ours.failure).isNull();
      }
    }
  }

  @Test
  void eitherSideShutsDown() {
    try (UsrsctpCall call = connected(1, Line.lossy(0.1))) {
      DataChannel channel = openTheirs(call, 1, Reliability.RELIABLE);
      channel.send(true, new byte[50_000], call.now);
      call.ours.channels.shutdown(call.now);
      call.await("our end", () -> call.ours.failure == SctpFailure.SHUT_DOWN);
      call.await("their end", () -> call.theirs.states.contains(SHUT_DOWN));
      assertThat(call.theirs.messages.getLast().payload()).hasSize(50_000);
    }
    try (UsrsctpCall call = connected(2, Line.lossy(0.1))) {
      DataChannel channel = openTheirs(call, 1, Reliability.RELIABLE);
      assertThat(call.theirs.send(1, Dcep.BINARY, true, -1, new byte[50_000])).isTrue();
      call.theirs.shutdown();
      call.await("our end", () -> call.ours.failure == SctpFailure.SHUT_DOWN);
      assertThat(call.ours.messages(channel)).hasSize(1);
    }
  }

  @Test
  void eitherSideAborts() {
    try (UsrsctpCall call = connected(1, Line.CLEAN)) {
      call.ours.channels.close(call.now);
      call.await("their end", () -> call.theirs.states.contains(LOST));
    }
    try (UsrsctpCall call = connected(1, Line.CLEAN)) {
      assertThat(call.theirs.states).contains(UP);
      call.theirs.abort();
      call.await("our end", () -> call.ours.failure == SctpFailure.ABORTED_BY_PEER);
    }
  }
}
