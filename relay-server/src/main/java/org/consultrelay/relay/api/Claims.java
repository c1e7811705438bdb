package org.consultrelay.relay.api;

import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.interfaces.Claim;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The claims of a token and {@link Grants}, each as the other. Unknown claims are passed over. */
final class Claims {
  /** The longest identity, name and room name, in bytes of UTF-8. */
  static final int MOST_NAME_BYTES = 256;

  /** What came of reading. */
  sealed interface Outcome permits Read, Wrong {}

  /** All is as it should be. */
  record Read(Grants grants) implements Outcome {}

  /** A claim has the wrong type or size. */
  record Wrong(String claim) implements Outcome {}

  private Claims() {}

  /** Reads the claims of a token that has been verified. */
  static Outcome read(DecodedJWT token) {
    Claim video = token.getClaim("video");
    Fields top = new Fields("", all(token));
    Fields room = new Fields("roomConfig.", top.object("roomConfig"));
    Fields grant;
    try {
      Map<String, Object> fields = video.asMap();
      if (fields == null && !video.isMissing() && !video.isNull()) {
        return new Wrong("video");
      }
      grant = new Fields("video.", fields == null ? Map.of() : fields);
    } catch (JWTDecodeException e) {
      return new Wrong("video");
    }
    Grants grants =
        new Grants(
            top.name("sub"),
            top.name("name"),
            top.text("metadata"),
            top.texts("attributes"),
            top.text("kind"),
            new VideoGrant(
                grant.name("room"),
                grant.flag("roomJoin"),
                grant.optionalFlag("canPublish"),
                grant.optionalFlag("canSubscribe"),
                grant.optionalFlag("canPublishData"),
                grant.list("canPublishSources"),
                grant.flag("canUpdateOwnMetadata"),
                grant.flag("canSubscribeMetrics"),
                grant.flag("hidden"),
                grant.flag("recorder"),
                grant.flag("agent"),
                grant.flag("roomCreate"),
                grant.flag("roomList"),
                grant.flag("roomAdmin"),
                grant.flag("roomRecord"),
                grant.name("destinationRoom")),
            new RoomConfig(
                room.number("emptyTimeout", "empty_timeout"),
                room.number("departureTimeout", "departure_timeout"),
                room.number("maxParticipants", "max_participants"),
                room.text("metadata")));
    String wrong =
        Stream.of(top, grant, room)
            .map(fields -> fields.wrong)
            .filter(claim -> !claim.isEmpty())
            .findFirst()
            .orElse("");
    return wrong.isEmpty() ? new Read(grants) : new Wrong(wrong);
  }

  private static Map<String, Object> all(DecodedJWT token) {
    Map<String, Object> all = new HashMap<>();
    for (String name : List.of("sub", "name", "metadata", "attributes", "kind", "roomConfig")) {
      Claim claim = token.getClaim(name);
      if (!claim.isMissing() && !claim.isNull()) {
        all.put(name, claim.as(Object.class));
      }
    }
    return all;
  }

  /** The claim {@code video} of a grant; what is at its default is left out. */
  static Map<String, Object> write(VideoGrant grant) {
    Map<String, Object> fields = new LinkedHashMap<>();
    put(fields, "room", grant.room());
    putFlag(fields, "roomJoin", grant.roomJoin());
    put(fields, "canPublish", grant.canPublish());
    put(fields, "canSubscribe", grant.canSubscribe());
    put(fields, "canPublishData", grant.canPublishData());
    put(fields, "canPublishSources", grant.canPublishSources());
    putFlag(fields, "canUpdateOwnMetadata", grant.canUpdateOwnMetadata());
    putFlag(fields, "canSubscribeMetrics", grant.canSubscribeMetrics());
    putFlag(fields, "hidden", grant.hidden());
    putFlag(fields, "recorder", grant.recorder());
    putFlag(fields, "agent", grant.agent());
    putFlag(fields, "roomCreate", grant.roomCreate());
    putFlag(fields, "roomList", grant.roomList());
    putFlag(fields, "roomAdmin", grant.roomAdmin());
    putFlag(fields, "roomRecord", grant.roomRecord());
    put(fields, "destinationRoom", grant.destinationRoom());
    return fields;
  }

  /** The claim {@code roomConfig}; what is at its default is left out. */
  static Map<String, Object> write(RoomConfig room) {
    Map<String, Object> fields = new LinkedHashMap<>();
    putNumber(fields, "emptyTimeout", room.emptyTimeout());
    putNumber(fields, "departureTimeout", room.departureTimeout());
    putNumber(fields, "maxParticipants", room.maxParticipants());
    put(fields, "metadata", room.metadata());
    return fields;
  }

  private static void putNumber(Map<String, Object> fields, String field, int value) {
    if (value != 0) {
      fields.put(field, value);
    }
  }

  private static void put(Map<String, Object> fields, String field, @Nullable Object value) {
    if (value != null && !value.equals("") && !value.equals(List.of())) {
      fields.put(field, value);
    }
  }

  private static void putFlag(Map<String, Object> fields, String field, boolean value) {
    if (value) {
      fields.put(field, true);
    }
  }

  /** Fields of one JSON object; remembers the first that is not what was asked for. */
  private static final class Fields {
    private final String prefix;
    private final Map<String, Object> fields;
    private String wrong = "";

    Fields(String prefix, Map<String, Object> fields) {
      this.prefix = prefix;
      this.fields = fields;
    }

    String text(String field) {
      Object value = fields.get(field);
      if (value instanceof String text) {
        return text;
      }
      if (value != null) {
        wrong(field);
      }
      return "";
    }

    String name(String field) {
      String text = text(field);
      if (text.getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES) {
        wrong(field);
        return "";
      }
      return text;
    }

    /** A number without a sign, under either of its names. */
    int number(String field, String otherName) {
      Object value = fields.getOrDefault(field, fields.get(otherName));
      if (value instanceof Integer number && number >= 0) {
        return number;
      }
      if (value != null) {
        wrong(field);
      }
      return 0;
    }

    Map<String, Object> object(String field) {
      Object value = fields.get(field);
      Map<String, Object> object = new HashMap<>();
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, item) -> object.put(String.valueOf(key), item));
      } else if (value != null) {
        wrong(field);
      }
      return object;
    }

    boolean flag(String field) {
      return Boolean.TRUE.equals(optionalFlag(field));
    }

    @Nullable Boolean optionalFlag(String field) {
      Object value = fields.get(field);
      if (value == null || value instanceof Boolean) {
        return (Boolean) value;
      }
      wrong(field);
      return null;
    }

    List<String> list(String field) {
      Object value = fields.get(field);
      List<String> texts = new ArrayList<>();
      if (value instanceof List<?> items) {
        for (Object item : items) {
          if (item instanceof String text) {
            texts.add(text);
          } else {
            wrong(field);
          }
        }
      } else if (value != null) {
        wrong(field);
      }
      return texts;
    }

    Map<String, String> texts(String field) {
      Object value = fields.get(field);
      Map<String, String> texts = new HashMap<>();
      if (value instanceof Map<?, ?> map) {
        map.forEach((key, item) -> {
          if (key instanceof String name && item instanceof String text) {
            texts.put(name, text);
          } else {
            wrong(field);
          }
        });
      } else if (value != null) {
        wrong(field);
      }
      return texts;
    }

    private void wrong(String field) {
      if (wrong.isEmpty()) {
        wrong = prefix + field;
      }
    }
  }
}
