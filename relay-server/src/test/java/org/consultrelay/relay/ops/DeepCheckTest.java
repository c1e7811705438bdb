package org.consultrelay.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeepCheckTest {
  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();

  private DeepCheck.Stages stages() {
    calls.incrementAndGet();
    clock.addAndGet(30_000_000);
    return new DeepCheck.Stages(10_000_000, 20_000_000, 30_000_000);
  }

  @Test
  void theStagesAreTold() {
    DeepCheck.Result result = new DeepCheck(this::stages, clock::get).run();
    assertThat(result.status()).isEqualTo(200);
    assertThat(result.json().encode())
        .isEqualTo(
            "{\"ok\":true,\"iceMillis\":10.0,\"dtlsMillis\":20.0,\"mediaMillis\":30.0,"
                + "\"millis\":30.0,\"ageSeconds\":0}");
  }

  @Test
  void whoAsksTooSoonIsToldOfTheLast() {
    DeepCheck deep = new DeepCheck(this::stages, clock::get);
    deep.run();
    clock.addAndGet(2_000_000_000L);
    DeepCheck.Result again = deep.run();
    assertThat(calls).hasValue(1);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().getDouble("ageSeconds")).isEqualTo(2.0);
    assertThat(again.retryAfterSeconds()).isBetween(3, 4);
    clock.addAndGet(3_000_000_000L);
    deep.run();
    assertThat(calls).hasValue(2);
  }

  @Test
  void aFailureIsOneLineAndNotWell() {
    DeepCheck deep =
        new DeepCheck(
            () -> {
              throw new IOException("no answer to connectivity checks");
            },
            clock::get);
    assertThat(deep.isWell()).isTrue();
    DeepCheck.Result result = deep.run();
    assertThat(result.status()).isEqualTo(503);
    assertThat(result.json().getString("problem")).isEqualTo("no answer to connectivity checks");
    assertThat(deep.isWell()).isFalse();
    assertThat(deep.trials(DeepCheck.Outcome.FAILED)).isEqualTo(1);
    assertThat(deep.trials(DeepCheck.Outcome.PASSED)).isZero();
  }

  @Test
  void thereIsOneAtATime() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    DeepCheck deep =
        new DeepCheck(
            () -> {
              begun.countDown();
              go.await();
              return stages();
            },
            clock::get);
    Thread first = Thread.ofVirtual().start(deep::run);
    begun.await();
    assertThat(deep.run().status()).isEqualTo(429);
    go.countDown();
    first.join();
    assertThat(calls).hasValue(1);
  }
}
