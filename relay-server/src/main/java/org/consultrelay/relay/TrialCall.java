package org.consultrelay.relay;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ops.DeepCheck;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.sfu.ReceiveParameters;
import org.consultrelay.relay.sfu.SendParameters;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.transport.PeerTransport;
import org.consultrelay.relay.transport.TransportEnd;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * A call of the relay with itself over its real media port: ICE, a DTLS handshake, and sound that
 * comes back as that of another would. One loop after the other has its turn. It is in no room and
 * nobody sees it, but its packets and its handshake are counted like all others.
 */
final class TrialCall implements Callable<DeepCheck.Stages> {
  static final int OPUS = 111;
  static final int SENT_SSRC = 0x7EA1;
  static final int RETURNED_SSRC = 0x7EA2;

  private static final long WHOLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** For the loop to answer, at the beginning. */
  private static final long LOOP_MILLIS = 2_000;

  private final List<MediaHost> hosts;
  private final SrtpCiphers ciphers;
  private final SecureRandom random;
  private final DtlsContext dtls;
  private int turn;

  /**
   * No call yet.
   *
   * @param handshakes runs blocking handshakes
   */
  TrialCall(List<MediaHost> hosts, SrtpCiphers ciphers, SecureRandom random, Executor handshakes) {
    this.hosts = List.copyOf(hosts);
    this.ciphers = ciphers;
    this.random = random;
    this.dtls =
        new DtlsContext(
            DtlsCertificate.generate(random),
            ciphers.profiles().stream().map(SrtpProfile::id).toList(),
            DtlsLimits.DEFAULT,
            new HandshakeGate(2, 1_000),
            handshakes);
  }

  /** What the client is told of the relay's side, as a session description would. */
  record Invitation(IceCredentials credentials, Fingerprint fingerprint, PeerTransport transport) {}

  /**
   * Makes one call; never two at a time. Throws with one line when it fails within five seconds.
   */
  @Override
  public DeepCheck.Stages call() throws Exception {
    long begun = System.nanoTime();
    MediaHost host = hosts.get(turn++ % hosts.size());
    Invitation relay = invite(host);
    TransportAddress to = host.loop().ports().getFirst().localAddress();
    try (Arena memory = Arena.ofConfined();
        TrialPeer peer = new TrialPeer(to, relay, dtls, ciphers, random, memory)) {
      return peer.talk(begun, begun + WHOLE_NANOS);
    } catch (IOException e) {
      throw new IOException("loop %d: %s".formatted(host.loop().index(), e.getMessage()), e);
    } finally {
      host.loop().execute(() -> relay.transport().close(host.loop().nowNanos()));
    }
  }

  private Invitation invite(MediaHost host) throws Exception {
    CompletableFuture<Invitation> made = new CompletableFuture<>();
    host.loop()
        .execute(() -> {
          try {
            made.complete(open(host));
          } catch (RuntimeException e) {
            made.completeExceptionally(e);
          }
        });
    try {
      return made.get(LOOP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Whatever comes of it later is not wanted any more.
      CompletableFuture<Void> _ =
          made.thenAccept(late -> late.transport().close(host.loop().nowNanos()));
      throw new IOException("loop " + host.loop().index() + " does not answer", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private Invitation open(MediaHost host) {
    PeerTransport transport =
        host.demultiplexer().open(new Unheard(), "trial", host.loop().nowNanos());
    transport.negotiated(DtlsRole.SERVER, dtls.certificate().fingerprint());
    transport.media().negotiated(HeaderExtensionMap.EMPTY, true, false);
    Publication sound =
        transport
            .media()
            .publish(new ReceiveParameters("0", Codec.OPUS, OPUS, -1, SENT_SSRC, 0, false, false));
    transport
        .media()
        .subscribe(sound, new SendParameters("1", Codec.OPUS, OPUS, -1, RETURNED_SSRC, 0, false));
    return new Invitation(transport.localCredentials(), transport.localFingerprint(), transport);
  }

  private static final class Unheard implements PeerTransport.Listener {
    @Override
    public void connected(PeerTransport transport) {}

    @Override
    public void ended(PeerTransport transport, TransportEnd reason) {}
  }
}
