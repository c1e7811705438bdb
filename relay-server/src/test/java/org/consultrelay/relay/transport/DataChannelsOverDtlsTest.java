package org.consultrelay.relay.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsCounters;
import org.consultrelay.relay.dtls.DtlsEndpoint;
import org.consultrelay.relay.dtls.DtlsFailure;
import org.consultrelay.relay.dtls.DtlsKeys;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.IceControllingAgent;
import org.consultrelay.relay.ice.IceControllingAgent.Nominating;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ice.IceState;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.ice.OutgoingCheck;
import org.consultrelay.relay.sctp.DataChannel;
import org.consultrelay.relay.sctp.DataChannels;
import org.consultrelay.relay.sctp.Reliability;
import org.consultrelay.relay.sctp.SctpCounters;
import org.consultrelay.relay.sctp.SctpFailure;
import org.consultrelay.relay.sctp.SctpLimits;
import org.consultrelay.relay.sctp.Sending;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Data channels through the real packet path: ICE, DTLS with its handshake, SCTP. */
class DataChannelsOverDtlsTest {
  private static final TransportAddress PEER = TransportAddress.ipv4(0xC0000277, 5_000);
  private static final DtlsCertificate OURS = DtlsCertificate.generate(new SecureRandom());
  private static final DtlsCertificate THEIRS = DtlsCertificate.generate(new SecureRandom());
  private static final int SRTP_PROFILE = 1;

  private final SplittableRandom random = new SplittableRandom(1);
  private final Arena arena = Arena.ofConfined();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final long started = System.nanoTime();
  private final RelaySide relay =
      new RelaySide(random, arena, 256, IceTimeouts.DEFAULT, tasks::add, context(OURS, tasks::add));
  private final Heard relayHeard = new Heard();
  private final Heard peerHeard = new Heard();
  private final PeerTransport transport =
      relay.demultiplexer.open(new TransportEvents(), "cname", now());
  private final Peer peer = new Peer();
  private final List<byte[]> toPeer = new ArrayList<>();
  private @Nullable TransportEnd ended;
  private boolean connected;

  @SuppressWarnings("UnusedVariable")
  private DtlsContext context(DtlsCertificate certificate, Executor loop) {
    return new DtlsContext(
        certificate,
        List.of(SRTP_PROFILE),
        RelaySide.DTLS_LIMITS,
        new HandshakeGate(10, 100),
        handshakes);
  }

  @AfterEach
  void close() {
    transport.close(now());
    peer.dtls.close();
    tasks.forEach(Runnable::run);
    handshakes.close();
    arena.close();
  }

  private long now() {
    return System.nanoTime() - started;
  }

  private final class TransportEvents implements PeerTransport.Listener {
    @Override
    public void connected(PeerTransport which) {
      connected = true;
    }

    @Override
    public void ended(PeerTransport which, TransportEnd reason) {
      ended = reason;
    }
  }

  /** What one side's channels told. */
  private static final class Heard implements DataChannels.Listener {
    final List<DataChannel> opened = new ArrayList<>();
    final List<String> messages = new ArrayList<>();
    final List<DataChannel> closed = new ArrayList<>();
    @Nullable SctpFailure failure;

    @Override
    public void opened(DataChannel channel) {
      opened.add(channel);
    }

    @Override
    public void message(DataChannel channel, boolean binary, byte[] payload) {
      messages.add(channel.label() + (binary ? " b " : " t ") + payload.length);
    }

    @Override
    public void closed(DataChannel channel) {
      closed.add(channel);
    }

    @Override
    public void failed(SctpFailure reason) {
      failure = reason;
    }
  }

  /** A browser's side. */
  private final class Peer implements DtlsEndpoint.Listener {
    final IceControllingAgent ice =
        new IceControllingAgent(
            IceCredentials.random(random),
            transport.localCredentials(),
            1,
            Nominating.SELECTED,
            IceTimeouts.DEFAULT,
            random,
            now());
    final DtlsEndpoint dtls =
        new DtlsEndpoint(
            context(THEIRS, tasks::add),
            DtlsRole.CLIENT,
            transport.localFingerprint(),
            tasks::add,
            new DtlsCounters(),
            this);
    final DataChannels channels =
        new DataChannels(
            true,
            DataChannels.PORT,
            0,
            SctpLimits.DEFAULT,
            random,
            new SctpCounters(),
            (memory, length) -> dtls.sendData(memory, 0, length),
            _ -> {},
            peerHeard);
    boolean dtlsStarted;
    boolean closed;

    void tick(long now) {
      ice.onDeadline(now);
      for (OutgoingCheck check = ice.poll(); check != null; check = ice.poll()) {
        toRelay(check.bytes());
      }
      if (ice.state() == IceState.CONNECTED && !dtlsStarted) {
        dtlsStarted = true;
        dtls.start(now);
      }
      dtls.onDeadline(now);
      channels.onDeadline(now);
    }

    void receive(byte[] bytes, long now) {
      if ((bytes[0] & 0xFF) < 4) {
        if (StunCodec.decode(bytes) instanceof StunMessage message) {
          ice.onMessage(message, RelaySide.ADDRESS, 0, now);
        }
      } else if ((bytes[0] & 0xFF) < 64) {
        dtls.onDatagram(MemorySegment.ofArray(bytes), 0, bytes.length, now);
      }
    }

    @Override
    public void send(byte[] datagram, int length) {
      toRelay(datagram);
    }

    @Override
    public void connected(DtlsKeys keys) {
      channels.start(now());
    }

    @Override
    public void failed(DtlsFailure reason) {
      throw new AssertionError("DTLS: " + reason);
    }

    @Override
    public void data(MemorySegment memory, long offset, int length) {
      channels.onPacket(memory, offset, length, now());
    }

    @Override
    public void closed() {
      closed = true;
    }
  }

  private void toRelay(byte[] bytes) {
    tasks.add(() -> {
      relay.receive(bytes, PEER, now());
      relay.endTurn(now());
    });
  }

  private void await(BooleanSupplier wanted) {
    long until = now() + 20_000_000_000L;
    while (!wanted.getAsBoolean()) {
      assertThat(now()).as("in time").isLessThan(until);
      Runnable task;
      while ((task = tasks.poll()) != null) {
        task.run();
      }
      relay.tick(now());
      peer.tick(now());
      relay.flush();
      List<byte[]> arriving = List.copyOf(toPeer);
      toPeer.clear();
      arriving.forEach(bytes -> peer.receive(bytes, now()));
      LockSupport.parkNanos(100_000);
    }
  }

  private DataChannels accept() {
    return transport.acceptDataChannels(DataChannels.PORT, 262_144, relayHeard);
  }

  private void connect() {
    relay.onSent((_, bytes) -> toPeer.add(bytes));
    peer.ice.addPair(0, RelaySide.ADDRESS, 100, now());
    transport.negotiated(DtlsRole.SERVER, THEIRS.fingerprint());
  }

  @Test
  void channelsOpenBothWaysAndCarryMessages() {
    connect();
    DataChannels channels = accept();
    DataChannel fromRelay = channels.open("_reliable", "", Reliability.RELIABLE, now());
    peer.channels.open("_lossy", "", Reliability.LOSSY, now());
    await(() -> relayHeard.opened.size() == 2 && peerHeard.opened.size() == 2);
    assertThat(fromRelay.streamId()).as("the server's are odd").isEqualTo(1);
    byte[] text = "good morning".getBytes(StandardCharsets.UTF_8);
    for (DataChannel channel : peerHeard.opened) {
      assertThat(channel.send(false, text, now())).isEqualTo(Sending.ACCEPTED);
    }
    for (DataChannel channel : relayHeard.opened) {
      assertThat(channel.send(true, new byte[60_000], now())).isEqualTo(Sending.ACCEPTED);
    }
    await(() -> relayHeard.messages.size() == 2 && peerHeard.messages.size() == 2);
    assertThat(relayHeard.messages).containsExactlyInAnyOrder("_reliable t 12", "_lossy t 12");
    assertThat(peerHeard.messages).containsExactlyInAnyOrder("_reliable b 60000", "_lossy b 60000");
    fromRelay.close(now());
    await(() -> relayHeard.closed.size() == 1 && peerHeard.closed.size() == 1);
    SctpCounters counters = relay.demultiplexer.counters().sctp;
    assertThat(counters.established).isEqualTo(1);
    assertThat(counters.messagesReceived).isEqualTo(2);
    assertThat(counters.bytesSent).isEqualTo(120_000);
    assertThat(relay.demultiplexer.counters().sctpUnexpected).isZero();
  }

  @Test
  void channelsMayBeAcceptedWhenTheConnectionIsUp() {
    connect();
    peer.channels.open("early", "", Reliability.RELIABLE, now());
    await(() -> connected && relay.demultiplexer.counters().sctpUnexpected > 0);
    accept();
    assertThatThrownBy(this::accept).isInstanceOf(IllegalStateException.class);
    await(() -> relayHeard.opened.size() == 1 && peerHeard.opened.size() == 1);
  }

  @Test
  void theEndOfTheConnectionEndsTheChannels() {
    connect();
    DataChannels channels = accept();
    peer.channels.open("x", "", Reliability.RELIABLE, now());
    await(() -> relayHeard.opened.size() == 1 && peerHeard.opened.size() == 1);
    transport.close(now());
    assertThat(ended).isEqualTo(TransportEnd.CLOSED);
    assertThat(relayHeard.opened.getFirst().isOpen()).isFalse();
    assertThat(relayHeard.opened.getFirst().send(true, new byte[1], now()))
        .isEqualTo(Sending.NOT_OPEN);
    assertThat(relayHeard.failure).as("the connection's end tells enough").isNull();
    assertThat(channels.isUp()).isFalse();
    await(() -> peer.closed && peerHeard.failure == SctpFailure.ABORTED_BY_PEER);
  }

  @Test
  void aListenerMayEndTheConnection() {
    connect();
    transport.acceptDataChannels(
        DataChannels.PORT,
        262_144,
        new DataChannels.Listener() {
          @Override
          public void opened(DataChannel channel) {
            transport.close(now());
          }

          @Override
          public void message(DataChannel channel, boolean binary, byte[] payload) {
            throw new AssertionError("after the end");
          }

          @Override
          public void closed(DataChannel channel) {}

          @Override
          public void failed(SctpFailure reason) {}
        });
    peer.channels.open("x", "", Reliability.RELIABLE, now());
    await(() -> peer.closed);
    assertThat(ended).isEqualTo(TransportEnd.CLOSED);
  }
}
