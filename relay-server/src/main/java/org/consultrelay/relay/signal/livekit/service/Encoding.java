package org.consultrelay.relay.signal.livekit.service;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How messages are written in bodies: the answer as the request. */
enum Encoding {
  /**
   * Protobuf's mapping to JSON. Fields may be asked with either of their names and unknown ones are
   * passed over; answers have the names of the description, and all fields.
   */
  JSON("application/json"),
  /** Protobuf's bytes. */
  PROTOBUF("application/protobuf");

  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace();

  private final String type;

  Encoding(String type) {
    this.type = type;
  }

  /** The media type of answers, without parameters: the SDKs compare it as it stands. */
  String type() {
    return type;
  }

  /** That of a request with this {@code Content-Type}, whose parameters do not matter; or null. */
  static @Nullable Encoding of(@Nullable String contentType) {
    if (contentType != null) {
      int end = contentType.indexOf(';');
      String bare = end < 0 ? contentType : contentType.substring(0, end);
      for (Encoding each : values()) {
        if (each.type.equals(bare.trim().toLowerCase(Locale.ROOT))) {
          return each;
        }
      }
    }
    return null;
  }

  /** Reads a message of a type; null when the bytes are none. */
  @Nullable Message read(byte[] body, Message type) {
    Message.Builder message = type.newBuilderForType();
    try {
      switch (this) {
        case JSON -> PARSER.merge(text(body), message);
        case PROTOBUF -> message.mergeFrom(body);
      }
      return message.build();
    } catch (InvalidProtocolBufferException | CharacterCodingException | RuntimeException e) {
      // The JSON reader has exceptions of its own for what is too deep or no number.
      return null;
    }
  }

  private static String text(byte[] body) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(body))
        .toString();
  }

  /** Writes a message. */
  byte[] write(Message message) {
    return switch (this) {
      case PROTOBUF -> message.toByteArray();
      case JSON -> {
        try {
          yield PRINTER.print(message).getBytes(StandardCharsets.UTF_8);
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException("an answer that cannot be written", e);
        }
      }
    };
  }
}
