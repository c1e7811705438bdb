package org.consultrelay.relay.signal.livekit;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A peer connection of libwebrtc's that carries data only. */
final class NativeConnection implements AutoCloseable {
  private static final long SECONDS = 20;

  private final HeadlessAudioDeviceModule audioDevices = new HeadlessAudioDeviceModule();
  private final PeerConnectionFactory factory = new PeerConnectionFactory(audioDevices);
  private final RTCPeerConnection connection;
  private final Map<String, RTCDataChannel> channels = new ConcurrentHashMap<>();
  private final BiConsumer<String, byte[]> messages;
  private boolean closed;

  /** {@code messages} hears the label of the channel and the bytes of each message. */
  NativeConnection(BiConsumer<String, byte[]> messages) {
    this.messages = messages;
    RTCConfiguration configuration = new RTCConfiguration();
    configuration.portAllocatorConfig =
        new PortAllocatorConfig()
            .setDisableAdapterEnumeration(true)
            .setDisableTcp(true)
            .setDisableStun(true)
            .setDisableRelay(true);
    connection = factory.createPeerConnection(configuration, new Observer());
  }

  /** Opens the two channels that clients open. */
  void openChannels() {
    RTCDataChannelInit reliable = new RTCDataChannelInit();
    reliable.ordered = true;
    listen(connection.createDataChannel("_reliable", reliable));
    RTCDataChannelInit lossy = new RTCDataChannelInit();
    lossy.ordered = false;
    lossy.maxRetransmits = 0;
    listen(connection.createDataChannel("_lossy", lossy));
  }

  private void listen(RTCDataChannel channel) {
    String label = channel.getLabel();
    channel.registerObserver(
        new RTCDataChannelObserver() {
          @Override
          public void onBufferedAmountChange(long previous) {}

          @Override
          public void onStateChange() {}

          @Override
          public void onMessage(RTCDataChannelBuffer buffer) {
            byte[] bytes = new byte[buffer.data.remaining()];
            buffer.data.get(bytes);
            messages.accept(label, bytes);
          }
        });
    channels.put(label, channel);
  }

  boolean isOpen(String label) {
    RTCDataChannel channel = channels.get(label);
    return channel != null && channel.getState() == RTCDataChannelState.OPEN;
  }

  void send(String label, byte[] bytes) {
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
    direct.put(bytes).flip();
    try {
      channels.get(label).send(new RTCDataChannelBuffer(direct, true));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** An offer, set; {@code restart} begins ICE anew. */
  String offer(boolean restart) throws Exception {
    Created created = new Created();
    RTCOfferOptions options = new RTCOfferOptions();
    options.iceRestart = restart;
    connection.createOffer(options, created);
    return set(created);
  }

  /** The answer to an offer of the relay's, set. */
  String answer(String offer) throws Exception {
    Settled set = new Settled();
    connection.setRemoteDescription(new RTCSessionDescription(RTCSdpType.OFFER, offer), set);
    set.done.get(SECONDS, TimeUnit.SECONDS);
    Created created = new Created();
    connection.createAnswer(new RTCAnswerOptions(), created);
    return set(created);
  }

  private String set(Created created) throws Exception {
    RTCSessionDescription description = created.made.get(SECONDS, TimeUnit.SECONDS);
    Settled set = new Settled();
    connection.setLocalDescription(description, set);
    set.done.get(SECONDS, TimeUnit.SECONDS);
    return description.sdp;
  }

  /** Takes the relay's answer. */
  void answered(String sdp) throws Exception {
    Settled set = new Settled();
    connection.setRemoteDescription(new RTCSessionDescription(RTCSdpType.ANSWER, sdp), set);
    set.done.get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    if (closed) {
      // The library does not bear it twice.
      return;
    }
    closed = true;
    channels.values().forEach(RTCDataChannel::unregisterObserver);
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
    public void onDataChannel(RTCDataChannel channel) {
      listen(channel);
    }
  }

  private static final class Created implements CreateSessionDescriptionObserver {
    private final CompletableFuture<RTCSessionDescription> made = new CompletableFuture<>();

    @Override
    public void onSuccess(RTCSessionDescription description) {
      made.complete(description);
    }

    @Override
    public void onFailure(String error) {
      made.completeExceptionally(new IllegalStateException(error));
    }
  }

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
