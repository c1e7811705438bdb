package org.consultrelay.relay.signal.livekit;

import java.util.Locale;
import livekit.LivekitModels;
import livekit.LivekitModels.Encryption;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantPermission;
import livekit.LivekitModels.SimulcastCodecInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.Permission;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.room.TrackDetails;
import org.consultrelay.relay.room.TrackLayer;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sdp.Codec;

/** Rooms, participants and tracks in the words of the protocol. */
public final class Infos {
  private Infos() {}

  /** A room as it is now; on its loop. */
  public static LivekitModels.Room room(Room room) {
    return LivekitModels.Room.newBuilder()
        .setSid(room.sid())
        .setName(room.name())
        .setMetadata(room.metadata())
        .setNumParticipants(room.visibleParticipants())
        .setNumPublishers(room.publishers())
        .setCreationTime(room.createdAtMillis() / 1_000)
        .setCreationTimeMs(room.createdAtMillis())
        .setEmptyTimeout((int) room.emptyTimeout().toSeconds())
        .setDepartureTimeout((int) room.departureTimeout().toSeconds())
        .setMaxParticipants(room.maxParticipants())
        .setActiveRecording(room.isRecorded())
        .addAllEnabledCodecs(Codecs.ENABLED)
        .build();
  }

  /** As others see somebody: with the tracks that can be had. */
  public static ParticipantInfo participant(Participant participant) {
    return participant(participant, false);
  }

  /** As somebody sees themselves: with all tracks that are announced. */
  static ParticipantInfo self(Participant participant) {
    return participant(participant, true);
  }

  private static ParticipantInfo participant(Participant participant, boolean self) {
    ParticipantInfo.Builder info =
        ParticipantInfo.newBuilder()
            .setSid(participant.sid())
            .setIdentity(participant.identity())
            .setName(participant.name())
            .setMetadata(participant.metadata())
            .putAllAttributes(participant.attributes())
            .setState(state(participant))
            .setJoinedAt(participant.joinedAtMillis() / 1_000)
            .setJoinedAtMs(participant.joinedAtMillis())
            .setVersion(participant.version())
            .setKind(kind(participant))
            .setPermission(permission(participant.permission()))
            .setIsPublisher(participant.publishing() != null);
    for (Track track : participant.tracks()) {
      if (self || track.isAvailable()) {
        info.addTracks(track(track));
      }
    }
    if (participant.door() instanceof LiveKitSession session) {
      info.setClientProtocol(session.options().clientProtocol());
    }
    DepartureReason departure = participant.departure();
    if (departure != null) {
      info.setDisconnectReason(Leaves.reason(departure));
    }
    return info.build();
  }

  private static ParticipantInfo.State state(Participant participant) {
    return switch (participant.state()) {
      case JOINING -> ParticipantInfo.State.JOINING;
      case JOINED -> ParticipantInfo.State.JOINED;
      case ACTIVE -> ParticipantInfo.State.ACTIVE;
      case DISCONNECTED -> ParticipantInfo.State.DISCONNECTED;
    };
  }

  private static ParticipantInfo.Kind kind(Participant participant) {
    return switch (participant.kind()) {
      case STANDARD -> ParticipantInfo.Kind.STANDARD;
      case INGRESS -> ParticipantInfo.Kind.INGRESS;
      case EGRESS -> ParticipantInfo.Kind.EGRESS;
      case SIP -> ParticipantInfo.Kind.SIP;
      case AGENT -> ParticipantInfo.Kind.AGENT;
    };
  }

  // Old clients look at the two fields that new ones read from the kind.
  @SuppressWarnings("deprecation")
  static ParticipantPermission permission(Permission permission) {
    ParticipantPermission.Builder built =
        ParticipantPermission.newBuilder()
            .setCanSubscribe(permission.canSubscribe())
            .setCanPublish(permission.mayPublish())
            .setCanPublishData(permission.canPublishData())
            .setHidden(permission.hidden())
            .setRecorder(permission.recorder())
            .setAgent(permission.agent())
            .setCanUpdateMetadata(permission.canUpdateMetadata())
            .setCanSubscribeMetrics(permission.canSubscribeMetrics());
    permission.sources().forEach(source -> built.addCanPublishSources(source(source)));
    return built.build();
  }

  /** A track as it is now; on its room's loop. */
  // Old clients look for layers, stereo and the like beside the codecs.
  @SuppressWarnings("deprecation")
  public static TrackInfo track(Track track) {
    TrackDetails details = track.details();
    TrackInfo.Builder info =
        TrackInfo.newBuilder()
            .setSid(track.sid())
            .setType(details.kind() == MediaKind.AUDIO ? TrackType.AUDIO : TrackType.VIDEO)
            .setName(details.name())
            .setMuted(track.isMuted())
            .setWidth(details.width())
            .setHeight(details.height())
            .setSource(source(details.source()))
            .setMid(track.mid())
            .setDisableRed(details.disableRed())
            .setDisableDtx(details.disableDtx())
            .setStereo(details.stereo())
            .setStream(details.stream())
            .setEncryption(Encryption.Type.forNumber(details.encryption().ordinal()));
    for (int feature : details.audioFeatures()) {
      info.addAudioFeaturesValue(feature);
    }
    Codec codec = track.codec();
    if (codec != null) {
      SimulcastCodecInfo coding = coding(track, codec);
      info.setMimeType(coding.getMimeType()).addAllLayers(coding.getLayersList()).addCodecs(coding);
      Track backup = track.backup();
      Codec second = backup == null || !backup.isAvailable() ? null : backup.codec();
      if (backup != null && second != null) {
        info.addCodecs(coding(backup, second));
      }
    }
    return info.build();
  }

  private static SimulcastCodecInfo coding(Track track, Codec codec) {
    String mime = track.details().kind().sdpName() + "/" + codec.name().toLowerCase(Locale.ROOT);
    SimulcastCodecInfo.Builder coding =
        SimulcastCodecInfo.newBuilder().setMimeType(mime).setMid(track.mid()).setCid(track.cid());
    for (TrackLayer layer : track.details().layers()) {
      coding.addLayers(layer(layer));
    }
    return coding.build();
  }

  private static VideoLayer layer(TrackLayer layer) {
    return VideoLayer.newBuilder()
        .setQuality(VideoQuality.forNumber(layer.quality()))
        .setWidth(layer.width())
        .setHeight(layer.height())
        .setBitrate(layer.bitrate())
        .setSpatialLayer(layer.spatialLayer())
        .setRid(layer.rid())
        .build();
  }

  static TrackSource source(org.consultrelay.relay.room.TrackSource source) {
    return switch (source) {
      case UNKNOWN -> TrackSource.UNKNOWN;
      case CAMERA -> TrackSource.CAMERA;
      case MICROPHONE -> TrackSource.MICROPHONE;
      case SCREEN_SHARE -> TrackSource.SCREEN_SHARE;
      case SCREEN_SHARE_AUDIO -> TrackSource.SCREEN_SHARE_AUDIO;
    };
  }
}
