package org.consultrelay.relay.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.ExtensionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Forged, broken and misplaced datagrams, before, during and after the handshake. */
@Timeout(30)
class DtlsHostileTest {
  private static final int GCM = 7;

  @Test
  void aClientHelloWithNullCiphersHarmsNobodyAndIsNotAnswered() throws Exception {
    byte[] genuine = TestLoop.clientHello(GCM);
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(TestLoop.PATIENT, GCM);
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      byte[] forged = withCipherSuites(genuine, 0x0000, 0xC006); // NULL and ECDHE_ECDSA_NULL_SHA
      server.wire = bytes -> loop.execute(() -> client.take(bytes));
      client.wire =
          bytes ->
              loop.execute(() -> {
                server.take(forged);
                server.take(bytes);
                server.take(forged);
              });
      server.start();
      loop.execute(() -> server.take(forged));
      assertThat(loop.call(() -> server.sent.size())).isZero();
      assertThat(loop.call(() -> server.counters.handshakes)).isZero();
      client.start();
      client.awaitKeys();
      server.awaitKeys();
      loop.execute(() -> server.take(forged));
      assertStillTalking(loop, client, server);
      assertThat(loop.call(() -> server.counters.refusedHellos)).isGreaterThanOrEqualTo(2);
      assertNoAlerts(loop, server);
    }
  }

  /** A record that can be read and is of no use counts as one that cannot. */
  @Test
  void whatIsOfNoUseIsCountedWhereverItIsFound() throws Exception {
    byte[] dataInPlain = {23, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 7};
    byte[] both = Arrays.copyOf(dataInPlain, dataInPlain.length + 3);
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      server.start();
      loop.execute(() -> server.take(dataInPlain));
      assertThat(loop.call(() -> server.counters.garbage)).isEqualTo(1);
      loop.execute(() -> server.take(both));
      assertThat(loop.call(() -> server.counters.garbage)).isEqualTo(3);
    }
  }

  @Test
  void harmlessForgeriesDoNotKeepPeersFromConnecting() throws Exception {
    byte[] genuineHello = TestLoop.clientHello(GCM);
    List<byte[]> forgeries = harmless(genuineHello);
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      try (TestLoop loop = new TestLoop()) {
        TestPeer client = loop.client(TestLoop.PATIENT, GCM);
        TestPeer server = loop.server(TestLoop.PATIENT, GCM);
        client.wire = bytes -> loop.execute(() -> among(forgeries, bytes, server, random));
        server.wire = bytes -> loop.execute(() -> among(forgeries, bytes, client, random));
        server.start();
        loop.execute(() -> forgeries.forEach(server::take));
        client.start();
        assertThat(client.keys).as("seed " + seed).succeedsWithin(5, TimeUnit.SECONDS);
        assertThat(server.keys).as("seed " + seed).succeedsWithin(5, TimeUnit.SECONDS);
        loop.execute(() -> forgeries.forEach(server::take));
        loop.execute(() -> forgeries.forEach(client::take));
        assertStillTalking(loop, client, server);
        assertNoAlerts(loop, client);
        assertNoAlerts(loop, server);
        assertThat(loop.call(() -> server.counters.garbage)).isPositive();
        assertThat(loop.call(() -> server.counters.rejectedRecords)).isPositive();
      }
    }
  }

  @Test
  void mutatedFlightsNeverEscapeAndNeverLeaveAThread() throws Exception {
    try (TestLoop loop = new TestLoop()) { // close finds exceptions and threads
      List<TestPeer> peers = new ArrayList<>();
      DtlsLimits limits = TestLoop.LIMITS;
      for (int seed = 0; seed < 60; seed++) {
        Random random = new Random(seed);
        TestPeer client = loop.client(limits, GCM);
        TestPeer server = loop.server(limits, GCM);
        client.wire = bytes -> loop.execute(() -> mutants(bytes, server, random));
        server.wire = bytes -> loop.execute(() -> mutants(bytes, client, random));
        peers.add(server.start());
        peers.add(client.start());
      }
      // Some connect, some fail; the rest is told to stop.
      for (TestPeer peer : peers) {
        try {
          CompletableFuture.anyOf(peer.keys, peer.failure).get(50, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
          // Failed, or still trying.
        }
      }
      for (TestPeer peer : peers) {
        loop.execute(peer.endpoint::close);
      }
      assertThat(peers).anySatisfy(it -> assertThat(it.keys).isCompleted());
    }
  }

  @Test
  void randomBytesAreCountedAndNothingElse() throws Exception {
    Random random = new Random(42);
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(TestLoop.PATIENT, GCM);
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      TestLoop.join(client, server);
      server.start();
      for (int i = 0; i < 2_000; i++) {
        byte[] bytes = new byte[random.nextInt(80)];
        random.nextBytes(bytes);
        loop.execute(() -> server.take(bytes));
      }
      client.start();
      client.awaitKeys();
      server.awaitKeys();
      for (int i = 0; i < 2_000; i++) {
        byte[] bytes = new byte[random.nextInt(80)];
        random.nextBytes(bytes);
        loop.execute(() -> server.take(bytes));
      }
      assertStillTalking(loop, client, server);
      assertThat(loop.call(() -> server.counters.garbage)).isGreaterThan(3_000);
    }
  }

  @Test
  void aMultitudeOfTinyRecordsIsCutOff() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(TestLoop.PATIENT, GCM);
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      TestLoop.join(client, server);
      server.start();
      client.start();
      client.awaitKeys();
      server.awaitKeys();
      byte[] tiny = record(Records.APPLICATION_DATA, 1, new byte[24]);
      byte[] crowd = new byte[tiny.length * 40];
      for (int i = 0; i < 40; i++) {
        System.arraycopy(tiny, 0, crowd, i * tiny.length, tiny.length);
      }
      long before = loop.call(() -> server.counters.rejectedRecords);
      for (int i = 0; i < 200; i++) {
        loop.execute(() -> server.take(crowd));
      }
      assertStillTalking(loop, client, server);
      // Some are taken together, so they may count as one; none may count as good.
      assertThat(loop.call(() -> server.counters.rejectedRecords) - before)
          .isBetween(200L, 200L * 16);
      assertThat(server.data).isEmpty();
    }
  }

  @Test
  void genuineRecordsAreTakenOnceHoweverOftenTheyCome() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(TestLoop.PATIENT, GCM);
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      TestLoop.join(client, server);
      server.start();
      client.start();
      client.awaitKeys();
      server.awaitKeys();
      loop.execute(() -> client.say("once"));
      assertThat(server.awaitData()).isEqualTo("once");
      byte[] datagram = loop.call(() -> client.sent.getLast());
      byte[] thrice = new byte[datagram.length * 3];
      for (int i = 0; i < 3; i++) {
        System.arraycopy(datagram, 0, thrice, i * datagram.length, datagram.length);
      }
      loop.execute(() -> server.take(datagram));
      loop.execute(() -> server.take(thrice));
      assertStillTalking(loop, client, server);
      assertThat(server.data).isEmpty();
    }
  }

  @Test
  void aClientHelloThatOnlyBouncyCastleRefusesHarmsNobodyEither() throws Exception {
    byte[] genuine = TestLoop.clientHello(GCM);
    byte[] renegotiating =
        ClientHellos.with(
            genuine,
            hello -> ClientHellos.put(hello, ExtensionType.renegotiation_info, new byte[] {1, 9}));
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(TestLoop.LIMITS, GCM);
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      TestLoop.join(client, server);
      server.start();
      loop.execute(() -> server.take(renegotiating));
      client.start();
      client.awaitKeys();
      server.awaitKeys();
      assertStillTalking(loop, client, server);
      assertThat(loop.call(() -> server.counters.refusedHellos)).isEqualTo(1);
      assertThat(loop.call(() -> server.counters.handshakes)).isEqualTo(2);
      assertNoAlerts(loop, server);
    }
  }

  @Test
  void butNotForever() throws Exception {
    byte[] renegotiating =
        ClientHellos.with(
            TestLoop.clientHello(GCM),
            hello -> ClientHellos.put(hello, ExtensionType.renegotiation_info, new byte[] {1, 9}));
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      server.start();
      while (!server.failure.isDone()) {
        loop.call(() -> {
          server.take(renegotiating);
          return true;
        });
      }
      assertThat(server.awaitFailure()).isEqualTo(DtlsFailure.PROTOCOL);
      assertThat(loop.call(() -> server.counters.handshakes)).isEqualTo(4);
      assertThat(loop.call(() -> server.sent)).isEmpty();
    }
  }

  @Test
  void repeatedClientHellosAreAnsweredSparingly() throws Exception {
    byte[] hello = TestLoop.clientHello(GCM);
    try (TestLoop loop = new TestLoop()) {
      TestPeer server = loop.server(TestLoop.PATIENT, GCM);
      CompletableFuture<byte[]> answered = new CompletableFuture<>();
      server.wire = answered::complete;
      server.start();
      loop.execute(() -> server.take(hello));
      byte[] answer = answered.get(5, TimeUnit.SECONDS);
      loop.call(() -> {
        long now = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
          server.endpoint.onDatagram(MemorySegment.ofArray(hello), 0, hello.length, now + i);
        }
        return true;
      });
      assertThat(loop.call(() -> server.counters.repeatedFlights)).isEqualTo(1);
      assertThat(loop.call(() -> server.sent)).hasSize(2).allMatch(it -> Arrays.equals(it, answer));
      loop.call(() -> {
        long now = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
          server.endpoint.onDatagram(
              MemorySegment.ofArray(hello), 0, hello.length, now + i * 1_000_000_000L);
        }
        return true;
      });
      assertThat(loop.call(() -> server.counters.repeatedFlights)).isEqualTo(32);
      loop.execute(server.endpoint::close);
    }
  }

  /** What an attacker without the peers' secrets can send and should gain nothing by. */
  private static List<byte[]> harmless(byte[] genuineHello) {
    List<byte[]> all = new ArrayList<>();
    all.add(new byte[0]);
    all.add(new byte[] {22});
    for (int cut = 1; cut < genuineHello.length; cut += 7) {
      all.add(Arrays.copyOf(genuineHello, cut));
    }
    all.add(withCipherSuites(genuineHello, 0x0000, 0x0000));
    for (int type : new int[] {0, 19, 20, 21, 22, 23, 24, 25, 26, 63, 255}) {
      for (int epoch : new int[] {0, 1, 2, 0xFFFF}) {
        for (int length : new int[] {0, 1, 2, 11, 12, 15, 16, 17, 23, 24, 25, 40, 48, 100}) {
          byte[] content = new byte[length];
          Arrays.fill(content, (byte) 0xEE);
          all.add(record(type, epoch, content));
        }
      }
    }
    all.add(record(Records.ALERT, 0, new byte[] {2, 40}));
    all.add(record(Records.ALERT, 0, new byte[] {1, 0}));
    all.add(record(Records.ALERT, 1, new byte[] {2, 40}));
    all.add(record(Records.CHANGE_CIPHER_SPEC, 0, new byte[] {1}));
    // Handshake fragments that claim 16 MB, from every place in the sequence.
    for (int sequence = 0; sequence < 20; sequence++) {
      byte[] huge = new byte[Records.MESSAGE_HEADER + 10];
      huge[0] = Records.CERTIFICATE;
      huge[1] = huge[2] = huge[3] = (byte) 0xFF;
      huge[5] = (byte) sequence;
      huge[11] = 10;
      all.add(record(Records.HANDSHAKE, 0, huge));
    }
    byte[] otherVersion = genuineHello.clone();
    otherVersion[1] = 3;
    all.add(otherVersion);
    byte[] longerThanItIs = genuineHello.clone();
    longerThanItIs[11] = 0x40;
    all.add(longerThanItIs);
    return all;
  }

  private static void among(List<byte[]> forgeries, byte[] genuine, TestPeer to, Random random) {
    for (int i = 0; i < 40; i++) {
      to.take(forgeries.get(random.nextInt(forgeries.size())));
    }
    to.take(genuine);
    for (int i = 0; i < 40; i++) {
      to.take(forgeries.get(random.nextInt(forgeries.size())));
    }
  }

  private static void mutants(byte[] genuine, TestPeer to, Random random) {
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] mutant = genuine.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (random.nextInt(3) == 0) {
        mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length + 20));
      }
      to.take(mutant);
    }
    to.take(genuine);
  }

  private static void assertStillTalking(TestLoop loop, TestPeer client, TestPeer server)
      throws Exception {
    assertThat(loop.call(() -> client.say("ping"))).isTrue();
    assertThat(server.awaitData()).isEqualTo("ping");
    assertThat(loop.call(() -> server.say("pong"))).isTrue();
    assertThat(client.awaitData()).isEqualTo("pong");
  }

  private static void assertNoAlerts(TestLoop loop, TestPeer peer) throws Exception {
    assertThat(loop.call(() -> List.copyOf(peer.sent)))
        .flatMap(RecordsOf::datagram)
        .noneMatch(it -> Records.type(it, 0) == Records.ALERT);
  }

  /** The hello with its list of cipher suites filled with others. */
  private static byte[] withCipherSuites(byte[] hello, int... suites) {
    byte[] forged = hello.clone();
    // Version, random, an empty session id, an empty cookie.
    int at = Records.HEADER + Records.MESSAGE_HEADER + 2 + 32 + 1 + 1;
    int length = (forged[at] & 0xFF) << 8 | (forged[at + 1] & 0xFF);
    for (int i = 0; i < length / 2; i++) {
      int suite = suites[i % suites.length];
      forged[at + 2 + 2 * i] = (byte) (suite >> 8);
      forged[at + 3 + 2 * i] = (byte) suite;
    }
    return forged;
  }

  private static byte[] record(int type, int epoch, byte[] content) {
    byte[] record = new byte[Records.HEADER + content.length];
    record[0] = (byte) type;
    record[1] = (byte) 0xFE;
    record[2] = (byte) 0xFD;
    record[3] = (byte) (epoch >> 8);
    record[4] = (byte) epoch;
    record[10] = (byte) 0x99;
    record[11] = (byte) (content.length >> 8);
    record[12] = (byte) content.length;
    System.arraycopy(content, 0, record, Records.HEADER, content.length);
    return record;
  }
}
