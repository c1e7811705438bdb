package org.consultrelay.relay.signal;

import java.util.List;
import java.util.Map;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.PublishedTrack;
import org.consultrelay.relay.rtp.Codec;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.MediaKind;
import org.consultrelay.relay.sdp.AnswerResult;
import org.consultrelay.relay.sdp.IceCredentials;
import org.consultrelay.relay.sdp.LocalTransport;
import org.consultrelay.relay.sdp.NegotiatedCodec;
import org.consultrelay.relay.sdp.NegotiatedSection;
import org.consultrelay.relay.sdp.NegotiatedSession;
import org.consultrelay.relay.sdp.SendTrack;
import org.consultrelay.relay.sfu.Publication;
import org.consultrelay.relay.sfu.ReceiveParameters;
import org.consultrelay.relay.sfu.SendParameters;
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
   * Puts an agreement to work: DTLS can begin, tracks are published and subscribed.
   *
   * @param sent what stands behind each track that the answer says we send
   */
  public static void apply(
      PeerSession session, AnswerResult.Answered answered, Map<SendTrack, PublishedTrack> sent) {
    PeerTransport transport = session.transport();
    NegotiatedSession agreed = answered.session();
    session.negotiated(agreed, answered.answer());
    transport.media().negotiated(extensions(agreed), reducedSize(agreed), remb(agreed));
    for (NegotiatedSection section : agreed.sections()) {
      if (section.rejected() || section.codecs().isEmpty()) {
        continue;
      }
      if (section.direction().receives()) {
        publish(session, section);
      }
      SendTrack track = section.track();
      PublishedTrack published = track == null ? null : sent.get(track);
      if (section.direction().sends() && track != null && published != null) {
        session
            .subscriptions()
            .add(
                transport
                    .media()
                    .subscribe(published.publication(), sendParameters(section, track)));
      }
    }
    transport.negotiated(role(agreed), fingerprint(agreed));
  }

  private static void publish(PeerSession session, NegotiatedSection section) {
    NegotiatedCodec negotiated = section.codecs().getFirst();
    Codec codec = Codec.of(negotiated.codec().name());
    if (codec == null || codec.kind() == null) {
      return;
    }
    List<Long> sources = section.remoteMediaSsrcs();
    long ssrc = sources.isEmpty() ? 0 : sources.getFirst();
    ReceiveParameters parameters =
        new ReceiveParameters(
            section.mid(),
            codec,
            negotiated.payloadType(),
            negotiated.rtxPayloadType(),
            (int) ssrc,
            (int) Math.max(0, section.rtxSsrcOf(ssrc)),
            negotiated.feedback().nack(),
            negotiated.feedback().pli() || negotiated.feedback().fir());
    Publication publication = session.transport().media().publish(parameters);
    session.tracks().add(new PublishedTrack(codec.kind(), publication, negotiated.codec()));
  }

  private static SendParameters sendParameters(NegotiatedSection section, SendTrack track) {
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

  /** The track of a kind among those published, or null. */
  public static @Nullable PublishedTrack trackOf(List<PublishedTrack> tracks, MediaKind kind) {
    for (PublishedTrack track : tracks) {
      if (track.kind() == kind) {
        return track;
      }
    }
    return null;
  }
}
