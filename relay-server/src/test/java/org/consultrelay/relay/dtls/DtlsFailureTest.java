package org.consultrelay.relay.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handshakes that must not succeed, and that they leave nothing behind. */
@Timeout(30)
class DtlsFailureTest {
  private static final int GCM = 7;
  private static final int CM_80 = 1;

  @Test
  void fingerprintMismatchFailsInEitherRole() throws Exception {
    Fingerprint wrong = Fingerprint.of(new byte[] {1});
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(GCM);
      TestPeer server =
          new TestPeer(
              loop, loop.context(TestLoop.THEIRS, TestLoop.LIMITS, GCM), DtlsRole.SERVER, wrong);
      TestLoop.join(client, server);
      server.start();
      client.start();
      assertThat(server.awaitFailure()).isEqualTo(DtlsFailure.FINGERPRINT_MISMATCH);
      assertThat(client.awaitFailure()).isEqualTo(DtlsFailure.PEER_ALERT);
      assertThat(loop.call(() -> server.counters.failures(DtlsFailure.FINGERPRINT_MISMATCH)))
          .isEqualTo(1);

      TestPeer client2 =
          new TestPeer(
              loop, loop.context(TestLoop.OURS, TestLoop.LIMITS, GCM), DtlsRole.CLIENT, wrong);
      TestPeer server2 = loop.server(GCM);
      TestLoop.join(client2, server2);
      server2.start();
      client2.start();
      assertThat(client2.awaitFailure()).isEqualTo(DtlsFailure.FINGERPRINT_MISMATCH);
      assertThat(server2.awaitFailure()).isEqualTo(DtlsFailure.PEER_ALERT);
      assertThat(client.keys).isCompletedExceptionally();
      assertThat(server2.keys).isCompletedExceptionally();
    }
  }

  @Test
  void noProfileInCommonIsRefusedInSilence() throws Exception {
    DtlsLimits limits =
        new DtlsLimits(Duration.ofMillis(300), Duration.ofMillis(100), Duration.ofMillis(60));
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(limits, 8);
      TestPeer server = loop.server(limits, GCM, CM_80);
      TestLoop.join(client, server);
      server.start();
      client.start();
      assertThat(server.awaitFailure()).isEqualTo(DtlsFailure.NO_SRTP_PROFILE);
      assertThat(client.awaitFailure()).isEqualTo(DtlsFailure.TIMEOUT);
      assertThat(loop.call(() -> server.sent)).isEmpty();
      assertThat(loop.call(() -> server.counters.handshakes)).isZero();
      assertThat(loop.call(() -> server.counters.refusedHellos)).isPositive();
    }
  }

  @Test
  void timesOutAndItsThreadEnds() throws Exception {
    DtlsLimits limits =
        new DtlsLimits(Duration.ofMillis(150), Duration.ofMillis(100), Duration.ofMillis(60));
    try (TestLoop loop = new TestLoop()) { // its close waits for the threads
      TestPeer client = loop.client(limits, GCM);
      TestPeer server = loop.server(limits, GCM);
      client.wire = bytes -> loop.execute(() -> server.take(bytes));
      // The server's answers get lost.
      server.start();
      client.start();
      assertThat(client.awaitFailure()).isEqualTo(DtlsFailure.TIMEOUT);
      assertThat(server.awaitFailure()).isEqualTo(DtlsFailure.TIMEOUT);
      assertThat(loop.call(() -> client.endpoint.deadline())).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void itsThreadEndsEvenIfTheLoopNeverCallsAgain() throws Exception {
    DtlsLimits limits =
        new DtlsLimits(Duration.ofMillis(150), Duration.ofMillis(100), Duration.ofMillis(60));
    try (TestLoop loop = new TestLoop()) {
      DtlsContext context = loop.context(TestLoop.OURS, limits, GCM);
      DtlsEndpoint forgotten =
          new DtlsEndpoint(
              context,
              DtlsRole.CLIENT,
              TestLoop.THEIRS.fingerprint(),
              _ -> {
                throw new RejectedExecutionException("gone");
              },
              new DtlsCounters(),
              loop.client(GCM));
      loop.execute(() -> forgotten.start(System.nanoTime()));
    }
  }

  @Test
  void closingEndsAHandshakeAtOnce() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      TestPeer client = loop.client(GCM).start();
      loop.execute(client.endpoint::close);
      loop.call(() -> true);
      // TestLoop.close waits for the thread: had it the whole 8 s, the test's time would be over.
      assertThat(client.failure).isNotDone();
      assertThat(client.closed).isNotDone();
    }
  }

  @Test
  void waitsForTheGateAndIsOverloadedIfItNeverOpens() throws Exception {
    DtlsLimits limits =
        new DtlsLimits(Duration.ofMillis(400), Duration.ofMillis(100), Duration.ofMillis(60));
    try (TestLoop loop = new TestLoop()) {
      HandshakeGate narrow = new HandshakeGate(1, 1_000);
      assertThat(narrow.tryEnter(System.nanoTime())).isTrue();
      DtlsContext context =
          new DtlsContext(TestLoop.THEIRS, List.of(GCM), limits, narrow, loop.handshakes);
      TestPeer refused = new TestPeer(loop, context, DtlsRole.SERVER, TestLoop.OURS.fingerprint());
      TestPeer client = loop.client(GCM);
      TestLoop.join(client, refused);
      refused.start();
      client.start();
      assertThat(refused.awaitFailure()).isEqualTo(DtlsFailure.OVERLOADED);
      assertThat(narrow.refusedConcurrent()).isPositive();
      loop.execute(client.endpoint::close);

      TestPeer refusedClient =
          new TestPeer(loop, context, DtlsRole.CLIENT, TestLoop.OURS.fingerprint()).start();
      assertThat(refusedClient.awaitFailure()).isEqualTo(DtlsFailure.OVERLOADED);
      assertThat(loop.call(() -> refusedClient.counters.deferred)).isBetween(2L, 5L);

      narrow.leave();
      TestPeer admitted = new TestPeer(loop, context, DtlsRole.SERVER, TestLoop.OURS.fingerprint());
      TestPeer client2 = loop.client(GCM);
      TestLoop.join(client2, admitted);
      admitted.start();
      client2.start();
      client2.awaitKeys();
      admitted.awaitKeys();
    }
  }

  @Test
  void noThreadMeansInternalFailure() throws Exception {
    try (TestLoop loop = new TestLoop()) {
      DtlsContext context =
          new DtlsContext(
              TestLoop.OURS,
              List.of(GCM),
              TestLoop.LIMITS,
              loop.gate,
              _ -> {
                throw new RejectedExecutionException("none left");
              });
      TestPeer client =
          new TestPeer(loop, context, DtlsRole.CLIENT, TestLoop.THEIRS.fingerprint()).start();
      assertThat(client.awaitFailure()).isEqualTo(DtlsFailure.INTERNAL);
    }
  }
}
