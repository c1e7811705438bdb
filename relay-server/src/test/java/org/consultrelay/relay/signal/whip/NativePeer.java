package org.consultrelay.relay.signal.whip;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpCodecCapability;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.MediaType;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.VideoTrack;
import dev.onvoid.webrtc.media.video.VideoTrackSink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A peer that is libwebrtc itself, not a browser: publishes a moving picture and a tone, or plays.
 * It has no sound card and needs no network beyond loopback.
 */
final class NativePeer implements AutoCloseable {
  private static final long SECONDS = 20;

  private final HeadlessAudioDeviceModule audioDevices = new HeadlessAudioDeviceModule();
  private final PeerConnectionFactory factory = new PeerConnectionFactory(audioDevices);
  private final RTCPeerConnection connection;
  private final List<AutoCloseable> owned = new CopyOnWriteArrayList<>();
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong loudSamples = new AtomicLong();
  private Supplier<TestSignal> signal =
      () -> {
        throw new IllegalStateException("a player has no signal");
      };
  private volatile RTCPeerConnectionState state = RTCPeerConnectionState.NEW;

  private NativePeer() {
    RTCConfiguration configuration = new RTCConfiguration();
    // The library lists no loopback interface; a socket of any address sends there all the same.
    configuration.portAllocatorConfig =
        new PortAllocatorConfig()
            .setDisableAdapterEnumeration(true)
            .setDisableTcp(true)
            .setDisableStun(true)
            .setDisableRelay(true);
    connection = factory.createPeerConnection(configuration, new Observer());
  }

  /** One that publishes; {@code codec} as {@code VP8} or {@code H264}. */
  static NativePeer publisher(String codec) {
    NativePeer peer = new NativePeer();
    CustomVideoSource camera = new CustomVideoSource();
    CustomAudioSource microphone = new CustomAudioSource();
    peer.signal = () -> new TestSignal(camera, microphone);
    peer.addTransceivers(camera, microphone, RTCRtpTransceiverDirection.SEND_ONLY)
        .setCodecPreferences(peer.codecs(codec));
    return peer;
  }

  /** One that plays audio and video. */
  static NativePeer player() {
    NativePeer peer = new NativePeer();
    // The library makes no transceiver without a track; these are never sent.
    peer.addTransceivers(
        new CustomVideoSource(), new CustomAudioSource(), RTCRtpTransceiverDirection.RECV_ONLY);
    return peer;
  }

  private RTCRtpTransceiver addTransceivers(
      CustomVideoSource camera,
      CustomAudioSource microphone,
      RTCRtpTransceiverDirection direction) {
    VideoTrack video = factory.createVideoTrack("camera", camera);
    AudioTrack audio = factory.createAudioTrack("microphone", microphone);
    RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
    init.direction = direction;
    init.streamIds = List.of("native");
    connection.addTransceiver(audio, init);
    return connection.addTransceiver(video, init);
  }

  /**
   * Begins to send picture and tone, once connected. Until then the library sends what its headless
   * microphone records, and it aborts when two microphones speak at once.
   */
  void speak() throws Exception {
    Await.until("the headless microphone is heard", () -> packetsSent() > 0);
    audioDevices.stopRecording();
    owned.add(signal.get());
  }

  private long packetsSent() {
    try {
      Object sent = stats(RTCStatsType.OUTBOUND_RTP, "audio").get("packetsSent");
      return sent instanceof Number number ? number.longValue() : 0;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private List<RTCRtpCodecCapability> codecs(String name) {
    return factory.getRtpSenderCapabilities(MediaType.VIDEO).getCodecs().stream()
        .filter(each -> each.getName().equalsIgnoreCase(name) || each.getName().equals("rtx"))
        .toList();
  }

  /** The offer, set as the local description. */
  String offer() throws Exception {
    CompletableFuture<RTCSessionDescription> made = new CompletableFuture<>();
    connection.createOffer(
        new RTCOfferOptions(),
        new CreateSessionDescriptionObserver() {
          @Override
          public void onSuccess(RTCSessionDescription description) {
            made.complete(description);
          }

          @Override
          public void onFailure(String error) {
            made.completeExceptionally(new IllegalStateException(error));
          }
        });
    RTCSessionDescription offer = made.get(SECONDS, TimeUnit.SECONDS);
    Settled set = new Settled();
    connection.setLocalDescription(offer, set);
    set.done.get(SECONDS, TimeUnit.SECONDS);
    return offer.sdp;
  }

  /** Takes the answer. */
  void answer(String sdp) throws Exception {
    Settled set = new Settled();
    connection.setRemoteDescription(new RTCSessionDescription(RTCSdpType.ANSWER, sdp), set);
    set.done.get(SECONDS, TimeUnit.SECONDS);
  }

  RTCPeerConnectionState state() {
    return state;
  }

  /** Video frames that came out of the decoder. */
  long frames() {
    return frames.get();
  }

  /** Audio samples that came out of the decoder and are not silence. */
  long loudSamples() {
    return loudSamples.get();
  }

  /** The members of the statistics of one type; {@code kind} empty for any. */
  Map<String, Object> stats(RTCStatsType type, String kind) throws Exception {
    CompletableFuture<Map<String, Object>> found = new CompletableFuture<>();
    connection.getStats(report ->
        found.complete(
            report.getStats().values().stream()
                .filter(each -> each.getType() == type)
                .map(RTCStats::getAttributes)
                .filter(each -> kind.isEmpty() || kind.equals(each.get("kind")))
                .findFirst()
                .orElse(Map.of())));
    return found.get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      for (AutoCloseable each : owned) {
        each.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    // Tracks and their sources are the connection's; the library forbids to dispose of them.
    connection.close();
    factory.dispose();
    audioDevices.dispose();
  }

  private final class Observer implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      // An ICE-lite relay finds us by our checks.
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState changed) {
      state = changed;
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
      MediaStreamTrack track = transceiver.getReceiver().getTrack();
      if (track instanceof VideoTrack video) {
        VideoTrackSink sink = frame -> frames.incrementAndGet();
        video.addSink(sink);
        owned.add(() -> video.removeSink(sink));
      } else if (track instanceof AudioTrack audio) {
        AudioTrackSink sink = (data, bitsPerSample, sampleRate, channels, samples) -> hear(data);
        audio.addSink(sink);
        owned.add(() -> audio.removeSink(sink));
      }
    }
  }

  private void hear(byte[] data) {
    int loud = 0;
    for (int i = 0; i + 1 < data.length; i += 2) {
      int sample = (short) ((data[i] & 0xFF) | data[i + 1] << 8);
      if (Math.abs(sample) > 500) {
        loud++;
      }
    }
    loudSamples.addAndGet(loud);
  }

  /** Completes when a description is set. */
  private static final class Settled implements SetSessionDescriptionObserver {
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    @Override
    public void onSuccess() {
      done.complete(null);
    }

    @Override
    public void onFailure(String error) {
      done.completeExceptionally(new IllegalStateException(error));
    }
  }
}
