package org.consultrelay.relay.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two endpoints against each other. */
@Timeout(30)
class DtlsEndpointTest {
  private static final int GCM = 7;
  private static final int CM_80 = 1;

  @Test
  void connectsWithTheServersFavouriteProfileAndTheSameKeys() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(CM_80, 8, GCM);
      TestPeer server = loop.server(GCM, CM_80);
      TestLoop.join(client, server);
      server.start();
      client.start();

      DtlsKeys ours = client.awaitKeys();
      DtlsKeys theirs = server.awaitKeys();
      assertThat(ours.srtpProfile()).isEqualTo(GCM);
      assertThat(theirs.srtpProfile()).isEqualTo(GCM);
      assertThat(ours.material()).hasSize(56).isEqualTo(theirs.material());
      assertThat(new HashSet<>(List.of(hex(ours.localKey()), hex(ours.remoteKey())))).hasSize(2);
      assertThat(ours.localKey()).isEqualTo(theirs.remoteKey());
      assertThat(ours.localSalt()).isEqualTo(theirs.remoteSalt());
      assertThat(ours.remoteKey()).isEqualTo(theirs.localKey());
      assertThat(ours.remoteSalt()).isEqualTo(theirs.localSalt());
    }
  }

  @Test
  void packsEachFlightIntoOneShortDatagram() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(TestLoop.PATIENT, GCM);
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      TestLoop.join(client, server);
      server.start();
      client.start();
      client.awaitKeys();
      server.awaitKeys();

      // ClientHello, and Certificate to Finished; ServerHello to Done, and Finished.
      assertThat(loop.call(() -> client.sent.size())).isEqualTo(2);
      assertThat(loop.call(() -> server.sent.size())).isEqualTo(2);
      assertThat(loop.call(() -> List.copyOf(client.sent)))
          .allSatisfy(it -> assertThat(it.length).isBetween(1, 1_200));
      assertThat(loop.call(() -> List.copyOf(server.sent)))
          .allSatisfy(it -> assertThat(it.length).isBetween(1, 1_200));
    }
  }

  @Test
  void carriesDataBothWaysAndSaysGoodbye() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(GCM);
      TestPeer server = loop.server(GCM);
      TestLoop.join(client, server);
      server.start();
      client.start();
      client.awaitKeys();
      server.awaitKeys();

      for (int i = 0; i < 50; i++) {
        String text = "x".repeat(1 + i * 28);
        assertThat(loop.call(() -> client.say(text))).isTrue();
        assertThat(server.awaitData()).isEqualTo(text);
        assertThat(loop.call(() -> server.say(text))).isTrue();
        assertThat(client.awaitData()).isEqualTo(text);
      }
      assertThat(loop.call(() -> client.say("x".repeat(DtlsEndpoint.MAX_DATA)))).isTrue();
      assertThat(server.awaitData()).hasSize(DtlsEndpoint.MAX_DATA);
      assertThat(loop.call(() -> client.say("x".repeat(DtlsEndpoint.MAX_DATA + 1)))).isFalse();
      assertThat(loop.call(() -> client.say(""))).isFalse();

      loop.execute(server.endpoint::close);
      assertThat(client.closed.get(5, TimeUnit.SECONDS)).isTrue();
      assertThat(loop.call(() -> client.say("late"))).isFalse();
      assertThat(loop.call(() -> server.say("late"))).isFalse();
      assertThat(server.closed).isNotDone();
      assertThat(client.failure).isNotDone();
      assertThat(server.failure).isNotDone();
    }
  }

  @Test
  void deliversDataThatCameBeforeTheHandshakesEnd() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(GCM);
      TestPeer server = loop.server(GCM);
      List<byte[]> held = new ArrayList<>();
      client.wire = bytes -> loop.execute(() -> server.take(bytes));
      // What the server sends in epoch 1 is turned round: data first, then its Finished.
      server.wire =
          bytes ->
              loop.execute(() -> {
                if (bytes[0] == Records.CHANGE_CIPHER_SPEC) {
                  held.add(bytes);
                } else {
                  client.take(bytes);
                  held.forEach(client::take);
                }
              });
      server.start();
      client.start();
      server.awaitKeys();
      assertThat(loop.call(() -> server.say("early"))).isTrue();
      client.awaitKeys();
      assertThat(client.awaitData()).isEqualTo("early");
    }
  }

  @Test
  void connectsWhenTheNetworkLosesDoublesAndReorders() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      List<TestPeer> peers = new ArrayList<>();
      for (int seed = 0; seed < 60; seed++) {
        TestPeer client = loop.client(GCM, CM_80);
        TestPeer server = loop.server(GCM, CM_80);
        double loss = 0.1 * (seed % 4); // none to 30 %
        TestLoop.joinBadly(client, server, loss, new Random(seed));
        peers.add(client.start());
        peers.add(server.start());
      }
      for (int i = 0; i < peers.size(); i += 2) {
        TestPeer client = peers.get(i);
        TestPeer server = peers.get(i + 1);
        String seed = "seed " + i / 2;
        assertThat(client.keys).as(seed).succeedsWithin(Duration.ofSeconds(10));
        assertThat(server.keys).as(seed).succeedsWithin(Duration.ofSeconds(10));
        assertThat(client.awaitKeys().material()).as(seed).isEqualTo(server.awaitKeys().material());
      }
    }
  }

  @Test
  void connectsWhenEachDatagramOfAFlightComesInReverse() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(TestLoop.PATIENT, GCM);
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      client.wire = bytes -> loop.execute(() -> inReverse(bytes).forEach(server::take));
      server.wire = bytes -> loop.execute(() -> inReverse(bytes).forEach(client::take));
      server.start();
      client.start();
      assertThat(client.awaitKeys().material()).isEqualTo(server.awaitKeys().material());
      // Nothing had to be sent twice.
      assertThat(loop.call(() -> client.sent.size())).isEqualTo(2);
      assertThat(loop.call(() -> server.sent.size())).isEqualTo(2);
    }
  }

  @Test
  void serverAnswersARepeatedFinishedAfterItsOwnGotLost() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(GCM);
      TestPeer server = loop.server(GCM);
      List<byte[]> lost = new ArrayList<>();
      client.wire = bytes -> loop.execute(() -> server.take(bytes));
      server.wire =
          bytes -> {
            if (bytes[0] == Records.CHANGE_CIPHER_SPEC && lost.size() < 2) {
              lost.add(bytes);
            } else {
              loop.execute(() -> client.take(bytes));
            }
          };
      server.start();
      client.start();
      server.awaitKeys();
      client.awaitKeys();
      assertThat(lost).hasSize(2);
      assertThat(loop.call(() -> server.counters.repeatedFlights)).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void withoutSrtpThereAreNoSrtpKeys() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client();
      TestPeer server = loop.server();
      TestLoop.join(client, server);
      server.start();
      client.start();
      assertThat(client.awaitKeys().srtpProfile()).isZero();
      assertThat(server.awaitKeys().material()).isEmpty();
    }
  }

  @Test
  void answersAClientThatWouldRatherSpeakDtls13WithKeysOfTheFuture() throws Exception {
    byte[] plain = TestLoop.clientHello(GCM);
    byte[] modern =
        ClientHellos.with(
            plain,
            hello -> {
              // DTLS 1.3 and 1.2; ML-KEM first; its key share of 1.2 kB; one nobody knows.
              ClientHellos.put(
                  hello, 43, new byte[] {4, (byte) 0xFE, (byte) 0xFC, (byte) 0xFE, (byte) 0xFD});
              ClientHellos.put(hello, 10, new byte[] {0, 6, 0x11, (byte) 0xEC, 0, 29, 0, 23});
              ClientHellos.put(hello, 51, new byte[1_222]);
              ClientHellos.put(hello, 0x3A3A, new byte[0]);
            });
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      CompletableFuture<byte[]> answered = new CompletableFuture<>();
      server.wire = answered::complete;
      server.start();
      List<byte[]> fragments = ClientHellos.fragments(modern, 500);
      assertThat(fragments).hasSize(3);
      fragments.forEach(it -> loop.execute(() -> server.take(it)));
      byte[] answer = answered.get(5, TimeUnit.SECONDS);
      assertThat(answer[Records.HEADER]).isEqualTo((byte) Records.SERVER_HELLO);
      assertThat(Arrays.copyOfRange(answer, 25, 27)).containsExactly(0xFE, 0xFD);
      loop.execute(server.endpoint::close);
    }
  }

  @Test
  void forgetsItsLastFlightAndGoesOn() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(GCM);
      TestPeer server = loop.server(GCM);
      TestLoop.join(client, server);
      server.start();
      client.start();
      client.awaitKeys();
      server.awaitKeys();
      long deadline = loop.call(() -> server.endpoint.deadline());
      assertThat(deadline - System.nanoTime()).isBetween(240_000_000_000L, 245_000_000_000L);
      loop.execute(() -> server.endpoint.onDeadline(deadline));
      assertThat(loop.call(() -> server.endpoint.deadline())).isEqualTo(Long.MAX_VALUE);
      loop.execute(() -> client.say("still there?"));
      assertThat(server.awaitData()).isEqualTo("still there?");
    }
  }

  @Test
  void twoHundredAtOnceAllConnect() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      List<TestPeer> peers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        TestPeer client = loop.client(GCM, CM_80);
        TestPeer server = loop.server(CM_80, GCM);
        TestLoop.join(client, server);
        peers.add(server.start());
        peers.add(client.start());
      }
      Set<String> keys = new HashSet<>();
      for (TestPeer peer : peers) {
        DtlsKeys one = peer.awaitKeys();
        assertThat(one.srtpProfile()).isEqualTo(CM_80);
        keys.add(hex(one.material()));
      }
      assertThat(keys).hasSize(200);
    }
  }

  @Test
  void isDeafBeforeItsStart() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = loop.server(GCM);
      assertThat(server.endpoint.deadline()).isEqualTo(Long.MAX_VALUE);
      loop.call(() -> {
        server.endpoint.onDatagram(MemorySegment.ofArray(new byte[20]), 0, 20, 0);
        server.endpoint.onDeadline(0);
        return true;
      });
      assertThat(server.counters.garbage).isEqualTo(1);
      loop.execute(server.endpoint::close);
    }
  }

  /** The records of a datagram, each as a datagram, the last one first. */
  private static List<byte[]> inReverse(byte[] datagram) {
    List<byte[]> records = RecordsOf.datagram(datagram);
    Collections.reverse(records);
    return records;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
