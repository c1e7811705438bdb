package org.consultrelay.relay.signal.livekit;

import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import livekit.LivekitModels.AudioTrackFeature;
import livekit.LivekitModels.Encryption;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.TrackPublishedResponse;
import livekit.LivekitRtc.UpdateLocalAudioTrack;
import livekit.LivekitRtc.UpdateLocalVideoTrack;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.room.TrackDetails;
import org.consultrelay.relay.room.TrackEncryption;
import org.consultrelay.relay.room.TrackLayer;
import org.consultrelay.relay.room.TrackSource;
import org.consultrelay.relay.rtp.MediaKind;
import org.jspecify.annotations.Nullable;

/** What a client says of its own tracks. On the room's loop. */
final class TrackRequests {
  private static final int MOST_TRACKS = 32;
  private static final int MOST_LAYERS = 8;
  private static final int MOST_FEATURES = 16;
  private static final int MOST_NAME_BYTES = 256;
  private static final int MOST_SIDE = 16_384;

  private final LiveKitSession session;
  private final IdentityHashMap<Track, String> codecs = new IdentityHashMap<>();

  TrackRequests(LiveKitSession session) {
    this.session = session;
  }

  void add(AddTrackRequest request) {
    Participant participant = session.participant();
    if (!request.getSid().isEmpty()) {
      addCodec(request);
      return;
    }
    if (!isSound(request)) {
      refuse(request, Reason.LIMIT_EXCEEDED, "a name is missing or too long, or a list too long");
      return;
    }
    TrackDetails details = details(request);
    if (!participant.permission().mayPublish(details.source())) {
      refuse(request, Reason.NOT_ALLOWED, "does not have permission to publish this source");
      return;
    }
    if (participant.room().limits().encryptionRequired()
        && details.encryption() == TrackEncryption.NONE) {
      refuse(request, Reason.NOT_ALLOWED, "tracks must be end-to-end encrypted in this room");
      return;
    }
    Track present = pending(request.getCid());
    if (present == null) {
      if (participant.tracks().size() >= MOST_TRACKS) {
        refuse(request, Reason.LIMIT_EXCEEDED, "there are " + MOST_TRACKS + " tracks already");
        return;
      }
      present = participant.announce(request.getCid(), details, request.getMuted());
      note(present, request);
    }
    published(request.getCid(), present);
    session.uplink().announced(present);
  }

  /** Another codec of a track that is there. One that was not asked for is known, and not used. */
  private void addCodec(AddTrackRequest request) {
    Track track = session.participant().track(request.getSid());
    if (track == null) {
      refuse(request, Reason.NOT_FOUND, "there is no such track");
      return;
    }
    String codec = codec(request, 0);
    boolean offered = !codec.isEmpty() && codec.equals(track.backupCodec());
    Track backup = track.backup();
    boolean known = request.getCid().equals(track.cid());
    known |= (backup != null && request.getCid().equals(backup.cid()));
    if (!offered || known || !isSound(request)) {
      published(request.getCid(), track);
      return;
    }
    Track added =
        track.announceBackup(request.getCid(), track.details().withLayers(layers(request)));
    codecs.put(added, codec);
    session.context().counters().backup(SignalCounters.Backup.ADDED);
    published(request.getCid(), track);
    session.uplink().announced(added);
  }

  /** The name in descriptions of a codec that is named; empty for none. */
  private static String codec(AddTrackRequest request, int place) {
    return place < request.getSimulcastCodecsCount()
        ? Codecs.sdpName(request.getSimulcastCodecs(place).getCodec())
        : "";
  }

  private @Nullable Track pending(String cid) {
    for (Track track : session.participant().tracks()) {
      if (track.cid().equals(cid) && !track.isAvailable()) {
        return track;
      }
    }
    return null;
  }

  private void note(Track track, AddTrackRequest request) {
    codecs.keySet().removeIf(each -> session.participant().track(each.sid()) == null);
    String name = codec(request, 0);
    if (!name.isEmpty()) {
      codecs.put(track, name);
    }
    String second = codec(request, 1);
    // One that has a name of the client's own already is sent in any case, and not on request.
    if (!second.equals(name)
        && track.details().kind() == MediaKind.VIDEO
        && request.getSimulcastCodecsCount() > 1
        && request.getSimulcastCodecs(1).getCid().isEmpty()) {
      track.offerBackup(second);
    }
  }

  /** The codec that a track is to be sent in, by its name in descriptions; empty for any. */
  String codecOf(Track track) {
    return codecs.getOrDefault(track, "");
  }

  private void published(String cid, Track track) {
    session.send(
        SignalResponse.newBuilder()
            .setTrackPublished(
                TrackPublishedResponse.newBuilder().setCid(cid).setTrack(Infos.track(track)))
            .build());
  }

  private void refuse(AddTrackRequest request, Reason reason, String text) {
    RequestResponse.Builder response = Refusals.of(reason, text);
    // Not the whole of what may have been refused for its size.
    response.setAddTrack(AddTrackRequest.newBuilder().setCid(cut(request.getCid())));
    Refusals.send(session, response);
  }

  private static String cut(String text) {
    return text.length() <= MOST_NAME_BYTES ? text : text.substring(0, MOST_NAME_BYTES);
  }

  private static boolean isSound(AddTrackRequest request) {
    return !request.getCid().isEmpty()
        && isShort(request.getCid())
        && isShort(request.getName())
        && isShort(request.getStream())
        && request.getLayersCount() <= MOST_LAYERS
        && request.getAudioFeaturesCount() <= MOST_FEATURES
        && request.getSimulcastCodecsCount() <= MOST_LAYERS
        && request.getLayersList().stream().allMatch(layer -> isShort(layer.getRid()));
  }

  private static boolean isShort(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length <= MOST_NAME_BYTES;
  }

  // Old clients say stereo and silence in fields that the features have replaced.
  @SuppressWarnings("deprecation")
  private static TrackDetails details(AddTrackRequest request) {
    MediaKind kind =
        request.getType() == livekit.LivekitModels.TrackType.AUDIO
            ? MediaKind.AUDIO
            : MediaKind.VIDEO;
    return new TrackDetails(
        kind,
        request.getName(),
        source(request.getSource()),
        side(request.getWidth()),
        side(request.getHeight()),
        layers(request),
        encryption(request.getEncryption()),
        request.getStream(),
        request.getStereo() || request.getAudioFeaturesList().contains(AudioTrackFeature.TF_STEREO),
        request.getDisableDtx()
            || request.getAudioFeaturesList().contains(AudioTrackFeature.TF_NO_DTX),
        request.getDisableRed(),
        List.copyOf(request.getAudioFeaturesValueList()));
  }

  private static List<TrackLayer> layers(AddTrackRequest request) {
    List<VideoLayer> layers = request.getLayersList();
    if (layers.isEmpty() && request.getSimulcastCodecsCount() > 0) {
      layers = request.getSimulcastCodecs(0).getLayersList();
    }
    return layers.stream().limit(MOST_LAYERS).map(TrackRequests::layer).toList();
  }

  private static TrackLayer layer(VideoLayer layer) {
    return new TrackLayer(
        Math.clamp(layer.getQualityValue(), 0, 2),
        side(layer.getWidth()),
        side(layer.getHeight()),
        layer.getBitrate(),
        layer.getSpatialLayer(),
        layer.getRid());
  }

  private static int side(int pixels) {
    return Math.clamp(pixels, 0, MOST_SIDE);
  }

  private static TrackSource source(livekit.LivekitModels.TrackSource source) {
    return switch (source) {
      case CAMERA -> TrackSource.CAMERA;
      case MICROPHONE -> TrackSource.MICROPHONE;
      case SCREEN_SHARE -> TrackSource.SCREEN_SHARE;
      case SCREEN_SHARE_AUDIO -> TrackSource.SCREEN_SHARE_AUDIO;
      case UNKNOWN, UNRECOGNIZED -> TrackSource.UNKNOWN;
    };
  }

  private static TrackEncryption encryption(Encryption.Type type) {
    return switch (type) {
      case GCM -> TrackEncryption.GCM;
      case CUSTOM -> TrackEncryption.CUSTOM;
      case NONE, UNRECOGNIZED -> TrackEncryption.NONE;
    };
  }

  void update(UpdateLocalAudioTrack request) {
    Track track = session.participant().track(request.getTrackSid());
    if (track != null && request.getFeaturesCount() <= MOST_FEATURES) {
      track.describe(
          track.details().withAudioFeatures(List.copyOf(request.getFeaturesValueList())));
    }
  }

  void update(UpdateLocalVideoTrack request) {
    Track track = session.participant().track(request.getTrackSid());
    if (track != null) {
      track.describe(track.details().withSize(side(request.getWidth()), side(request.getHeight())));
    }
  }
}
