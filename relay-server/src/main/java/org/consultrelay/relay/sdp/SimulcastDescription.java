package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code a=simulcast} (RFC 8853 §5.1). Order is the writer's order of preference.
 *
 * @param send streams that the writer sends
 * @param receive streams that the writer receives
 */
public record SimulcastDescription(List<Stream> send, List<Stream> receive) {
  /** Copies the lists. */
  public SimulcastDescription {
    send = List.copyOf(send);
    receive = List.copyOf(receive);
    if (send.isEmpty() && receive.isEmpty()) {
      throw new IllegalArgumentException("simulcast of nothing");
    }
  }

  /**
   * One simulcast stream.
   *
   * @param alternatives one or more formats of the stream, the preferred first
   */
  public record Stream(List<Alternative> alternatives) {
    /** Copies the list. */
    public Stream {
      alternatives = List.copyOf(alternatives);
      if (alternatives.isEmpty()) {
        throw new IllegalArgumentException("a simulcast stream of nothing");
      }
    }

    /** A stream of a single format, running. */
    public static Stream of(String rid) {
      return new Stream(List.of(new Alternative(rid, false)));
    }
  }

  /**
   * One format of a simulcast stream.
   *
   * @param rid as in {@code a=rid}
   * @param paused whether it starts paused ({@code ~})
   */
  public record Alternative(String rid, boolean paused) {
    /** Checks the rid. */
    public Alternative {
      if (!RidDescription.isId(rid)) {
        throw new IllegalArgumentException("a rid cannot be " + SdpText.quote(rid));
      }
    }
  }

  /** From an attribute's value, or null when it is not of the form. */
  static @Nullable SimulcastDescription parse(String value) {
    List<String> words = SdpText.split(value, ' ');
    if (words.size() != 2 && words.size() != 4) {
      return null;
    }
    List<Stream> send = List.of();
    List<Stream> receive = List.of();
    for (int i = 0; i < words.size(); i += 2) {
      List<Stream> streams = parseStreams(words.get(i + 1));
      if (streams == null) {
        return null;
      }
      if (words.get(i).equals("send") && send.isEmpty()) {
        send = streams;
      } else if (words.get(i).equals("recv") && receive.isEmpty()) {
        receive = streams;
      } else {
        return null;
      }
    }
    return new SimulcastDescription(send, receive);
  }

  private static @Nullable List<Stream> parseStreams(String text) {
    List<Stream> streams = new ArrayList<>();
    for (String part : SdpText.split(text, ';')) {
      List<Alternative> alternatives = new ArrayList<>();
      for (String alternative : SdpText.split(part, ',')) {
        boolean paused = alternative.startsWith("~");
        String rid = paused ? alternative.substring(1) : alternative;
        if (!RidDescription.isId(rid)) {
          return null;
        }
        alternatives.add(new Alternative(rid, paused));
      }
      if (alternatives.isEmpty()) {
        return null;
      }
      streams.add(new Stream(alternatives));
    }
    return streams.isEmpty() ? null : streams;
  }
}
