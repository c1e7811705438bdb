package org.consultrelay.relay.signal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Track;
import org.consultrelay.relay.room.TrackDetails;
import org.consultrelay.relay.room.TrackSource;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sdp.IceCredentials;
import org.consultrelay.relay.sdp.LocalTransport;
import org.consultrelay.relay.sdp.NegotiatedCodec;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.SendTrack;
import org.consultrelay.relay.sdp.SessionDescription;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.sfu.ReceiveParameters;
import org.consultrelay.relay.sfu.SendParameters;
import org.consultrelay.relay.sfu.SimulcastStream;
import org.consultrelay.relay.sfu.Subscription;
import org.consultrelay.relay.transport.PeerTransport;
import org.jspecify.annotations.Nullable;

/**
 * What offer and answer agreed on, put to work: the one place where session descriptions meet
 * media. On the room's loop.
 */
public final class SessionMedia {
  private SessionMedia() {}

  /** Our side of a session's transport, for an answer. */
  public static LocalTransport localTransport(PeerSession session) {
    PeerTransport transport = session.transport();
    return new LocalTransport(
        credentials(transport.localCredentials()),
        true,
        session.participant().room().loop().candidates(),
        org.consultrelay.relay.sdp.Fingerprint.of(
            transport.localFingerprint().algorithm(), transport.localFingerprint().value()));
  }

  /** ICE credentials in the terms of session descriptions. */
  public static IceCredentials credentials(org.consultrelay.relay.ice.IceCredentials local) {
    return new IceCredentials(local.ufrag(), local.password());
  }

  /**
   * Puts an agreement to work: DTLS can begin, tracks are published and subscribed. What was agreed
   * before and is agreed still goes on undisturbed; what is agreed no more ends.
   *
   * @param answer our answer, or null where the peer answered us
   * @param published the track that comes in by a section, or null when it is not wanted
   * @param sent the track, or its second codec, that stands behind what we said we send, or null
   *     when it is gone
   */
  public static void apply(
      PeerSession session,
      NegotiatedSession agreed,
      @Nullable SessionDescription answer,
      Function<NegotiatedSection, @Nullable Track> published,
      Function<SendTrack, @Nullable Track> sent) {
    PeerTransport transport = session.transport();
    boolean first = session.negotiated() == null;
    session.negotiated(agreed, answer);
    transport.media().negotiated(extensions(agreed), reducedSize(agreed), remb(agreed));
    Map<String, Track> incoming = incoming(agreed, published);
    for (Track track : session.tracks()) {
      if (incoming.get(track.mid()) != track) {
        track.participant().unpublish(track);
      }
    }
    Map<String, NegotiatedSection> outgoing = outgoing(agreed);
    session
        .played()
        .entrySet()
        .removeIf(entry -> {
          PeerSession.Played played = entry.getValue();
          NegotiatedSection section = outgoing.get(entry.getKey());
          boolean over = section == null || !played.sent().equals(section.track());
          if (over) {
            played.subscription().close();
          }
          return over;
        });
    for (NegotiatedSection section : agreed.sections()) {
      Track track = incoming.get(section.mid());
      if (track != null) {
        publish(session, section, track);
      }
      if (outgoing.containsKey(section.mid())) {
        play(session, section, sent);
      }
    }
    if (first) {
      transport.negotiated(role(agreed), fingerprint(agreed));
    }
  }

  private static Map<String, Track> incoming(
      NegotiatedSession agreed, Function<NegotiatedSection, @Nullable Track> published) {
    Map<String, Track> incoming = new HashMap<>();
    for (NegotiatedSection section : agreed.sections()) {
      if (flows(section) && section.direction().receives()) {
        Track track = published.apply(section);
        if (track != null) {
          incoming.put(section.mid(), track);
        }
      }
    }
    return incoming;
  }

  private static Map<String, NegotiatedSection> outgoing(NegotiatedSession agreed) {
    Map<String, NegotiatedSection> outgoing = new HashMap<>();
    for (NegotiatedSection section : agreed.sections()) {
      if (flows(section) && section.direction().sends() && section.track() != null) {
        outgoing.put(section.mid(), section);
      }
    }
    return outgoing;
  }

  private static boolean flows(NegotiatedSection section) {
    return !section.rejected() && !section.codecs().isEmpty();
  }

  private static void play(
      PeerSession session, NegotiatedSection section, Function<SendTrack, @Nullable Track> sent) {
    SendTrack sending = section.track();
    if (sending == null || session.played().containsKey(section.mid())) {
      return;
    }
    Track track = sent.apply(sending);
    Publication publication = track == null ? null : track.publication();
    if (track != null && publication != null) {
      Subscription subscription =
          session
              .transport()
              .media()
              .subscribe(publication, sendParameters(section, sending, track.details()));
      if (session.transport().isConnected()) {
        subscription.onOutletOpen(session.participant().room().loop().nowNanos());
      }
      session
          .played()
          .put(section.mid(), new PeerSession.Played(track.primary(), sending, subscription));
    }
  }

  /**
   * A track comes in by a section that was agreed on; a section that was its own stays as it is.
   */
  public static void publish(PeerSession session, NegotiatedSection section, Track track) {
    NegotiatedCodec negotiated = section.codecs().getFirst();
    Codec codec = Codec.of(negotiated.codec().name());
    if (codec == null || codec.kind() == null) {
      return;
    }
    List<Long> sources = section.remoteMediaSsrcs();
    List<SimulcastStream> simulcast = Simulcast.streams(section, track.details());
    long ssrc = sources.isEmpty() || !simulcast.isEmpty() ? 0 : sources.getFirst();
    ReceiveParameters parameters =
        new ReceiveParameters(
            section.mid(),
            codec,
            negotiated.payloadType(),
            negotiated.rtxPayloadType(),
            negotiated.redPayloadType(),
            (int) ssrc,
            (int) Math.max(0, section.rtxSsrcOf(ssrc)),
            negotiated.feedback().nack(),
            negotiated.feedback().pli() || negotiated.feedback().fir(),
            simulcast,
            simulcast.isEmpty() ? Simulcast.sizes(track.details()) : List.of(),
            track.details().source() == TrackSource.SCREEN_SHARE);
    Publication before = track.publication();
    if (before != null && before.parameters().equals(parameters)) {
      return;
    }
    track.unavailable();
    track.available(
        session,
        section.mid(),
        negotiated.codec(),
        session.transport().media().publish(parameters));
  }

  private static SendParameters sendParameters(
      NegotiatedSection section, SendTrack track, TrackDetails details) {
    NegotiatedCodec negotiated = section.codecs().getFirst();
    Codec codec = Codec.of(negotiated.codec().name());
    if (codec == null) {
      throw new IllegalStateException("a track in a codec that is none of ours");
    }
    return new SendParameters(
        section.mid(),
        codec,
        negotiated.payloadType(),
        negotiated.rtxPayloadType(),
        details.mayBeRedundant() ? negotiated.redPayloadType() : -1,
        (int) track.ssrc(),
        (int) track.rtxSsrc(),
        negotiated.feedback().nack());
  }

  private static HeaderExtensionMap extensions(NegotiatedSession agreed) {
    HeaderExtensionMap.Builder builder = HeaderExtensionMap.builder();
    for (NegotiatedSection section : agreed.sections()) {
      section
          .extensionIds()
          .forEach((uri, id) -> {
            HeaderExtension extension = HeaderExtension.of(uri);
            if (extension != null) {
              builder.put(extension, id);
            }
          });
    }
    return builder.build();
  }

  private static boolean reducedSize(NegotiatedSession agreed) {
    return agreed.sections().stream()
        .filter(section -> !section.rejected())
        .allMatch(NegotiatedSection::reducedSizeRtcp);
  }

  private static boolean remb(NegotiatedSession agreed) {
    return agreed.sections().stream()
        .flatMap(section -> section.codecs().stream())
        .anyMatch(codec -> codec.feedback().remb() && !codec.feedback().transportCc());
  }

  private static DtlsRole role(NegotiatedSession agreed) {
    return switch (agreed.role()) {
      case CLIENT -> DtlsRole.CLIENT;
      case SERVER -> DtlsRole.SERVER;
    };
  }

  /** SHA-256 where there is one: it is what everybody has. */
  private static Fingerprint fingerprint(NegotiatedSession agreed) {
    org.consultrelay.relay.sdp.Fingerprint best = agreed.remoteFingerprints().getFirst();
    for (org.consultrelay.relay.sdp.Fingerprint each : agreed.remoteFingerprints()) {
      if (each.hash().equals("sha-256")) {
        best = each;
      }
    }
    return new Fingerprint(best.hash(), best.digest());
  }

  /** Audio or video, or null for what is neither. */
  public static @Nullable MediaKind kind(org.consultrelay.relay.sdp.MediaKind kind) {
    return switch (kind) {
      case AUDIO -> MediaKind.AUDIO;
      case VIDEO -> MediaKind.VIDEO;
      default -> null;
    };
  }

  /** The track of a kind among those published that is likeliest to be meant, or null. */
  public static @Nullable Track trackOf(List<Track> tracks, MediaKind kind) {
    Track best = null;
    for (Track track : tracks) {
      boolean person =
          track.details().source() == TrackSource.CAMERA
              || track.details().source() == TrackSource.MICROPHONE;
      if (track.details().kind() == kind && track.isAvailable() && (best == null || person)) {
        best = track;
        if (person) {
          break;
        }
      }
    }
    return best;
  }
}
