package org.consultrelay.load.net;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one direction of a line. Packets are IP packets and so are sizes: an Ethernet
 * header is not counted.
 *
 * <p>A packet waits in a queue for the line ({@code bitsPerSecond}, {@code queueMillis}, {@code
 * queueBytes}), takes the line's time, is perhaps lost there ({@code lossPercent}, {@code burst}: a
 * lost packet has used the line), and then travels ({@code delayMillis}, {@code jitterMillis}).
 *
 * @param lossPercent share of packets that are lost one by one, 0 to 100
 * @param burst losses in bursts, besides; null: none
 * @param delayMillis what every packet travels at least, 0 to 60,000
 * @param jitterMillis a packet travels up to so much longer, all lengths being as likely; 0 to
 *     60,000
 * @param jitterReorders whether a packet that jitter keeps is overtaken; otherwise those behind it
 *     wait for it, as on most real lines
 * @param reorderPercent share of packets that the packet behind them overtakes, 0 to 100
 * @param duplicatePercent share of packets that come twice, 0 to 100
 * @param bitsPerSecond the line's rate; 0: no limit
 * @param queueMillis a packet that would wait longer than this for the line is dropped; 0: no limit
 * @param queueBytes a packet with which more than this would wait is dropped, unless none waits; 0:
 *     no limit
 */
public record Impairment(
    double lossPercent,
    @Nullable Burst burst,
    double delayMillis,
    double jitterMillis,
    boolean jitterReorders,
    double reorderPercent,
    double duplicatePercent,
    long bitsPerSecond,
    double queueMillis,
    long queueBytes) {
  /** A perfect line; its queue, should it get a rate, holds 200 ms. */
  public static final Impairment NONE = new Impairment(0, null, 0, 0, false, 0, 0, 0, 200, 0);

  private static final double MAX_MILLIS = 60_000;
  private static final long MAX_RATE = 100_000_000_000L;

  /** Checks every number. */
  public Impairment {
    percent("loss", lossPercent);
    percent("reorder", reorderPercent);
    percent("duplicate", duplicatePercent);
    millis("delay", delayMillis);
    millis("jitter", jitterMillis);
    millis("queue", queueMillis);
    if (bitsPerSecond != 0 && (bitsPerSecond < 100 || bitsPerSecond > MAX_RATE)) {
      throw new IllegalArgumentException(
          "rate is " + bitsPerSecond + " bit/s, must be 0 (no limit) or 100 to " + MAX_RATE);
    }
    if (queueBytes < 0) {
      throw new IllegalArgumentException("queue is " + queueBytes + " bytes, must not be negative");
    }
  }

  /** Loses so many packets one by one, 0 to 100. */
  public Impairment withLoss(double percent) {
    return changed(to -> to.lossPercent = percent);
  }

  /** Loses packets in bursts; null: no more. */
  public Impairment withBurst(@Nullable Burst lengths) {
    return changed(to -> to.burst = lengths);
  }

  /** Delays every packet by so many milliseconds. */
  public Impairment withDelay(double millis) {
    return changed(to -> to.delayMillis = millis);
  }

  /** Delays packets by up to so many milliseconds more, with or without changing their order. */
  public Impairment withJitter(double millis, boolean reorders) {
    return changed(to -> {
      to.jitterMillis = millis;
      to.jitterReorders = reorders;
    });
  }

  /** Has so many packets overtaken by the next, 0 to 100. */
  public Impairment withReorder(double percent) {
    return changed(to -> to.reorderPercent = percent);
  }

  /** Has so many packets come twice, 0 to 100. */
  public Impairment withDuplicate(double percent) {
    return changed(to -> to.duplicatePercent = percent);
  }

  /** Lets so many bits through in a second; 0: any number. */
  public Impairment withRate(long bits) {
    return changed(to -> to.bitsPerSecond = bits);
  }

  /** Has packets wait for the line for so long at most, whatever their bytes; 0: for ever. */
  public Impairment withQueueMillis(double millis) {
    return changed(to -> {
      to.queueMillis = millis;
      to.queueBytes = 0;
    });
  }

  /** Has so many bytes wait for the line at most, however long; 0: any number. */
  public Impairment withQueueBytes(long bytes) {
    return changed(to -> {
      to.queueMillis = 0;
      to.queueBytes = bytes;
    });
  }

  private Impairment changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** The same with fields that can be set. */
  private static final class Draft {
    private double lossPercent;
    private @Nullable Burst burst;
    private double delayMillis;
    private double jitterMillis;
    private boolean jitterReorders;
    private double reorderPercent;
    private double duplicatePercent;
    private long bitsPerSecond;
    private double queueMillis;
    private long queueBytes;

    Draft(Impairment from) {
      lossPercent = from.lossPercent;
      burst = from.burst;
      delayMillis = from.delayMillis;
      jitterMillis = from.jitterMillis;
      jitterReorders = from.jitterReorders;
      reorderPercent = from.reorderPercent;
      duplicatePercent = from.duplicatePercent;
      bitsPerSecond = from.bitsPerSecond;
      queueMillis = from.queueMillis;
      queueBytes = from.queueBytes;
    }

    Impairment done() {
      return new Impairment(
          lossPercent,
          burst,
          delayMillis,
          jitterMillis,
          jitterReorders,
          reorderPercent,
          duplicatePercent,
          bitsPerSecond,
          queueMillis,
          queueBytes);
    }
  }

  private static void percent(String name, double value) {
    if (!(value >= 0 && value <= 100)) {
      throw new IllegalArgumentException(name + " is " + value + "%, must be 0 to 100%");
    }
  }

  private static void millis(String name, double value) {
    if (!(value >= 0 && value <= MAX_MILLIS)) {
      throw new IllegalArgumentException(name + " is " + value + " ms, must be 0 to 60 s");
    }
  }
}
