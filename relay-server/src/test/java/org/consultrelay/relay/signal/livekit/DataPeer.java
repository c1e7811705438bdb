package org.consultrelay.relay.signal.livekit;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.consultrelay.relay.consult.TestRelay;

/** A participant that sends and receives data: signalling of ours, connections of libwebrtc's. */
final class DataPeer implements AutoCloseable {
  private static final long SECONDS = 20;

  /** What came, and by which channel. */
  record Received(String label, DataPacket packet) {}

  final NativeConnection uplink = new NativeConnection(this::received);
  final NativeConnection downlink;
  private final TestRelay relay;
  private final boolean single;
  private final LinkedBlockingQueue<Received> packets = new LinkedBlockingQueue<>();
  private String token;
  private String sid;
  SignalClient signal;

  private DataPeer(TestRelay relay, String token, boolean single) {
    this.relay = relay;
    this.token = token;
    this.single = single;
    this.downlink = single ? uplink : new NativeConnection(this::received);
    uplink.openChannels();
  }

  private void received(String label, byte[] bytes) {
    try {
      packets.add(new Received(label, DataPacket.parseFrom(bytes)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Joins and waits until data can flow both ways. */
  static DataPeer join(TestRelay relay, String token, boolean single) throws Exception {
    DataPeer peer = new DataPeer(relay, token, single);
    peer.signal = single ? SignalClient.v1(relay, token) : SignalClient.v0(relay, token);
    peer.sid = peer.signal.joined().getParticipant().getSid();
    peer.token = peer.signal.await(MessageCase.REFRESH_TOKEN).getRefreshToken();
    if (!single) {
      peer.answerOffer();
    }
    peer.offer(false);
    peer.awaitChannels();
    return peer;
  }

  void answerOffer() throws Exception {
    SessionDescription offer = signal.await(MessageCase.OFFER).getOffer();
    signal.send(
        SignalRequest.newBuilder()
            .setAnswer(
                SessionDescription.newBuilder()
                    .setType("answer")
                    .setId(offer.getId())
                    .setSdp(downlink.answer(offer.getSdp()))));
  }

  void offer(boolean restart) throws Exception {
    uplink.answered(signal.negotiate(uplink.offer(restart)).getSdp());
  }

  private void awaitChannels() {
    Await.until(
        "channels open",
        () ->
            uplink.isOpen("_reliable")
                && uplink.isOpen("_lossy")
                && downlink.isOpen("_reliable")
                && downlink.isOpen("_lossy"));
  }

  /** Waits until the relay says that this one is active. */
  void awaitActive() {
    signal.await(
        m ->
            m.hasUpdate()
                && m.getUpdate().getParticipantsList().stream()
                    .anyMatch(p ->
                        p.getSid().equals(sid) && p.getState() == ParticipantInfo.State.ACTIVE),
        "active");
  }

  /** The relay has sent another token than that of the join. */
  void renewed(String fresh) {
    token = fresh;
  }

  /** Another WebSocket for the same session; the first one was cut. */
  void resume() {
    signal =
        single
            ? SignalClient.v1(
                relay,
                token,
                JoinRequest.newBuilder().setReconnect(true).setParticipantSid(sid).build())
            : SignalClient.v0(relay, token, "reconnect=1", "sid=" + sid);
  }

  String sid() {
    return sid;
  }

  void send(String label, DataPacket.Builder packet) {
    uplink.send(label, packet.build().toByteArray());
  }

  Received next() throws InterruptedException {
    Received next = packets.poll(SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no data came in " + SECONDS + " s");
    }
    return next;
  }

  boolean hasReceived() {
    return !packets.isEmpty();
  }

  @Override
  public void close() {
    signal.close();
    uplink.close();
    if (downlink != uplink) {
      downlink.close();
    }
  }
}
