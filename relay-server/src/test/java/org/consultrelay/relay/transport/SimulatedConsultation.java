package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.consultrelay.relay.sfu.MediaCounters;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.wire.TransportAddress;

/** One publisher and its subscribers around a relay, all from one seed, and what must hold. */
final class SimulatedConsultation implements AutoCloseable {
  private static final int SLOTS = 2_048;

  final SplittableRandom random;
  final Arena arena = Arena.ofConfined();
  final RelaySide relay;
  final SimulatedNetwork network;
  final SimulatedPublisher publisher;
  final List<SimulatedSubscriber> subscribers = new ArrayList<>();
  final List<SimulatedNetwork.Line> lines = new ArrayList<>();
  final SimulatedNetwork.Line publisherLine;
  private final SrtpProfile profile;
  private final Conditions conditions;
  private final int room;

  SimulatedConsultation(long seed, Conditions conditions) {
    this(seed, conditions, SLOTS);
  }

  SimulatedConsultation(long seed, Conditions conditions, int slots) {
    this.random = new SplittableRandom(seed);
    this.conditions = conditions;
    this.room = 0;
    List<SrtpProfile> profiles = RelaySide.CIPHERS.profiles();
    profile = profiles.get((seed & 7) == 3 ? profiles.size() - 1 : 0);
    relay = new RelaySide(random.split(), arena, slots);
    network = new SimulatedNetwork(random.split(), relay);
    publisher = publish();
    publisherLine = publisher.open(0, address(0), 100, conditions, conditions);
  }

  /** Another room on the same loop. */
  SimulatedConsultation(SimulatedConsultation other, Conditions conditions) {
    this.random = other.random.split();
    this.conditions = conditions;
    this.room = other.room + 1;
    profile = other.profile;
    relay = other.relay;
    network = other.network;
    publisher = publish();
    publisherLine = publisher.open(0, address(0), 100, conditions, conditions);
  }

  private SimulatedPublisher publish() {
    return new SimulatedPublisher(
        random.split(), network, relay, profile, arena, random.nextBoolean());
  }

  TransportAddress address(int number) {
    return TransportAddress.ipv4(0xC6336400 | 50 * room + number + 1, 40_000 + number);
  }

  SimulatedSubscriber subscribe(boolean rtx) {
    int number = subscribers.size() + 1;
    SimulatedSubscriber subscriber =
        new SimulatedSubscriber(
            random.split(),
            network,
            relay,
            profile,
            arena,
            publisher,
            0xB000_0000 + 16 * number,
            rtx);
    lines.add(subscriber.open(0, address(number), 100, conditions, conditions));
    subscribers.add(subscriber);
    return subscriber;
  }

  MediaCounters media() {
    return relay.demultiplexer.mediaCounters();
  }

  /** Runs until everybody is connected, however bad the lines; returns when, in seconds. */
  double untilConnected() {
    double seconds = network.now() / 1e9;
    while (!publisher.connected || !subscribers.stream().allMatch(one -> one.connected)) {
      seconds += 0.1;
      assertThat(seconds).as("seconds without a connection").isLessThan(60);
      network.runUntil(seconds);
    }
    return seconds;
  }

  /** All lines lose nothing any more. */
  void heal() {
    Conditions clean =
        new Conditions(0, 0, 1, conditions.delay(), conditions.jitter(), 0, 0, 0);
    publisherLine.up.become(clean);
    publisherLine.down.become(clean);
    for (SimulatedNetwork.Line line : lines) {
      line.up.become(clean);
      line.down.become(clean);
    }
  }

  /**
   * What a subscriber was sent is the publisher's sequence without a break: numbers are missing
   * only for what never reached the relay, and padding is left out.
   */
  void checkUnbroken(SimulatedSubscriber subscriber) {
    SentStream stream = publisher.video;
    long outgoing = -1;
    long source = -1;
    for (Map.Entry<Long, SentPacket> entry : subscriber.sentVideo.entrySet()) {
      SentPacket packet = entry.getValue();
      if (packet.isPaddingOnly()) {
        continue;
      }
      if (outgoing >= 0) {
        int reserved = 0;
        // Padding from before a key frame's late begin is not told from what is missing.
        boolean starting = outgoing - subscriber.sentVideo.firstKey() < 32;
        for (long i = source + 1; i < packet.index; i++) {
          SentPacket between = stream.packet(i);
          if (between.arrived && !between.isPaddingOnly()) {
            throw new AssertionError("packet " + i + " reached the relay and was not passed on");
          }
          boolean isPassed = subscriber.sentVideo.containsKey(outgoing + reserved + 1);
          if (!between.isPaddingOnly() || !between.arrived || isPassed || starting) {
            reserved++;
          }
        }
        long gap = entry.getKey() - outgoing - 1;
        if (gap < 0 || gap > reserved) {
          throw new AssertionError(
              gap + " numbers left free before packet " + packet.index + ", not " + reserved);
        }
      }
      outgoing = entry.getKey();
      source = packet.index;
    }
  }

  void checkAudio(SimulatedSubscriber subscriber) {
    long difference = Long.MIN_VALUE;
    for (Map.Entry<Long, Long> entry : subscriber.sentAudio.entrySet()) {
      long itsDifference = entry.getKey() - entry.getValue();
      if (difference != Long.MIN_VALUE && difference != itsDifference) {
        throw new AssertionError("audio numbers out of step at " + entry.getKey());
      }
      difference = itsDifference;
    }
    long first = subscriber.sentAudio.firstEntry().getValue();
    for (long i = first; i < publisher.audio.nextIndex(); i++) {
      if (subscriber.sentAudio.containsKey(i + difference) != publisher.audio.packet(i).arrived) {
        throw new AssertionError("audio packet " + i + ": sent on, or not, by mistake");
      }
    }
  }

  /** PLIs of one stream leave at least half a second apart. */
  void checkKeyFrameThrottle() {
    for (int i = 1; i < publisher.keyFrameRequests.size(); i++) {
      assertThat(publisher.keyFrameRequests.get(i) - publisher.keyFrameRequests.get(i - 1))
          .as("between two key frame requests")
          .isGreaterThanOrEqualTo(500_000_000L);
    }
  }

  /** Everybody hangs up: nothing stays behind. */
  void checkNothingLeaks() {
    publisher.transport.close(network.now());
    for (SimulatedSubscriber subscriber : subscribers) {
      subscriber.transport.close(network.now());
    }
    relay.endTurn(network.now());
    assertThat(relay.slotsOut()).as("slots leaked").isZero();
    assertThat(relay.demultiplexer.transportCount()).isZero();
    assertThat(relay.timers.size()).as("timers left").isZero();
  }

  @Override
  public void close() {
    arena.close();
  }
}
