package org.consultrelay.load.run;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.ConnectionSettings;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.MediaSectionsRequirement;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.StreamState;
import livekit.LivekitRtc.StreamStateInfo;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.WrappedJoinRequest;
import org.consultrelay.load.peer.AnsweredTrack;
import org.consultrelay.load.peer.PeerMedia;
import org.consultrelay.load.peer.RemoteDescription;
import org.consultrelay.load.peer.SessionOffer;
import org.consultrelay.load.peer.SharedOffer;
import org.consultrelay.load.peer.SimulatedPeer;
import org.consultrelay.load.profile.Leg;
import org.jspecify.annotations.Nullable;

/**
 * One participant who is in by the LiveKit client protocol, as web clients do it: the first offer
 * goes along with the connect request and reserves sections to receive in; once it is answered,
 * tracks are announced and offered; and whenever the relay asks for it, there is another offer.
 */
final class LiveKitVisit implements Door.Visit {
  /** As browsers' clients: so many sections of each kind to receive in from the begin. */
  private static final int RESERVED = 3;

  private static final int PROTOCOL = 16;
  private static final String MICROPHONE = "microphone";
  private static final String CAMERA = "camera";

  private final Attendance attendance;
  private final LoadOptions options;
  private final PeerFactory peers;
  private final PeerMedia media;
  private final JoinLog log;
  private final SimulatedPeer peer;
  private final SharedOffer offer;
  private final RoomTracks tracks;
  private final SessionOffer.Sources sources;
  private final CompletableFuture<Void> joined = new CompletableFuture<>();
  private final CompletableFuture<Void> published = new CompletableFuture<>();
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private final AtomicBoolean dropped = new AtomicBoolean();
  private volatile String stage = "the join message";
  private volatile boolean ending;
  private volatile @Nullable SignalLink link;

  // Of the thread that reads.
  private int offers;
  private boolean unanswered;
  private boolean wanted;
  private int publishingOffer;
  private boolean tracksSent;
  private int unconfirmed;

  LiveKitVisit(
      Attendance attendance, LoadOptions options, PeerFactory peers, PeerMedia media, JoinLog log) {
    this.attendance = attendance;
    this.options = options;
    this.peers = peers;
    this.media = media;
    this.log = log;
    this.peer = peers.peer(attendance, media);
    this.offer = new SharedOffer(peer.credentials(), peers.fingerprint(), options.videoCodec());
    this.tracks = new RoomTracks(media, attendance.roster(), log);
    this.sources = peers.sources(attendance.leg());
    media.onLost(this::dropOut);
  }

  /** Where to connect, the first offer included. */
  URI address(URI url, String token) {
    offer.reserve(RESERVED, RESERVED);
    JoinRequest request =
        JoinRequest.newBuilder()
            .setClientInfo(ClientInfo.newBuilder().setProtocol(PROTOCOL))
            .setConnectionSettings(ConnectionSettings.newBuilder().setAutoSubscribe(true))
            .setPublisherOffer(nextOffer())
            .build();
    WrappedJoinRequest wrapped =
        WrappedJoinRequest.newBuilder()
            .setCompression(WrappedJoinRequest.Compression.GZIP)
            .setJoinRequest(ByteString.copyFrom(compressed(request.toByteArray())))
            .build();
    String base = url.toString();
    return URI.create(
        (base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
            + "/rtc/v1?access_token="
            + token
            + "&join_request="
            + Base64.getUrlEncoder().withoutPadding().encodeToString(wrapped.toByteArray()));
  }

  private static byte[] compressed(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Goes on from the open WebSocket until media flows and what is sent is accepted. */
  void join(SignalLink opened, long untilNanos) throws JoinFailure, InterruptedException {
    link = opened;
    if (left.isDone()) {
      opened.close();
    }
    Thread.startVirtualThread(() -> read(opened));
    try {
      CompletableFuture.allOf(joined, published)
          .get(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new JoinFailure("timed out at " + stage);
    } catch (ExecutionException e) {
      throw JoinFailure.of(e);
    }
  }

  private void read(SignalLink from) {
    try {
      for (SignalResponse next = from.next(); next != null; next = from.next()) {
        handle(from, next);
      }
      over(from.end());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalArgumentException e) {
      over("unusable answer");
    }
  }

  private void handle(SignalLink from, SignalResponse message) {
    switch (message.getMessageCase()) {
      case JOIN -> welcomed(from, message.getJoin());
      case ANSWER -> answered(from, message.getAnswer());
      case TRACK_PUBLISHED -> {
        unconfirmed--;
        settlePublishing();
      }
      case UPDATE -> participants(message.getUpdate().getParticipantsList());
      case MEDIA_SECTIONS_REQUIREMENT -> required(from, message.getMediaSectionsRequirement());
      case STREAM_STATE_UPDATE -> {
        for (StreamStateInfo each : message.getStreamStateUpdate().getStreamStatesList()) {
          tracks.paused(each.getTrackSid(), each.getState() == StreamState.PAUSED);
        }
      }
      case SUBSCRIPTION_RESPONSE ->
          tracks.refused(
              message.getSubscriptionResponse().getTrackSid(),
              message.getSubscriptionResponse().getErr().name());
      case REQUEST_RESPONSE -> {
        RequestResponse response = message.getRequestResponse();
        if (response.hasAddTrack() && response.getReason() != RequestResponse.Reason.OK) {
          fail("the relay refuses to publish: " + response.getReason());
        }
      }
      case LEAVE -> over("the relay said to leave: " + message.getLeave().getReason());
      default -> {
        // Speakers, quality, tokens: a simulated participant shows nothing.
      }
    }
  }

  private void welcomed(SignalLink to, JoinResponse join) {
    stage = "the answer";
    to.keepAlive(join.getPingInterval(), join.getPingTimeout());
    participants(join.getOtherParticipantsList());
    to.send(
        SignalRequest.newBuilder()
            .setSubscriptionPermission(
                SubscriptionPermission.newBuilder().setAllParticipants(true)));
  }

  private void participants(List<ParticipantInfo> changed) {
    for (ParticipantInfo each : changed) {
      tracks.update(each);
    }
  }

  private SessionDescription.Builder nextOffer() {
    unanswered = true;
    wanted = false;
    return SessionDescription.newBuilder().setType("offer").setSdp(offer.next()).setId(++offers);
  }

  private void offer(SignalLink to) {
    to.send(SignalRequest.newBuilder().setOffer(nextOffer()));
  }

  private void required(SignalLink to, MediaSectionsRequirement requirement) {
    offer.reserve(requirement.getNumAudios(), requirement.getNumVideos());
    if (unanswered) {
      wanted = true;
    } else {
      offer(to);
    }
  }

  private void answered(SignalLink to, SessionDescription answer) {
    if (answer.getId() != offers) {
      return;
    }
    unanswered = false;
    RemoteDescription remote = RemoteDescription.of(answer.getSdp());
    if (offers == 1) {
      stage = "ICE or DTLS";
      connect(remote);
      publish();
    } else if (publishingOffer != 0 && !tracksSent) {
      tracksSent = true;
      send(AnsweredTrack.received(remote));
      settlePublishing();
    }
    tracks.answered(AnsweredTrack.sent(remote), answer.getMidToTrackIdMap());
    if (wanted && !unanswered) {
      offer(to);
    }
  }

  private void connect(RemoteDescription remote) {
    CompletableFuture<?> _ =
        peer.connect(remote)
            .whenComplete((up, failure) -> {
              stage = "publishing";
              if (failure == null) {
                joined.complete(null);
              } else {
                joined.completeExceptionally(failure);
              }
            });
  }

  /** Announces and offers what the participant sends. */
  private void publish() {
    SignalLink to = link;
    Leg leg = attendance.leg();
    if (to == null || !leg.publishes()) {
      published.complete(null);
      return;
    }
    if (leg.audio()) {
      unconfirmed++;
      offer.sendAudio(MICROPHONE, sources.audioSsrc());
      to.send(announcement(MICROPHONE, TrackType.AUDIO, TrackSource.MICROPHONE));
    }
    if (leg.video()) {
      unconfirmed++;
      offer.sendVideo(CAMERA, sources.videoSsrc(), sources.videoRtxSsrc());
      to.send(announcement(CAMERA, TrackType.VIDEO, TrackSource.CAMERA));
    }
    offer(to);
    publishingOffer = offers;
  }

  private static SignalRequest.Builder announcement(
      String name, TrackType type, TrackSource source) {
    return SignalRequest.newBuilder()
        .setAddTrack(
            AddTrackRequest.newBuilder()
                .setCid(name)
                .setName(name)
                .setType(type)
                .setSource(source));
  }

  private void send(List<AnsweredTrack> accepted) {
    Leg leg = attendance.leg();
    JoinFailure refusal = JoinFailure.refusal(accepted, leg.audio(), leg.video());
    if (refusal != null) {
      fail(refusal.reason());
      return;
    }
    for (AnsweredTrack track : accepted) {
      peers.sendFromNowOn(media, attendance, track, sources);
    }
  }

  private void settlePublishing() {
    if (tracksSent && unconfirmed <= 0) {
      published.complete(null);
    }
  }

  private void fail(String reason) {
    joined.completeExceptionally(new JoinFailure(reason));
    published.completeExceptionally(new JoinFailure(reason));
  }

  /** The relay ended it: a join that fails, or somebody who was in and is not any more. */
  private void over(String reason) {
    boolean wasIn = joined.isDone() && published.isDone();
    fail(reason);
    if (wasIn) {
      dropOut();
    }
  }

  private void dropOut() {
    if (!ending && dropped.compareAndSet(false, true)) {
      log.droppedOut();
    }
  }

  @Override
  public void play(Attendance other, long sinceNanos) throws JoinFailure, InterruptedException {
    CompletableFuture<Void> heard = tracks.heard(other.leg(), sinceNanos);
    try {
      CompletableFuture.anyOf(heard, left).get(options.joinTimeoutSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new JoinFailure("timed out: the relay did not offer their tracks");
    } catch (ExecutionException e) {
      throw JoinFailure.of(e);
    }
  }

  @Override
  public void expectEnd() {
    ending = true;
  }

  @Override
  public void leave(boolean goodbye) throws InterruptedException {
    ending = true;
    left.complete(null);
    peer.close(goodbye);
    SignalLink open = link;
    if (open != null) {
      if (goodbye) {
        open.send(
            SignalRequest.newBuilder()
                .setLeave(
                    LeaveRequest.newBuilder()
                        .setReason(DisconnectReason.CLIENT_INITIATED)
                        .setAction(LeaveRequest.Action.DISCONNECT)));
      }
      open.close();
    }
  }
}
