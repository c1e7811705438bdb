package org.consultrelay.load.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import org.consultrelay.load.peer.AnsweredTrack;
import org.consultrelay.load.peer.PeerMedia;
import org.consultrelay.load.profile.Leg;
import org.consultrelay.relay.rtp.MediaKind;
import org.jspecify.annotations.Nullable;

/**
 * The others' tracks as the relay gives them to one participant: who has which, in which section
 * they come, and who is waited for. Only {@link #heard} may be called from elsewhere than the
 * thread that reads the relay's messages.
 */
final class RoomTracks {
  private static final String GONE = "";

  private final PeerMedia media;
  private final Roster roster;
  private final JoinLog log;
  private final Map<String, String> owners = new HashMap<>();
  private final Map<String, Playing> playing = new HashMap<>();
  private final List<Playing> nameless = new ArrayList<>();
  private final Map<String, Person> persons = new ConcurrentHashMap<>();

  /** A track in a section. */
  private record Playing(String trackSid, AnsweredTrack track) {}

  /** Somebody who is or will be played. */
  private static final class Person {
    private final Wish wish;
    private final CompletableFuture<Void> audio = new CompletableFuture<>();
    private final CompletableFuture<Void> video = new CompletableFuture<>();

    Person(JoinLog log) {
      wish = Wish.notYet(log);
    }

    CompletableFuture<Void> of(@Nullable MediaKind kind) {
      return kind == MediaKind.AUDIO ? audio : video;
    }
  }

  RoomTracks(PeerMedia media, Roster roster, JoinLog log) {
    this.media = media;
    this.roster = roster;
    this.log = log;
  }

  /**
   * Waits to hear and see somebody.
   *
   * @return completes when the relay has agreed to send what they send; fails with its reason
   */
  CompletableFuture<Void> heard(Leg whom, long sinceNanos) {
    Person person = person(whom.identity());
    person.wish.wished(sinceNanos);
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    return CompletableFuture.allOf(
        whom.audio() ? person.audio : done, whom.video() ? person.video : done);
  }

  private Person person(String identity) {
    return persons.computeIfAbsent(identity, unknown -> new Person(log));
  }

  /** Somebody's state. */
  void update(ParticipantInfo info) {
    for (TrackInfo track : info.getTracksList()) {
      owners.put(track.getSid(), info.getIdentity());
    }
    List<Playing> known =
        nameless.stream().filter(each -> owners.containsKey(each.trackSid())).toList();
    nameless.removeAll(known);
    known.forEach(this::play);
  }

  /**
   * What an answer says of the sections in which the relay sends.
   *
   * @param sent those sections
   * @param trackSids the track of each, by the section's name
   */
  void answered(List<AnsweredTrack> sent, Map<String, String> trackSids) {
    Map<String, AnsweredTrack> byMid = new HashMap<>();
    for (AnsweredTrack track : sent) {
      byMid.put(track.mid(), track);
    }
    playing
        .entrySet()
        .removeIf(entry -> {
          AnsweredTrack now = byMid.get(entry.getKey());
          Playing before = entry.getValue();
          boolean goesOn =
              now != null
                  && now.ssrc() == before.track().ssrc()
                  && trackSids.getOrDefault(entry.getKey(), GONE).equals(before.trackSid());
          if (!goesOn && !nameless.remove(before)) {
            media.loop().execute(() -> media.stopPlaying(before.track().ssrc()));
          }
          return !goesOn;
        });
    for (AnsweredTrack track : sent) {
      String sid = trackSids.get(track.mid());
      if (sid != null && !playing.containsKey(track.mid())) {
        Playing fresh = new Playing(sid, track);
        playing.put(track.mid(), fresh);
        if (owners.containsKey(sid)) {
          play(fresh);
        } else {
          // Who has it is told shortly.
          nameless.add(fresh);
        }
      }
    }
  }

  private void play(Playing fresh) {
    String identity = owners.getOrDefault(fresh.trackSid(), GONE);
    int publisher = roster.publisher(identity);
    Person person = person(identity);
    AnsweredTrack track = fresh.track();
    media.loop().execute(() -> media.play(track.incoming(), publisher, person.wish));
    person.of(track.codec().kind()).complete(null);
  }

  /** The relay sends nothing of a track for now, as it said, or it does again. */
  void paused(String trackSid, boolean paused) {
    for (Playing each : playing.values()) {
      if (each.trackSid().equals(trackSid)) {
        media.loop().execute(() -> media.pausePlaying(each.track().ssrc(), paused));
      }
    }
  }

  /** The relay cannot give a track. */
  void refused(String trackSid, String reason) {
    String identity = owners.get(trackSid);
    if (identity != null) {
      JoinFailure failure = new JoinFailure("the relay refuses a track: " + reason);
      person(identity).audio.completeExceptionally(failure);
      person(identity).video.completeExceptionally(failure);
    }
  }
}
