package org.consultrelay.relay;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.sfu.EndpointView;
import org.consultrelay.relay.sfu.LineSummary;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.transport.PathSinks;
import org.consultrelay.relay.transport.PeerTransport;

/**
 * Rooms, people and connections for whoever is on call. Names of rooms and people are hashes,
 * addresses are cut as in the log.
 */
final class InspectionJson {
  /** The key of what went wrong. */
  static final String PROBLEM = "problem";

  private static final int HASH_BYTES = 6;
  private static final int ID_LETTERS = 6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MILLIS_PER_SECOND = 1e3;

  private InspectionJson() {}

  /** The first twelve hexadecimal digits of the SHA-256 of a name. */
  static String hash(String name) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** What never changes of a room. Any thread. */
  static JsonObject room(Room room, int loop) {
    double age = (System.currentTimeMillis() - room.createdAtMillis()) / MILLIS_PER_SECOND;
    return new JsonObject()
        .put("room", room.sid())
        .put("nameHash", hash(room.name()))
        .put("loop", loop)
        .put("ageSeconds", Math.round(age));
  }

  /** The rest, on its loop. */
  static JsonObject numbers(Room room) {
    return new JsonObject().put("participants", room.participants().size());
  }

  /** Who they are, on their loop. */
  static JsonObject participant(Participant participant) {
    double since = (System.currentTimeMillis() - participant.joinedAtMillis()) / MILLIS_PER_SECOND;
    return new JsonObject()
        .put("participant", participant.sid())
        .put("identityHash", hash(participant.identity()))
        .put("state", word(participant.state()))
        .put("seconds", Math.round(since))
        .put("signalling", participant.door() != null)
        .put("tracks", participant.tracks().size());
  }

  /** A connection, on its loop. */
  static JsonObject session(PeerSession session, int mostTracks) {
    PeerTransport transport = session.transport();
    long now = session.participant().room().loop().nowNanos();
    EndpointView media = transport.media().view(mostTracks, now);
    PathSinks.Origin origin = transport.origin();
    SrtpProfile profile = transport.profile();
    JsonObject about =
        new JsonObject()
            .put("session", session.id().substring(0, ID_LETTERS))
            .put("seconds", Math.round((now - session.openedNanos()) / NANOS_PER_SECOND))
            .put("ice", word(transport.iceState()))
            .put("dtls", dtls(session))
            .put("path", word(transport.pathKind()));
    if (origin != null) {
      about.put("way", origin.way()).put("from", origin.address().toString());
    }
    if (profile != null) {
      about.put("srtp", word(profile));
    }
    return about
        .put("now", now(media))
        .put("call", summary(media.summary()))
        .put("incoming", incoming(media))
        .put("outgoing", outgoing(media))
        .put("tracksLeftOut", media.leftOut());
  }

  private static String dtls(PeerSession session) {
    PeerTransport transport = session.transport();
    if (session.isEnded()) {
      return "ended";
    }
    if (transport.isConnected()) {
      return "connected";
    }
    return transport.remoteAddress() == null ? "waiting" : "handshake";
  }

  private static JsonObject now(EndpointView media) {
    JsonObject now =
        new JsonObject()
            .put("score", score(media.lastScore()))
            .put("roundTripMillis", millis(media.roundTripNanos()))
            .put("jitterInMillis", millis(media.jitterInNanos()))
            .put("jitterOutMillis", millis(media.jitterOutNanos()))
            .put("audioLimit", media.audioLimit());
    if (media.lineBits() >= 0) {
      now.put("lineBitsPerSecond", media.lineBits()).put("line", media.line());
    }
    return now;
  }

  private static JsonObject summary(LineSummary call) {
    return new JsonObject()
        .put("score", score(call.score()))
        .put("lowestScore", score(call.lowestScore()))
        .put("packetsIn", call.packetsIn())
        .put("lostInPercent", tenths(call.lossInPercent()))
        .put("packetsOut", call.packetsOut())
        .put("lostOutPercent", tenths(call.lossOutPercent()))
        .put("roundTripMillis", millis(call.roundTripNanos()))
        .put("longestRoundTripMillis", millis(call.worstRoundTripNanos()))
        .put("lineBitsPerSecond", call.lineBits())
        .put("lowestLineBitsPerSecond", call.lowestLineBits())
        .put("freezes", call.freezes())
        .put("freezeSeconds", tenths(call.freezeNanos() / NANOS_PER_SECOND))
        .put("secondsAtSize", new JsonArray(call.secondsAtSize()))
        .put("secondsStalled", call.secondsStalled());
  }

  private static JsonArray incoming(EndpointView media) {
    JsonArray all = new JsonArray();
    for (EndpointView.Incoming track : media.incoming()) {
      JsonArray streams = new JsonArray();
      for (EndpointView.Stream stream : track.streams()) {
        streams.add(
            new JsonObject()
                .put("size", stream.size())
                .put("flows", stream.flows())
                .put("bitsPerSecond", stream.bits())
                .put("lostPercent", tenths(stream.lossPercent())));
      }
      all.add(
          new JsonObject()
              .put("mid", track.mid())
              .put("codec", track.codec())
              .put("subscribers", track.subscribers())
              .put("streams", streams));
    }
    return all;
  }

  private static JsonArray outgoing(EndpointView media) {
    JsonArray all = new JsonArray();
    for (EndpointView.Outgoing track : media.outgoing()) {
      JsonObject about =
          new JsonObject()
              .put("mid", track.mid())
              .put("codec", track.codec())
              .put("state", word(track.state()))
              .put("packets", track.packets())
              .put("lostPercent", tenths(track.lossPercent()));
      if (track.size() >= 0) {
        about.put("size", track.size()).put("frameRate", track.frameRate());
      }
      all.add(about);
    }
    return all;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static double millis(long nanos) {
    return tenths(nanos / NANOS_PER_MILLI);
  }

  private static double score(float value) {
    return tenths(value);
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
