package org.consultrelay.load.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.consultrelay.load.media.CannedVideo;
import org.consultrelay.load.middle.Chromium;
import org.consultrelay.load.middle.LocalRelay;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.LoopOptions;
import org.consultrelay.relay.net.MediaLoop;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.junit.jupiter.api.Test;

/**
 * Checks a simulated publisher with software that we did not write: Chromium receives its packets
 * by WHEP and decodes them to a moving picture.
 */
class CannedVideoInChromiumTest {
  private static final int FRAMES = 60;

  /** Plays by WHEP, resolves to what it saw when enough frames are decoded or it is too late. */
  private static final String PLAY =
      """
      async ({ url, token, frames, millis }) => {
        const pc = new RTCPeerConnection();
        const video = document.createElement('video');
        video.muted = true;
        video.autoplay = true;
        document.body.replaceChildren(video);
        pc.ontrack = (e) => { video.srcObject = new MediaStream([e.track]); };
        pc.addTransceiver('video', { direction: 'recvonly' });
        await pc.setLocalDescription();
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/sdp', Authorization: 'Bearer ' + token },
          body: pc.localDescription.sdp,
        });
        if (response.status !== 201) {
          return { error: response.status + ' ' + await response.text() };
        }
        await pc.setRemoteDescription({ type: 'answer', sdp: await response.text() });
        const canvas = document.createElement('canvas');
        canvas.width = 320;
        canvas.height = 180;
        const paint = canvas.getContext('2d', { willReadFrequently: true });
        const pixels = () => {
          paint.drawImage(video, 0, 0, 320, 180);
          return paint.getImageData(0, 0, 320, 180).data;
        };
        let stats = {};
        let first = null;
        let changed = 0;
        const end = performance.now() + millis;
        while (performance.now() < end && !((stats.framesDecoded ?? 0) > frames && changed > 1000)) {
          await new Promise((resolve) => setTimeout(resolve, 150));
          stats = [...(await pc.getStats()).values()].find((s) => s.type === 'inbound-rtp') ?? {};
          if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.currentTime > 0) {
            const now = pixels();
            first ??= now;
            changed = 0;
            for (let i = 0; i < now.length; i += 4) {
              changed += Math.abs(now[i] - first[i]) > 24 ? 1 : 0;
            }
          }
        }
        let bright = 0;
        let dark = 0;
        if (first) {
          for (let i = 0; i < first.length; i += 4) {
            bright += first[i] + first[i + 1] + first[i + 2] > 450 ? 1 : 0;
            dark += first[i] + first[i + 1] + first[i + 2] < 300 ? 1 : 0;
          }
        }
        return {
          decoded: stats.framesDecoded ?? 0, dropped: stats.framesDropped ?? 0,
          keyFrames: stats.keyFramesDecoded ?? 0, packetsLost: stats.packetsLost ?? 0,
          width: video.videoWidth, height: video.videoHeight, changed, bright, dark,
        };
      }
      """;

  @Test
  void chromiumDecodesWhatASimulatedPublisherSends() throws Exception {
    try (LocalRelay relay = LocalRelay.start();
        Publisher publisher = new Publisher()) {
      publisher.publish(relay, "room", "alice");
      try (Playwright playwright = Chromium.playwright();
          Browser browser = Chromium.launch(playwright)) {
        Page page = browser.newPage();
        // Of the same origin, and with nothing on it that the test would be in the way of.
        page.navigate(relay.url() + "/");
        Map<?, ?> seen =
            (Map<?, ?>)
                page.evaluate(
                    PLAY,
                    Map.of(
                        "url",
                        relay.url() + "/whep/v1/alice",
                        "token",
                        relay.token("room", "watcher"),
                        "frames",
                        FRAMES,
                        "millis",
                        60_000));
        page.screenshot(
            new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/canned-video.png")));
        assertThat(seen.get("error")).isNull();
        assertThat((Integer) seen.get("decoded")).as("%s", seen).isGreaterThan(FRAMES);
        assertThat(seen.get("width")).isEqualTo(320);
        assertThat(seen.get("height")).isEqualTo(180);
        assertThat((Integer) seen.get("keyFrames")).isGreaterThan(1);
        assertThat((Integer) seen.get("packetsLost")).isZero();
        assertThat((Integer) seen.get("changed")).as("it moves: %s", seen).isGreaterThan(1_000);
        assertThat((Integer) seen.get("bright")).as("a picture: %s", seen).isGreaterThan(1_000);
        assertThat((Integer) seen.get("dark")).as("a picture: %s", seen).isGreaterThan(1_000);
      }
    }
  }

  /** One simulated participant who sends the canned video. */
  private static final class Publisher implements AutoCloseable {
    private final Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();

    void publish(LocalRelay relay, String room, String identity) throws Exception {
      SecureRandom random = new SecureRandom();
      SrtpCiphers ciphers = SrtpCiphers.detect();
      DtlsContext dtls =
          new DtlsContext(
              DtlsCertificate.generate(random),
              ciphers.profiles().stream().map(SrtpProfile::id).toList(),
              DtlsLimits.DEFAULT,
              new HandshakeGate(4, 100),
              handshakes);
      MediaLoop loop =
          MediaLoop.start(
                  vertx,
                  LoopOptions.of(1, 0).withBindAddresses(List.of(InetAddress.getLoopbackAddress())),
                  (owner, port) -> new Nobody())
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      PeerMedia media = new PeerMedia(new LoopTraffic(loop, 0, 1), 1, "canned");
      SimulatedPeer peer = new SimulatedPeer(loop, dtls, ciphers, random, media);
      String offer =
          SessionOffer.publish(
              peer.credentials(),
              dtls.certificate().fingerprint(),
              new SessionOffer.Sources(0, 1_001, 1_002, Codec.VP8));
      WhipClient.Session session =
          new WhipClient()
              .post(relay.url().resolve("/whip/v1"), relay.token(room, identity), offer);
      RemoteDescription answer = RemoteDescription.of(session.answer());
      CannedVideo video = CannedVideo.own();
      for (AnsweredTrack track : AnsweredTrack.received(answer)) {
        media.send(
            OutgoingTrack.video(
                media,
                video.play(7),
                track.outgoing(1_001, 1_002),
                1,
                video.framesPerSecond(),
                64));
      }
      peer.connect(answer).get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      vertx.close().await();
      handshakes.shutdownNow();
    }
  }

  /** Takes nothing. */
  private static final class Nobody implements DatagramHandler {
    @Override
    public boolean onDatagram(
        int slot, long offset, int length, long high, long low, int remotePort, long nowNanos) {
      return false;
    }

    @Override
    public void endOfTurn(long nowNanos) {}
  }
}
