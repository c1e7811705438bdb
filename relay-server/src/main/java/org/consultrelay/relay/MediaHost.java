package org.consultrelay.relay;

import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.consultrelay.relay.config.AdvertisedAddress;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.ice.IceCandidate;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.IoMode;
import org.consultrelay.relay.net.LoopOptions;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.net.SocketBuffers;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.transport.Demultiplexer;
import org.consultrelay.relay.transport.UfragDirectory;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * A media loop with all that lives on it.
 *
 * @param loop sockets and timers
 * @param demultiplexer connections
 * @param roomLoop the loop as rooms see it
 * @param seen the addresses of the loop's ports as peers see them
 */
public record MediaHost(
    MediaLoop loop, Demultiplexer demultiplexer, RoomLoop roomLoop, List<TransportAddress> seen) {
  /** How much of the budget for strangers one network may use up. */
  private static final int SOURCE_SHARE = 10;

  static final int HIGHEST_PREFERENCE = 65_535;

  static MediaHost start(
      Vertx vertx,
      RelayConfig config,
      int index,
      List<InetAddress> addresses,
      SrtpCiphers ciphers,
      DtlsContext dtls,
      IceTimeouts ice,
      SecureRandom random,
      UfragDirectory directory,
      int port)
      throws Exception {
    LoopOptions options =
        LoopOptions.of(index, port)
            .withBindAddresses(addresses)
            .withSharedPort(config.net().onePort())
            .withIo(IoMode.valueOf(config.net().io().name()))
            .withBuffers(
                new SocketBuffers(
                    (int) config.net().receiveBuffer().bytes(),
                    (int) config.net().sendBuffer().bytes()))
            .withSlotBytes(config.net().packetMemory().bytes());
    AtomicReference<Demultiplexer> made = new AtomicReference<>();
    MediaLoop loop =
        RelayFoundation.await(
            MediaLoop.start(
                vertx,
                options,
                (owner, opened) -> {
                  Demultiplexer demultiplexer = made.get();
                  if (demultiplexer == null) {
                    demultiplexer =
                        demultiplexer(owner, config, ciphers, dtls, ice, random, directory);
                    made.set(demultiplexer);
                  }
                  return demultiplexer.port(opened.sendBatch());
                }));
    Demultiplexer demultiplexer = made.get();
    if (demultiplexer == null) {
      throw new IllegalStateException("a loop without ports");
    }
    List<TransportAddress> seen = seen(loop, config.net().advertise());
    RoomLoop roomLoop =
        new RoomLoop(loop, loop::nowNanos, loop.timers(), demultiplexer, candidates(seen));
    return new MediaHost(loop, demultiplexer, roomLoop, seen);
  }

  /** Does something on the loop and waits for it; what it throws is thrown here. */
  <T> T call(Callable<T> task) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        result.complete(task.call());
      } catch (Exception e) {
        result.completeExceptionally(e);
      }
    });
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static Demultiplexer demultiplexer(
      MediaLoop loop,
      RelayConfig config,
      SrtpCiphers ciphers,
      DtlsContext dtls,
      IceTimeouts ice,
      SecureRandom random,
      UfragDirectory directory) {
    int perSecond = config.ice().unauthenticatedPerSecond();
    return new Demultiplexer(
        loop.slots(),
        loop.timers(),
        loop,
        ciphers,
        dtls,
        ice,
        new UnauthenticatedBudget(
            perSecond, Math.max(1, perSecond / SOURCE_SHARE), random.nextLong(), loop.nowNanos()),
        random,
        directory,
        loop.index());
  }

  /** The ports' addresses, the public one in place of a bound one behind NAT. */
  private static List<TransportAddress> seen(MediaLoop loop, List<AdvertisedAddress> advertised) {
    List<TransportAddress> addresses = new ArrayList<>();
    for (DatagramPort port : loop.ports()) {
      TransportAddress bound = port.localAddress();
      InetAddress seen = bound.toInetAddress();
      for (AdvertisedAddress each : advertised) {
        if (each.standsFor(seen)) {
          seen = each.publicAddress();
          break;
        }
      }
      addresses.add(TransportAddress.of(seen, bound.port()));
    }
    return List.copyOf(addresses);
  }

  /** One host candidate for each port. */
  private static List<String> candidates(List<TransportAddress> seen) {
    List<String> lines = new ArrayList<>();
    for (TransportAddress each : seen) {
      lines.add(IceCandidate.host(each, HIGHEST_PREFERENCE - lines.size()).toAttribute());
    }
    return lines;
  }
}
