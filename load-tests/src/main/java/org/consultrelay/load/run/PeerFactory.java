package org.consultrelay.load.run;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.consultrelay.load.media.H264Source;
import org.consultrelay.load.media.OpusSource;
import org.consultrelay.load.media.VideoShape;
import org.consultrelay.load.media.VideoSource;
import org.consultrelay.load.media.Vp8Source;
import org.consultrelay.load.peer.AnsweredTrack;
import org.consultrelay.load.peer.IncomingTrack;
import org.consultrelay.load.peer.OutgoingTrack;
import org.consultrelay.load.peer.PeerMedia;
import org.consultrelay.load.peer.SessionOffer;
import org.consultrelay.load.peer.SimulatedPeer;
import org.consultrelay.load.profile.Leg;
import org.consultrelay.relay.dtls.DtlsCertificate;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsLimits;
import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.dtls.HandshakeGate;
import org.consultrelay.relay.dtls.HandshakeTrial;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.transport.PacketPathTrial;

/** Makes the peer connections of a run and their tracks. Any thread, except where it says so. */
final class PeerFactory {
  private static final int HANDSHAKES = 256;
  private static final int HANDSHAKES_A_SECOND = 1_000_000;
  private static final int MEAN_PACKET_BITS = 8_000;
  private static final int WARM_UP_HANDSHAKES = 300;
  private static final Duration WARM_UP_TIME = Duration.ofSeconds(5);

  private static final ReentrantLock WARMING_UP = new ReentrantLock();

  private static boolean warm; // guarded by WARMING_UP

  private final LoadOptions options;
  private final SrtpCiphers ciphers = SrtpCiphers.detect();
  private final SecureRandom random = new SecureRandom();
  private final DtlsContext dtls;

  PeerFactory(LoadOptions options, ExecutorService handshakes) {
    this.options = options;
    this.dtls =
        new DtlsContext(
            DtlsCertificate.generate(random),
            ciphers.profiles().stream().map(SrtpProfile::id).toList(),
            DtlsLimits.DEFAULT,
            new HandshakeGate(HANDSHAKES, HANDSHAKES_A_SECOND),
            handshakes);
  }

  /**
   * Gets the tester's own code compiled, so that what the first joins take is the relay's doing.
   * Once for the process: later runs find it compiled.
   */
  void warmUp() throws InterruptedException {
    WARMING_UP.lockInterruptibly();
    try {
      if (!warm) {
        PacketPathTrial.warmUp(ciphers);
        HandshakeTrial.run(dtls.srtpProfiles(), WARM_UP_HANDSHAKES, WARM_UP_TIME);
        warm = true;
      }
    } finally {
      WARMING_UP.unlock();
    }
  }

  /** Of the certificate that all simulated participants share. */
  Fingerprint fingerprint() {
    return dtls.certificate().fingerprint();
  }

  /** An SSRC, 1 to 2^31 - 1. */
  private long ssrc() {
    return 1 + (random.nextLong() >>> 33);
  }

  /** New SSRCs for what a participant sends. */
  SessionOffer.Sources sources(Leg leg) {
    return new SessionOffer.Sources(
        leg.audio() ? ssrc() : 0,
        leg.video() ? ssrc() : 0,
        leg.video() ? ssrc() : 0,
        options.videoCodec());
  }

  PeerMedia media(Attendance attendance) {
    return new PeerMedia(attendance.traffic(), (int) ssrc(), "p" + attendance.publisher());
  }

  SimulatedPeer peer(Attendance attendance, PeerMedia media) {
    return new SimulatedPeer(attendance.traffic().loop(), dtls, ciphers, random, media);
  }

  /** Adds a track to send, as the answer wants it, before the connection stands. */
  void send(
      PeerMedia media,
      Attendance attendance,
      AnsweredTrack answered,
      SessionOffer.Sources sources) {
    media.send(track(media, attendance, answered, sources));
  }

  /** Adds a track to send, as the answer wants it, whether the connection stands or not. */
  void sendFromNowOn(
      PeerMedia media,
      Attendance attendance,
      AnsweredTrack answered,
      SessionOffer.Sources sources) {
    OutgoingTrack track = track(media, attendance, answered, sources);
    media.loop().execute(() -> media.sendFromNowOn(track));
  }

  private OutgoingTrack track(
      PeerMedia media,
      Attendance attendance,
      AnsweredTrack answered,
      SessionOffer.Sources sources) {
    // Different people say different things, but the same ones in every run of one seed.
    long seed = options.seed() * 31 + attendance.publisher();
    if (answered.codec().kind() == MediaKind.AUDIO) {
      return OutgoingTrack.audio(
          media,
          new OpusSource(options.audioKilobits(), options.discontinuous(), seed),
          answered.outgoing((int) sources.audioSsrc(), 0),
          attendance.publisher());
    }
    VideoShape shape =
        VideoShape.of(options.videoKilobits(), options.framesPerSecond())
            .withTemporalLayers(options.temporalLayers());
    VideoSource source =
        answered.codec() == Codec.H264 ? new H264Source(shape, seed) : new Vp8Source(shape, seed);
    return OutgoingTrack.video(
        media,
        source,
        answered.outgoing((int) sources.videoSsrc(), (int) sources.videoRtxSsrc()),
        attendance.publisher(),
        options.framesPerSecond(),
        kept());
  }

  /** About a second of video, so that what is asked for is there: a power of two. */
  private int kept() {
    int packets =
        Math.max(options.framesPerSecond(), options.videoKilobits() * 1_000 / MEAN_PACKET_BITS);
    return Integer.highestOneBit(Math.clamp(packets * 2L, 32, 256));
  }

  /** Adds a track to play. Runs on the loop. */
  void play(PeerMedia media, AnsweredTrack answered, int publisher, IncomingTrack.Firsts firsts) {
    media.loop().execute(() -> media.play(answered.incoming(), publisher, firsts));
  }
}
