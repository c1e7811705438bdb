package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.AdditionalAddressFamily;
import org.consultrelay.relay.stun.StunAttribute.AddressFamily;
import org.consultrelay.relay.stun.StunAttribute.DontFragment;
import org.consultrelay.relay.turn.TurnCounters.Drop;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A relayed packet allocates nothing once the code is compiled: in no framing, by no way. */
class RelayingAllocationTest {
  private static final int PACKETS = 20_000;
  private static final int LENGTH = 1_001;
  private static final int AT = 64;
  private static final int CHANNEL = 0x4001;
  private static final int MEDIA_CHANNEL = 0x4002;
  private static final TransportAddress PEER = TurnFixture.address("9.9.9.9", 40_000);
  private static final TransportAddress PEER6 = TurnFixture.address("2a00::9", 40_000);
  private static final TransportAddress BOUND = PEER.withPort(40_001);
  private static final TransportAddress STRANGER = TurnFixture.address("9.9.9.8", 1);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final TurnFixture turn =
      new TurnFixture(
          new TurnOptions("relay", 3_600, 9, 9, 9, 9, 9, 1L << 30, 1L << 30),
          PeerRules.of(List.of(), List.of()));
  private final User alice = turn.new User(TurnFixture.host(1), "alice");
  private TransportAddress relayed;

  @BeforeEach
  void allocate() {
    relayed = alice.allocate(new AdditionalAddressFamily(AddressFamily.IPV6));
    assertThat(alice.permit(PEER)).isZero();
    assertThat(alice.permit(PEER6)).isZero();
    assertThat(alice.bind(CHANNEL, BOUND)).isZero();
    turn.onlyCounts = true;
  }

  /** Relays by this way in rounds: the least number of bytes allocated in one. */
  private long allocated(Runnable packet) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 12 && least > 0; round++) {
      long relayedBefore = turn.counted;
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < PACKETS; i++) {
        turn.now += 20_000;
        packet.run();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      assertThat(turn.counted - relayedBefore).isEqualTo(PACKETS);
    }
    return least;
  }

  /** A datagram of the client's that stands there already. */
  private void fromClient(int length) {
    TransportAddress from = alice.from;
    turn.clients.receive(
        0, turn.memory, AT, length, from.high(), from.low(), from.port(), turn.now);
  }

  private int placeChannelData(int channel) {
    turn.place(new byte[] {(byte) (channel >> 8), (byte) channel, LENGTH >> 8, (byte) LENGTH});
    return 4 + LENGTH;
  }

  private int placeSend(TransportAddress peer, StunAttribute... more) {
    byte[] message = TurnFixture.sendIndication(peer, new byte[LENGTH], more);
    turn.place(message);
    return message.length;
  }

  private void fromPeer(RelayedAddress at, TransportAddress peer) {
    at.receive(turn.memory, AT, LENGTH, peer.high(), peer.low(), peer.port(), turn.now);
  }

  @Test
  void theMeasurementSeesAnAllocation() {
    byte[][] kept = new byte[1][];
    int length = placeChannelData(CHANNEL);
    long bytes =
        allocated(() -> {
          kept[0] = new byte[16];
          fromClient(length);
        });
    assertThat(bytes).isGreaterThanOrEqualTo(16L * PACKETS);
  }

  @Test
  void channelDataToAPeer() {
    int length = placeChannelData(CHANNEL);
    assertThat(allocated(() -> fromClient(length))).isZero();
  }

  @Test
  void sendIndicationsToAPeer() {
    int length = placeSend(PEER);
    assertThat(allocated(() -> fromClient(length))).isZero();
  }

  @Test
  void sendIndicationsInOnePiece() {
    int length = placeSend(PEER, new DontFragment());
    assertThat(allocated(() -> fromClient(length))).isZero();
    assertThat(turn.switches).isEqualTo(1);
  }

  @Test
  void sendIndicationsToAPeerOverIpv6() {
    int length = placeSend(PEER6);
    assertThat(allocated(() -> fromClient(length))).isZero();
  }

  @Test
  void fromAPeerAsChannelData() {
    assertThat(allocated(() -> fromPeer(turn.opened.getFirst(), BOUND))).isZero();
  }

  @Test
  void fromAPeerAsDataIndications() {
    assertThat(allocated(() -> fromPeer(turn.opened.getFirst(), PEER))).isZero();
  }

  @Test
  void fromAPeerAsDataIndicationsOverIpv6() {
    assertThat(allocated(() -> fromPeer(turn.opened.getLast(), PEER6))).isZero();
  }

  @Test
  void overAStreamBothWays() {
    turn.onlyCounts = false;
    User bob = turn.new User(TurnFixture.host(2), "bob");
    bob.stream = turn.server.accept(turn.client(bob.from, TurnTransport.TLS), turn.now);
    bob.allocate();
    assertThat(bob.bind(CHANNEL, BOUND)).isZero();
    RelayedAddress port = turn.opened.getLast();
    turn.onlyCounts = true;
    int length = placeChannelData(CHANNEL);
    assertThat(allocated(() -> bob.stream.receive(0, turn.memory, AT, length, turn.now))).isZero();
    assertThat(allocated(() -> fromPeer(port, BOUND))).isZero();
  }

  @Test
  void toOwnMediaAndBackByTheShortWay() {
    assertThat(permitMedia(false)).isZero();
    int indication = placeSend(TurnFixture.OWN_MEDIA);
    assertThat(allocated(() -> fromClient(indication))).isZero();
    PacketSink back = turn.server.shortWay(relayed, 0);
    assertThat(allocated(() -> write(back))).isZero();

    assertThat(permitMedia(true)).isZero();
    int channelData = placeChannelData(MEDIA_CHANNEL);
    assertThat(allocated(() -> fromClient(channelData))).isZero();
    assertThat(allocated(() -> write(back))).isZero();
    assertThat(turn.server.counters().fromMediaPackets()).isGreaterThanOrEqualTo(2L * PACKETS);
    assertThat(turn.opened).hasSize(2);
  }

  private int permitMedia(boolean channel) {
    turn.onlyCounts = false;
    int code =
        channel
            ? alice.bind(MEDIA_CHANNEL, TurnFixture.OWN_MEDIA)
            : alice.permit(TurnFixture.OWN_MEDIA);
    turn.onlyCounts = true;
    return code;
  }

  private void write(PacketSink back) {
    turn.server.at(turn.now);
    back.claim(LENGTH + 40);
    back.commit(LENGTH);
  }

  @Test
  void whatIsNotRelayedCostsNothingEither() {
    long[] floods = new long[1];
    int length = placeSend(STRANGER);
    long bytes =
        allocated(() -> {
          fromClient(length);
          fromPeer(turn.opened.getFirst(), STRANGER);
          floods[0]++;
          turn.counted++;
        });
    assertThat(bytes).isZero();
    assertThat(turn.server.counters().drops(Drop.NO_PERMISSION)).isEqualTo(2 * floods[0]);
  }
}
