package org.consultrelay.relay.signal.livekit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import livekit.LivekitRtc.ConnectionSettings;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.WrappedJoinRequest;
import org.consultrelay.relay.signal.livekit.JoinParameters.Outcome;
import org.consultrelay.relay.signal.livekit.JoinParameters.Read;
import org.consultrelay.relay.signal.livekit.JoinParameters.Wrong;
import org.jspecify.annotations.Nullable;

/**
 * Reads connect requests: query parameters (v0), or one compressed message in a parameter (v1). To
 * be called only once the token has been checked: what is compressed may be made to grow.
 */
final class JoinRequests {
  /** The most bytes that a join request may unpack to; Chromium's are below 40,000. */
  static final int MOST_BYTES = 1 << 20;

  private static final int MOST_SDK = 32;

  private JoinRequests() {}

  /** Generation v0. Unknown parameters are passed over. */
  static Outcome readV0(MultiMap query) {
    Map<String, String> attributes = new HashMap<>();
    String encoded = query.get("attributes");
    if (encoded != null && !encoded.isEmpty()) {
      byte[] json = base64(encoded);
      if (json == null) {
        return new Wrong("attributes is not base64url");
      }
      try {
        for (Map.Entry<String, Object> entry :
            new JsonObject(new String(json, StandardCharsets.UTF_8))) {
          if (!(entry.getValue() instanceof String text)) {
            return new Wrong("attributes is not a JSON object of texts");
          }
          attributes.put(entry.getKey(), text);
        }
      } catch (DecodeException e) {
        return new Wrong("attributes is not a JSON object of texts");
      }
    }
    return new Read(
        new JoinParameters(
            new ClientOptions(
                false,
                flag(query, "auto_subscribe", true),
                flag(query, "subscriber_allow_pause", flag(query, "adaptive_stream", false)),
                number(query.get("protocol")),
                number(query.get("client_protocol")),
                sdk(query.get("sdk"))),
            "",
            attributes,
            List.of(),
            null,
            flag(query, "reconnect", false),
            text(query.get("sid")),
            null));
  }

  /** Generation v1. */
  static Outcome readV1(MultiMap query) {
    String encoded = query.get("join_request");
    if (encoded == null || encoded.isEmpty()) {
      return new Wrong("join_request is missing");
    }
    byte[] wrapped = base64(encoded);
    if (wrapped == null) {
      return new Wrong("join_request is not base64url");
    }
    try {
      WrappedJoinRequest wrapper = WrappedJoinRequest.parseFrom(wrapped);
      ByteString inner = wrapper.getJoinRequest();
      if (wrapper.getCompression() == WrappedJoinRequest.Compression.GZIP) {
        byte[] unpacked = unpack(inner);
        if (unpacked == null) {
          return new Wrong("join_request unpacks to more than " + MOST_BYTES + " bytes");
        }
        return read(JoinRequest.parseFrom(unpacked));
      }
      if (inner.size() > MOST_BYTES) {
        return new Wrong("join_request is longer than " + MOST_BYTES + " bytes");
      }
      return read(JoinRequest.parseFrom(inner));
    } catch (InvalidProtocolBufferException e) {
      return new Wrong("join_request is not a message of the protocol");
    } catch (IOException e) {
      return new Wrong("join_request is not compressed as it says");
    }
  }

  private static Outcome read(JoinRequest request) {
    return new Read(
        new JoinParameters(
            new ClientOptions(
                true,
                !request.hasConnectionSettings()
                    || request.getConnectionSettings().getAutoSubscribe(),
                pausable(request.getConnectionSettings()),
                request.getClientInfo().getProtocol(),
                request.getClientInfo().getClientProtocol(),
                sdk(request.getClientInfo().getSdk().name())),
            request.getMetadata(),
            request.getParticipantAttributesMap(),
            request.getAddTrackRequestsList(),
            request.hasPublisherOffer() ? request.getPublisherOffer() : null,
            request.getReconnect(),
            request.getParticipantSid(),
            request.hasSyncState() ? request.getSyncState() : null));
  }

  private static boolean pausable(ConnectionSettings settings) {
    return settings.hasSubscriberAllowPause()
        ? settings.getSubscriberAllowPause()
        : settings.getAdaptiveStream();
  }

  private static byte @Nullable [] unpack(ByteString packed) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
      byte[] unpacked = in.readNBytes(MOST_BYTES + 1);
      return unpacked.length > MOST_BYTES ? null : unpacked;
    }
  }

  /** Padded or not, of either alphabet; a plus may have become a space on the way. */
  private static byte @Nullable [] base64(String text) {
    String plain = text.replace(' ', '-').replace('+', '-').replace('/', '_').replaceAll("=+$", "");
    try {
      return Base64.getUrlDecoder().decode(plain);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean flag(MultiMap query, String name, boolean byDefault) {
    String text = query.get(name);
    return (text == null || text.isEmpty())
        ? byDefault
        : text.equals("1") || text.equalsIgnoreCase("true");
  }

  private static int number(@Nullable String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String sdk(@Nullable String text) {
    return text != null && text.length() <= MOST_SDK && text.matches("[A-Za-z_-]+")
        ? text
        : "other";
  }
}
