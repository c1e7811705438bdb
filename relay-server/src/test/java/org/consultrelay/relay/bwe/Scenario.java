package org.consultrelay.relay.bwe;

import java.util.Locale;
import java.util.function.LongUnaryOperator;

/** A line and what happens on it. */
enum Scenario {
  STEADY("A steady line of 2 Mbit/s"),
  STEP_DOWN("From 3 down to 0.5 Mbit/s"),
  STEP_UP("From 0.5 up to 3 Mbit/s"),
  JITTER("200 ms of jitter in disorder"),
  WANDER("Delay that wanders by up to 200 ms"),
  RANDOM_LOSS("10 % random loss"),
  BUFFERBLOAT("A queue of 1 s"),
  COMPETING_CONSTANT("1 Mbit/s of others from 20 to 40 s"),
  COMPETING_TCP("A TCP download from 20 to 40 s"),
  WIFI("Wi-Fi: stalls, and bursts of loss"),
  ASYMMETRIC("300 ms back, 20 ms there"),
  POLICER("A queue of 40 ms: loss but no delay"),
  HEAVY_LOSS("20 % random loss"),
  BLACKOUT("5 s of nothing"),
  LIMITED("Only 0.3 Mbit/s to send until 25 s");

  private static final long MS = 1_000_000;
  private static final long S = 1_000 * MS;

  private final String title;

  Scenario(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  String fileName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg";
  }

  long lengthNanos() {
    return 60 * S;
  }

  /** What there is to send, in bits per second. */
  double wantedBits(long now) {
    return this == LIMITED && now < 25 * S ? 300_000 : 10_000_000;
  }

  BottleneckLink.Options options() {
    BottleneckLink.Options options = new BottleneckLink.Options();
    options.capacity = capacity();
    switch (this) {
      case JITTER -> options.jitterNanos = 200 * MS;
      case WANDER -> options.wanderNanos = 200 * MS;
      case RANDOM_LOSS -> {
        options.loss = 0.1;
        options.feedbackLoss = 0.1;
      }
      case HEAVY_LOSS -> {
        options.loss = 0.2;
        options.feedbackLoss = 0.2;
      }
      case BUFFERBLOAT -> options.queueNanos = 1_000 * MS;
      case WIFI -> {
        options.burstEveryNanos = 1_500 * MS;
        options.burstNanos = 60 * MS;
        options.stallEveryNanos = 2_000 * MS;
        options.stallNanos = 60 * MS;
        options.loss = 0.005;
        options.feedbackLoss = 0.02;
      }
      case ASYMMETRIC -> {
        options.delayNanos = 20 * MS;
        options.returnDelayNanos = 300 * MS;
      }
      case POLICER -> options.queueNanos = 40 * MS;
      case BLACKOUT -> {
        options.outageFrom = 30 * S;
        options.outageUntil = 35 * S;
      }
      default -> {}
    }
    return options;
  }

  private LongUnaryOperator capacity() {
    return switch (this) {
      case STEP_DOWN -> now -> now < 25 * S ? 3_000_000 : 500_000;
      case STEP_UP -> now -> now < 25 * S ? 500_000 : 3_000_000;
      case BUFFERBLOAT -> now -> now >= 20 * S && now < 40 * S ? 1_000_000 : 2_000_000;
      case COMPETING_CONSTANT, COMPETING_TCP, LIMITED -> now -> 3_000_000;
      default -> now -> 2_000_000;
    };
  }

  /** What there is for us, in bits per second. */
  long available(long now) {
    long all = capacity().applyAsLong(now);
    return this == COMPETING_CONSTANT && now >= 20 * S && now < 40 * S ? all - 1_000_000 : all;
  }

  CompetingFlow competitor() {
    return switch (this) {
      case COMPETING_CONSTANT ->
          CompetingFlow.constant(now -> now >= 20 * S && now < 40 * S ? 1_000_000 : 0);
      case COMPETING_TCP -> CompetingFlow.reno(20 * S, 40 * S, 50 * MS);
      default -> CompetingFlow.constant(now -> 0);
    };
  }
}
