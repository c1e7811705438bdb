package org.consultrelay.load.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.load.peer.RemoteDescription;
import org.consultrelay.load.peer.SessionOffer;
import org.consultrelay.load.peer.SimulatedPeer;
import org.consultrelay.load.peer.WhipClient;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.net.LoopOptions;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.wire.SlotPool;

/**
 * Publishers and subscribers that load a relay through its doors. Each peer has an address of its
 * own within the loopback network. All of them live on one loop.
 */
final class TestTraffic implements AutoCloseable {
  private static final int SOCKET_BATCH = 64 << 10;

  /** What each socket receives into at once, and one to spare. */
  private static final int SLOTS_PER_SOCKET = 65;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final SecureRandom random = new SecureRandom();
  private final DtlsContext dtls;
  private final WhipClient whip = new WhipClient();
  private final TokenIssuer tokens = new TokenIssuer("devkey", "secret", InstantSource.system());
  private final List<SimulatedPeer> peers = new ArrayList<>();
  private final List<VideoPublisher> publishers = new CopyOnWriteArrayList<>();
  private final CountingSink sink = new CountingSink();
  private final MediaLoop loop;
  private final AtomicInteger nextPeer = new AtomicInteger();

  /**
   * Sockets for so many peers.
   *
   * @param ciphers what the peers offer
   */
  TestTraffic(int count, SrtpCiphers ciphers) throws Exception {
    this.dtls =
        new DtlsContext(
            DtlsCertificate.generate(random),
            ciphers.profiles().stream().map(SrtpProfile::id).toList(),
            DtlsLimits.DEFAULT,
            new HandshakeGate(64, 10_000),
            handshakes);
    LoopOptions options =
        LoopOptions.of(1, 0)
            .withBindAddresses(addresses(count))
            .withSendBatchBytes(SOCKET_BATCH)
            .withSlotBytes((long) count * SLOTS_PER_SOCKET * SlotPool.STRIDE + (1 << 20));
    loop =
        MediaLoop.start(
                vertx,
                options,
                (owner, port) -> {
                  SimulatedPeer peer = new SimulatedPeer(owner, port, dtls, ciphers, random, sink);
                  peers.add(peer);
                  return peer;
                })
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  private static List<InetAddress> addresses(int count) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add(
          InetAddress.getByAddress(new byte[] {127, 1, (byte) (i / 250), (byte) (1 + i % 250)}));
    }
    return addresses;
  }

  /** Lets an identity publish video into a room. */
  VideoPublisher publish(RelayProcess relay, String room, String identity) throws Exception {
    SimulatedPeer peer = peers.get(nextPeer.getAndIncrement());
    long ssrc = 1 + (random.nextLong() >>> 33);
    String offer =
        SessionOffer.publish(peer.credentials(), dtls.certificate().fingerprint(), 0, ssrc);
    connect(peer, relay, "/whip/v1", room, identity, offer);
    VideoPublisher publisher = new VideoPublisher(loop, peer, (int) ssrc);
    publishers.add(publisher);
    return publisher;
  }

  /** Lets an identity play another one. */
  void play(RelayProcess relay, String room, String identity, String publisher) throws Exception {
    SimulatedPeer peer = peers.get(nextPeer.getAndIncrement());
    String offer = SessionOffer.play(peer.credentials(), dtls.certificate().fingerprint());
    connect(peer, relay, "/whep/v1/" + publisher, room, identity, offer);
  }

  private void connect(
      SimulatedPeer peer,
      RelayProcess relay,
      String door,
      String room,
      String identity,
      String offer)
      throws Exception {
    String token = tokens.issue(Grants.join(identity, room), Duration.ofHours(1));
    WhipClient.Session session = whip.post(relay.door(door), token, offer);
    try {
      peer.connect(RemoteDescription.of(session.answer())).get(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("not connected within 20 s: " + peer + "\n" + session.answer(), e);
    }
  }

  /** Begins to send: so many packets a frame, so many frames a second, by each publisher. */
  void start(int packetsPerFrame, int framesPerSecond) {
    long interval = 1_000_000_000L / framesPerSecond;
    loop.execute(() -> {
      for (int i = 0; i < publishers.size(); i++) {
        long phase = interval * i / publishers.size();
        publishers.get(i).start(packetsPerFrame, interval, loop.nowNanos() + phase);
      }
    });
  }

  /** The profile that the peers have agreed on. */
  String profile() {
    SrtpProfile agreed = peers.getFirst().profile();
    return agreed == null ? "none" : agreed.name();
  }

  /** What has come back. */
  CountingSink sink() {
    return sink;
  }

  /** Packets that the publishers have sent. */
  long sent() {
    long sum = 0;
    for (VideoPublisher publisher : publishers) {
      sum += publisher.sent();
    }
    return sum;
  }

  @Override
  public void close() {
    vertx.close().await();
    handshakes.shutdownNow();
  }

  /** A payload that says what it is: it starts with a VP8 descriptor, the rest is for nobody. */
  static MemorySegment payload(int length) {
    MemorySegment payload = Arena.ofAuto().allocate(length);
    byte[] text = "bench ".getBytes(StandardCharsets.US_ASCII);
    for (int i = 1; i + text.length < length; i += text.length) {
      MemorySegment.copy(text, 0, payload, java.lang.foreign.ValueLayout.JAVA_BYTE, i, text.length);
    }
    return payload;
  }
}
