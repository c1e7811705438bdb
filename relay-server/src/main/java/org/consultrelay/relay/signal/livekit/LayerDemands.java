package org.consultrelay.relay.signal.livekit;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SubscribedCodec;
import livekit.LivekitRtc.SubscribedQuality;
import livekit.LivekitRtc.SubscribedQualityUpdate;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sdp.Codec;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.sfu.SimulcastStream;

/**
 * Which streams of its videos somebody wants: told to the publisher, who sends no others
 * (dynacast). More is asked for at once, less only after a while. On the room's loop.
 */
final class LayerDemands {
  /** So long less must be wanted before the publisher hears of it, in nanoseconds. */
  static final long PATIENCE_NANOS = 5_000_000_000L;

  private static final List<VideoQuality> QUALITIES =
      List.of(VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH);

  /** In the place of the number of a quality. */
  private static final int NOTHING = -1;

  private static final List<String> RIDS = List.of("q", "h", "f");

  private final LiveKitSession session;
  private final Map<String, Demand> demands = new HashMap<>();

  LayerDemands(LiveKitSession session) {
    this.session = session;
  }

  /** Who subscribes to a track of this participant's, or wants how much of it, has changed. */
  void changed(Track track) {
    Publication publication = track.publication();
    if (track.details().kind() != MediaKind.VIDEO) {
      return;
    }
    if (publication == null) {
      Demand gone = demands.remove(track.sid());
      if (gone != null) {
        session.timers().cancel(gone);
      }
      return;
    }
    demands.computeIfAbsent(track.sid(), _ -> new Demand(track)).look(publication);
  }

  void close() {
    demands.values().forEach(session.timers()::cancel);
    demands.clear();
  }

  /** What is wanted of one track. */
  private final class Demand extends TimerWheel.Timer {
    private final Track track;
    private int told = Integer.MAX_VALUE;
    private int toldBackup = NOTHING;

    Demand(Track track) {
      this.track = track;
    }

    void look(Publication publication) {
      int wanted = highest(publication);
      int backup = backup();
      if (wanted > told || backup > toldBackup) {
        told = Math.max(told, wanted);
        toldBackup = Math.max(toldBackup, backup);
        tell();
      }
      if (wanted == told && backup == toldBackup) {
        session.timers().cancel(this);
      } else if (wanted < told && publication.isRelieved()) {
        // A line that is too narrow for what it has to carry is no whim of anybody's.
        session.timers().schedule(this, session.nowNanos());
      } else if (!isScheduled()) {
        session.timers().schedule(this, session.nowNanos() + PATIENCE_NANOS);
      }
    }

    @Override
    protected void onTimer(long nowNanos) {
      Publication publication = track.publication();
      if (publication != null) {
        told = highest(publication);
        toldBackup = backup();
        tell();
      }
    }

    /** What is wanted of its second codec: all of it, so that it comes, while it is not there. */
    private int backup() {
      Track second = track.backup();
      Publication media = second == null ? null : second.publication();
      if (media != null) {
        return highest(media);
      }
      return track.isBackupNeeded() ? QUALITIES.size() - 1 : NOTHING;
    }

    @SuppressWarnings("deprecation") // clients from before codecs were named read the plain list
    private void tell() {
      SubscribedCodec first = codec(codecOf(track), told);
      SubscribedQualityUpdate.Builder update =
          SubscribedQualityUpdate.newBuilder()
              .setTrackSid(track.sid())
              .addSubscribedCodecs(first)
              .addAllSubscribedQualities(first.getQualitiesList());
      if (!track.backupCodec().isEmpty()) {
        String second = track.backupCodec().toLowerCase(Locale.ROOT);
        update.addSubscribedCodecs(codec(second, toldBackup));
      }
      session.send(SignalResponse.newBuilder().setSubscribedQualityUpdate(update).build());
    }
  }

  private static SubscribedCodec codec(String name, int highest) {
    SubscribedCodec.Builder codec = SubscribedCodec.newBuilder().setCodec(name);
    for (int i = 0; i < QUALITIES.size(); i++) {
      codec.addQualities(
          SubscribedQuality.newBuilder().setQuality(QUALITIES.get(i)).setEnabled(i <= highest));
    }
    return codec.build();
  }

  private static String codecOf(Track track) {
    Codec codec = track.codec();
    return codec == null ? "" : codec.name().toLowerCase(Locale.ROOT);
  }

  /** The number of the highest quality that somebody wants; -1 for none. */
  private static int highest(Publication publication) {
    int place = publication.wantedPlace();
    List<SimulcastStream> streams = publication.parameters().simulcast();
    if (place < 0) {
      return NOTHING;
    }
    if (place >= streams.size() - 1) {
      return QUALITIES.size() - 1;
    }
    int named = RIDS.indexOf(streams.get(place).rid());
    return named >= 0 ? named : place;
  }
}
