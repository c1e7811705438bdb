package org.consultrelay.relay.bwe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.TransportFeedback;
import org.consultrelay.relay.rtp.TransportFeedbackRecorder;

/**
 * One call in virtual time, in steps of a millisecond: a camera at 30 frames a second whose frames
 * are as large as the target says, a microphone, the pacer, the line, and a receiver that reports
 * with the real recorder.
 */
final class SimulatedCall {
  private static final long MS = 1_000_000;
  private static final int MTU = 1_200;
  private static final int AUDIO_SIZE = 110;
  private static final double AUDIO_BITS = AUDIO_SIZE * 8 * 50;
  private static final double FRAMES = 30;

  private final Scenario scenario;
  private final SplittableRandom random;
  private final BottleneckLink link;
  private final CompetingFlow competitor;
  private final BandwidthEstimate estimate = new BandwidthEstimate();
  private final Pacer pacer;
  private final TransportFeedbackRecorder recorder;
  private final RtcpWriter writer = new RtcpWriter();
  private final RtcpReader reader = new RtcpReader();
  private final TransportFeedback feedback = new TransportFeedback();
  private final ArrayDeque<Integer> queue = new ArrayDeque<>();
  private final PriorityQueue<Delivery> onTheWay =
      new PriorityQueue<>(Comparator.comparingLong(Delivery::at));
  private final PriorityQueue<Report> reports =
      new PriorityQueue<>(Comparator.comparingLong(Report::at));
  private final Recording recording;
  private int sequence;
  private double frameDebt;
  private long nextFrame;
  private long nextAudio = 3 * MS;
  private long nextKeyFrame;
  private long nextRoundTrip = 1_000 * MS;
  private final long receiverOffset;
  private final long epoch;

  private record Delivery(int sequence, long at) {}

  private static final class Report {
    private final byte[] bytes;
    private final long at;

    Report(byte[] bytes, long at) {
      this.bytes = bytes;
      this.at = at;
    }

    long at() {
      return at;
    }
  }

  SimulatedCall(Scenario scenario, long seed) {
    this.scenario = scenario;
    this.random = new SplittableRandom(seed);
    this.link = new BottleneckLink(scenario.options(), random.split());
    this.competitor = scenario.competitor();
    this.recorder = new TransportFeedbackRecorder((50 + random.nextInt(51)) * MS);
    this.sequence = 65_000 + random.nextInt(500);
    this.receiverOffset = random.nextLong(1_000_000_000_000L);
    this.epoch = random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L);
    this.pacer = new Pacer(BandwidthEstimate.START_BITS, epoch);
    this.recording = new Recording(scenario);
  }

  Recording run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(2_048);
      for (long now = 0; now < scenario.lengthNanos(); now += MS) {
        competitor.run(link, now);
        arrivals(memory, now);
        reports(memory, now);
        if (now + epoch >= estimate.deadline()) {
          estimate.onDeadline(now + epoch);
        }
        media(now);
        probe(now);
        pace(now);
        recording.sample(
            now, estimate.targetBitsPerSecond(), link.queueNanos(now), pacer.queueNanos());
      }
    }
    return recording;
  }

  private void arrivals(MemorySegment memory, long now) {
    while (!onTheWay.isEmpty() && onTheWay.peek().at() <= now) {
      Delivery delivery = onTheWay.poll();
      recorder.record(delivery.sequence() & 0xFFFF, delivery.at() + receiverOffset);
    }
    while (recorder.deadline() <= now + receiverOffset) {
      writer.begin(memory, 0, MTU);
      if (!recorder.write(writer, 1, 2)) {
        throw new AssertionError("no report");
      }
      byte[] bytes = memory.asSlice(0, writer.length()).toArray(ValueLayout.JAVA_BYTE);
      long at = link.feedback(now);
      if (at != BottleneckLink.DROPPED) {
        reports.add(new Report(bytes, at));
      }
      if (recorder.pending() == 0) {
        break;
      }
    }
  }

  private void reports(MemorySegment memory, long now) {
    while (!reports.isEmpty() && reports.peek().at() <= now) {
      byte[] bytes = reports.poll().bytes;
      MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
      if (!reader.wrap(memory, 0, bytes.length) || !reader.next() || !feedback.read(reader)) {
        throw new AssertionError("does not read");
      }
      estimate.onFeedback(feedback, now + epoch);
      pacer.target(estimate.targetBitsPerSecond(), estimate.draining(), now + epoch);
    }
    if (now >= nextRoundTrip) {
      nextRoundTrip += 1_000 * MS;
      estimate.onRoundTrip(
          scenario.options().delayNanos
              + scenario.options().returnDelayNanos
              + link.queueNanos(now));
    }
  }

  private void media(long now) {
    if (now >= nextAudio) {
      nextAudio += 20 * MS;
      send(AUDIO_SIZE, now);
      pacer.sentUnpaced(AUDIO_SIZE, now + epoch);
    }
    if (now < nextFrame) {
      return;
    }
    nextFrame += (long) (1e9 / FRAMES);
    double rate = Math.min((double) estimate.targetBitsPerSecond(), scenario.wantedBits(now));
    double mean = Math.max(0, rate - AUDIO_BITS) / FRAMES / 8;
    if (pacer.queueNanos() > 200 * MS || mean < 100) {
      return;
    }
    double size = mean * (0.7 + 0.6 * random.nextDouble());
    if (now >= nextKeyFrame) {
      nextKeyFrame += 12_000 * MS;
      size *= 3;
    }
    // What a large frame took too much, the next ones save; what was saved too much is used.
    size = Math.max(150, size - 0.3 * frameDebt);
    frameDebt += size - mean;
    int left = (int) size;
    while (left > 0) {
      int packet = Math.min(left, MTU);
      queue.add(packet);
      pacer.queued(packet);
      left -= packet;
    }
  }

  private void probe(long now) {
    while (estimate.probeBytes(now + epoch) > 0) {
      int size;
      if (queue.isEmpty()) {
        size = Math.min(MTU, estimate.probePacketBytes());
        pacer.sentUnpaced(size, now + epoch);
      } else {
        size = queue.poll();
        pacer.sent(size, now + epoch);
      }
      send(size, now);
    }
  }

  private void pace(long now) {
    if (now + epoch < pacer.deadline()) {
      return;
    }
    while (!queue.isEmpty() && pacer.budget(now + epoch) > 0) {
      int size = queue.poll();
      pacer.sent(size, now + epoch);
      send(size, now);
    }
  }

  private void send(int size, long now) {
    estimate.onSent(sequence & 0xFFFF, size, now + epoch);
    long passed = link.enter(size, now);
    if (passed != BottleneckLink.DROPPED) {
      recording.passed(size, now, passed);
      long arrival = link.arrive(passed);
      if (arrival != BottleneckLink.DROPPED) {
        onTheWay.add(new Delivery(sequence, arrival));
      }
    }
    sequence++;
  }

  BandwidthEstimate estimate() {
    return estimate;
  }
}
