package org.consultrelay.relay.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.consultrelay.relay.layers.Frame.Published;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.RtpPacket;

/**
 * A publisher, a line with loss and reordering, a {@link StreamSwitch} whose target changes at
 * random, and a subscriber that asks for what it misses. Virtual time in milliseconds, one seed.
 */
final class SwitchingSimulation {
  /** A second's: what is older is not kept for retransmission. */
  private static final int STORED_PICTURES = 30;

  private record Arrival(long millis, long order, Published packet) {}

  private final Codec codec;
  private final boolean layered;
  private final SplittableRandom random;
  private final SyntheticSource[] sources;
  private final boolean[] running;
  private final PacketReader[] readers;
  private final SourceClock[] clocks;
  private final List<Map<Long, Published>> stored = new ArrayList<>();

  /** Which packets begin key pictures. */
  private final List<Set<Long>> structures = new ArrayList<>();

  /** Those that came after the next one: as good as lost. */
  private final List<Set<Long>> overtaken = new ArrayList<>();

  private final long[] newestStructure;

  private final PacketFacts facts = new PacketFacts();
  private final RtpPacket rtp = new RtpPacket();
  private final PriorityQueue<Arrival> line =
      new PriorityQueue<>((a, b) ->
          a.millis != b.millis ? Long.compare(a.millis, b.millis) : Long.compare(a.order, b.order));
  private final StreamSwitch subject;
  private final boolean reports;
  private final double loss;
  private final long[] highest;
  private final long[] keyAsked;
  private long order;
  private int picture;
  private int era;
  private long millis;
  int switches;
  int resent;
  int fills;
  final TreeMap<Long, Outgoing> packets = new TreeMap<>();

  SwitchingSimulation(
      Codec codec, int sourceCount, int layers, boolean keyOnly, double loss, long seed) {
    this.codec = codec;
    this.layered = layers > 1;
    this.loss = loss;
    random = new SplittableRandom(seed);
    sources = new SyntheticSource[sourceCount];
    running = new boolean[sourceCount];
    readers = new PacketReader[sourceCount];
    clocks = new SourceClock[sourceCount];
    highest = new long[sourceCount];
    newestStructure = new long[sourceCount];
    keyAsked = new long[sourceCount];
    for (int i = 0; i < sourceCount; i++) {
      sources[i] = new SyntheticSource(codec, i, layers, keyOnly, random.split());
      running[i] = true;
      readers[i] = new PacketReader(codec);
      clocks[i] = new SourceClock(90_000);
      stored.add(new HashMap<>());
      structures.add(new HashSet<>());
      overtaken.add(new HashSet<>());
      keyAsked[i] = -1_000;
    }
    reports = random.nextInt(4) > 0;
    subject = new StreamSwitch(codec, layered, random.nextInt(65_536));
  }

  private long nanos() {
    return 5_000_000_000L + millis * 1_000_000;
  }

  /** Runs with a new target now and then, {@code changes} times. */
  void run(int changes) {
    long nextTarget = 0;
    while (switches < changes) {
      if (millis >= nextTarget) {
        subject.setTarget(random.nextInt(3), random.nextInt(3));
        if (random.nextInt(12) == 0) {
          subject.resume();
        }
        switches++;
        nextTarget = millis + random.nextInt(50, 700);
      }
      step(loss, true);
    }
  }

  /** Without loss and with all layers there, the target is reached and kept. */
  void settle(int spatial, int temporal) {
    subject.setTarget(spatial, temporal);
    for (int i = 0; i < sources.length; i++) {
      if (!running[i]) {
        running[i] = true;
        sources[i].requestKey();
      }
    }
    for (long end = millis + 4_000; millis < end; ) {
      step(0, false);
    }
    if (!layered) {
      assertThat(subject.source()).isEqualTo(Math.min(spatial, sources.length - 1));
    } else {
      int top = sources[0].active() - 1;
      assertThat(Math.min(subject.spatial(), top)).isEqualTo(Math.min(spatial, top));
    }
    if (codec != Codec.H264) {
      assertThat(subject.temporal()).isEqualTo(temporal);
    }
    assertThat(subject.keyFrameWanted()).isEqualTo(-1);
  }

  private void step(double lossNow, boolean comeAndGo) {
    millis++;
    if (millis % 33 == 0) {
      publish(lossNow, comeAndGo);
    }
    while (!line.isEmpty() && line.peek().millis <= millis) {
      arrive(line.poll().packet);
    }
    if (millis % 10 == 0) {
      askForKeyFrame();
    }
    if (millis % 20 == 0) {
      askForMissing();
    }
  }

  private void publish(double lossNow, boolean comeAndGo) {
    picture++;
    int mask = 0;
    for (int i = 0; i < sources.length; i++) {
      if (comeAndGo && sources.length > 1 && random.nextInt(60) == 0) {
        running[i] = !running[i];
        if (running[i]) {
          sources[i].requestKey();
        }
      }
      if (comeAndGo && random.nextInt(300) == 0) {
        sources[i].requestKey();
      }
      mask |= running[i] ? 1 << i : 0;
      if (running[i]) {
        long leaves = millis + 3L * i + random.nextInt(4);
        for (Published packet : sources[i].picture(picture, comeAndGo && random.nextInt(25) == 0)) {
          send(packet, leaves++, lossNow);
        }
      }
      if (reports && picture % 30 == 3 + i) {
        clocks[i].onSenderReport(
            (((long) picture * SyntheticSource.TICKS) << 32) / 90_000,
            picture * SyntheticSource.TICKS + sources[i].timestampOffset);
      }
    }
    subject.setAvailable(mask);
  }

  private void send(Published packet, long leaves, double lossNow) {
    if (packet.frame.key && packet.frame.spatial == 0 && packet.place == 0) {
      structures.get(packet.frame.source).add(packet.index);
    }
    long arrives = leaves + random.nextInt(5);
    if (random.nextDouble() < lossNow) {
      if (random.nextInt(3) == 0) {
        return;
      }
      arrives += 30 + random.nextInt(150);
    } else if (random.nextDouble() < lossNow) {
      arrives += random.nextInt(60);
    }
    line.add(new Arrival(arrives, order++, packet));
  }

  private void arrive(Published packet) {
    int source = packet.frame.source;
    packet.delivered = true;
    stored.get(source).put(packet.index, packet);
    if (structures.get(source).contains(packet.index)) {
      if (packet.index < newestStructure[source]) {
        overtaken.get(source).add(packet.index);
      }
      newestStructure[source] = Math.max(newestStructure[source], packet.index);
    }
    parse(packet);
    readers[source].read(rtp, packet.index, facts);
    int before = era;
    emit(packet, subject.decide(source, facts, clocks[source], nanos()), false);
    if (era != before && packet.index < highest[source]) {
      catchUp(source, packet.index);
    }
    highest[source] = Math.max(highest[source], packet.index);
  }

  /** What came before the late packet that began an era. */
  private void catchUp(int source, long first) {
    for (long i = first + 1; i <= highest[source]; i++) {
      Published packet = stored.get(source).get(i);
      if (packet != null) {
        parse(packet);
        readers[source].readAgain(rtp, i, facts);
        emit(packet, subject.decide(source, facts, clocks[source], nanos()), false);
      }
    }
  }

  private void parse(Published packet) {
    MemorySegment memory = MemorySegment.ofArray(packet.bytes);
    assertThat(rtp.parse(memory, 0, packet.bytes.length)).isTrue();
    assertThat(rtp.decrypted(packet.bytes.length)).isTrue();
    rtp.indexExtensions(SyntheticSource.EXTENSIONS);
  }

  private void emit(Published packet, Verdict verdict, boolean again) {
    if (verdict == Verdict.DROP) {
      return;
    }
    boolean fill = verdict == Verdict.FILL;
    byte[] original = packet.bytes.clone();
    MemorySegment memory = MemorySegment.ofArray(packet.bytes);
    int at = (int) rtp.payloadOffset();
    byte[] payload = new byte[0];
    byte[] descriptor = new byte[0];
    if (!fill) {
      subject.patch(memory, at, facts);
      payload = Arrays.copyOfRange(packet.bytes, at, at + rtp.payloadLength());
      subject.restore(memory, at, facts);
      assertThat(packet.bytes).isEqualTo(original);
      int length = subject.descriptorLength(facts);
      if (length > 0) {
        byte[] room = new byte[length + 1];
        room[length] = 0x55;
        subject.writeDescriptor(MemorySegment.ofArray(room), 0, facts);
        assertThat(room[length]).isEqualTo((byte) 0x55);
        descriptor = Arrays.copyOf(room, length);
      }
    }
    if (packet.frame.key && subject.eraNumber() != era) {
      era = subject.eraNumber();
    }
    Outgoing sent = new Outgoing(subject, fill, payload, descriptor, packet);
    Outgoing earlier = packets.putIfAbsent(sent.out(), sent);
    fills += fill ? 1 : 0;
    if (earlier != null) {
      assertThat(again).as("number %d twice", sent.out()).isTrue();
      assertThat(earlier.origin()).isSameAs(packet);
      assertThat(sent.isSameOnTheWire(earlier)).as("the same to the bit").isTrue();
      resent++;
    }
  }

  private void askForKeyFrame() {
    int wanted = subject.keyFrameWanted();
    if (wanted >= 0
        && wanted < sources.length
        && running[wanted]
        && millis - keyAsked[wanted] > 300) {
      keyAsked[wanted] = millis;
      sources[wanted].requestKey();
    }
  }

  private void askForMissing() {
    if (packets.isEmpty()) {
      return;
    }
    long top = subject.highestOut();
    for (long out = Math.max(packets.firstKey(), top - 300); out <= top; out++) {
      boolean have = packets.containsKey(out);
      if (have ? random.nextInt(200) == 0 : true) {
        again(out, have);
      }
    }
  }

  private void again(long out, boolean have) {
    if (have && picture - packets.get(out).origin().frame.picture > STORED_PICTURES) {
      return;
    }
    boolean located = subject.locate((int) out & 0xFFFF);
    if (!located) {
      assertThat(have && packets.get(out).era() > era - 8).as("%d is found", out).isFalse();
      return;
    }
    assertThat(subject.out()).isEqualTo(out);
    Published packet = stored.get(subject.locatedSource()).get(subject.locatedIndex());
    if (packet == null) {
      assertThat(have).isFalse();
      return;
    }
    if (have) {
      assertThat(packet).isSameAs(packets.get(out).origin());
    }
    if (picture - packet.frame.picture > STORED_PICTURES) {
      return;
    }
    parse(packet);
    readers[packet.frame.source].readAgain(rtp, packet.index, facts);
    emit(packet, subject.again(facts), true);
  }

  /** No number is missing but of packets that never came. */
  void verifyGaps() {
    Outgoing before = null;
    for (Outgoing packet : packets.values()) {
      if (before != null && before.era() == packet.era()) {
        long missing = packet.out() - before.out() - 1;
        long lost = 0;
        boolean structureLost = false;
        int source = packet.origin().frame.source;
        structureLost |= overtaken.get(source).contains(before.origin().index);
        for (long i = before.origin().index + 1; i < packet.origin().index; i++) {
          structureLost |= overtaken.get(source).contains(i);
          if (!stored.get(source).containsKey(i)) {
            lost++;
            structureLost |= codec == Codec.AV1 && structures.get(source).contains(i);
          }
        }
        if (codec == Codec.AV1 && structureLost) {
          // Nobody can read what comes behind it until the next one.
          lost = Math.max(lost, missing);
        }
        assertThat(missing)
            .as(
                "gap before %s index %d after %s index %d out %d",
                packet.origin().frame,
                packet.origin().index,
                before.origin().frame,
                before.origin().index,
                before.out())
            .isEqualTo(lost);
      }
      before = packet;
    }
  }

  /** With sender reports the picture is in step with what was captured, a while after a switch. */
  void verifyAlignment() {
    if (!reports) {
      return;
    }
    Integer expected = null;
    int since = 0;
    int eraBefore = -1;
    for (Outgoing packet : packets.tailMap(packets.lastKey() - 50).values()) {
      since = packet.era() == eraBefore ? since + 1 : 0;
      eraBefore = packet.era();
      int offset =
          packet.timestamp() - (int) ((long) packet.origin().frame.picture * SyntheticSource.TICKS);
      if (expected != null) {
        assertThat(offset).isEqualTo(expected);
      }
      expected = offset;
    }
  }
}
