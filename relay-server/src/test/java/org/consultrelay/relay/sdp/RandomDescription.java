package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes any description that the records allow, from a random source. */
final class RandomDescription {
  private static final String TOKEN = "abzAZ09-+.!#$%&'*^_`{|}~";
  private static final String ICE = "abzAZ09+/";
  private static final String RID = "abzAZ09-_";

  private final RandomGenerator random;
  private int mids;

  RandomDescription(RandomGenerator random) {
    this.random = random;
  }

  SessionDescription session() {
    List<MediaSection> sections = list(5, this::section);
    return new SessionDescription(
        new Origin(
            text(TOKEN, 1, 9),
            text("0123456789", 1, 20),
            random.nextLong(999_999_999_999_999_999L),
            "IN IP6 " + text(TOKEN, 1, 12)),
        list(2, () -> list(4, () -> text(TOKEN, 1, 5))),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean() ? null : text(TOKEN, 0, 3),
        transport(),
        sections);
  }

  private MediaSection section() {
    boolean rtp = random.nextInt(4) > 0;
    RtpDescription description = rtp(rtp);
    return new MediaSection(
        pick("audio", "video", "application", "text"),
        random.nextInt(65_536),
        rtp ? pick("UDP/TLS/RTP/SAVPF", "RTP/AVP") : pick("UDP/DTLS/SCTP", "x"),
        rtp ? List.of() : atLeastOne(3, () -> text(TOKEN, 1, 8)),
        random.nextInt(5) == 0 ? "" : text(TOKEN, 1, 4) + mids++,
        direction(),
        random.nextBoolean(),
        transport(),
        list(3, () -> "candidate:" + words()),
        random.nextBoolean(),
        description,
        random.nextBoolean()
            ? null
            : new SctpDescription(random.nextInt(65_536), random.nextLong(1L << 50)),
        list(2, () -> new Bandwidth(text(TOKEN, 1, 5), random.nextLong(1L << 40))));
  }

  private RtpDescription rtp(boolean rtp) {
    List<CodecDescription> codecs = new ArrayList<>();
    int payloadType = random.nextInt(20) + 14;
    for (int i = 0; rtp && i <= random.nextInt(4); i++, payloadType += 1 + random.nextInt(20)) {
      codecs.add(codec(payloadType));
    }
    long ssrc = random.nextLong(1L << 30);
    List<SsrcDescription> ssrcs = new ArrayList<>();
    for (int i = 0; i < random.nextInt(4); i++, ssrc += 1 + random.nextInt(1 << 28)) {
      ssrcs.add(
          new SsrcDescription(
              ssrc,
              random.nextBoolean() ? null : text(TOKEN, 1, 9),
              random.nextBoolean() ? null : msid()));
    }
    return new RtpDescription(
        codecs,
        list(5, this::extension),
        ssrcs,
        list(
            2,
            () -> new SsrcGroup(text(TOKEN, 1, 5), atLeastOne(3, () -> random.nextLong(1L << 32)))),
        list(3, () -> new RidDescription(text(RID, 1, 9), random.nextBoolean(), words())),
        simulcast(),
        list(2, this::msid),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean());
  }

  private CodecDescription codec(int payloadType) {
    List<RtcpFeedback> feedback = new ArrayList<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      feedback.add(new RtcpFeedback(text(TOKEN, 1, 6) + i, words()));
    }
    boolean named = random.nextInt(5) > 0;
    return new CodecDescription(
        payloadType,
        named ? text(TOKEN, 1, 9) : "",
        named ? 1 + random.nextInt(Integer.MAX_VALUE) : 0,
        named ? 1 + random.nextInt(255) : 1,
        new FormatParameters(words().replace(' ', ';')),
        feedback);
  }

  private HeaderExtension extension() {
    return new HeaderExtension(
        random.nextBoolean() ? 1 + random.nextInt(255) : 4_096 + random.nextInt(256),
        random.nextBoolean() ? null : direction(),
        "urn:" + text(TOKEN, 1, 9),
        words());
  }

  private @Nullable SimulcastDescription simulcast() {
    List<SimulcastDescription.Stream> send = list(3, this::stream);
    List<SimulcastDescription.Stream> receive = list(3, this::stream);
    return send.isEmpty() && receive.isEmpty() ? null : new SimulcastDescription(send, receive);
  }

  private SimulcastDescription.Stream stream() {
    return new SimulcastDescription.Stream(
        atLeastOne(
            2, () -> new SimulcastDescription.Alternative(text(RID, 1, 5), random.nextBoolean())));
  }

  private Msid msid() {
    return new Msid(text(TOKEN, 1, 9), random.nextInt(4) == 0 ? "" : text(TOKEN, 1, 9));
  }

  private TransportDescription transport() {
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    return new TransportDescription(
        random.nextBoolean() ? null : new IceCredentials(text(ICE, 4, 40), text(ICE, 22, 60)),
        list(3, () -> text(TOKEN, 1, 7)),
        list(2, () -> Fingerprint.of("sha-256", digest)),
        random.nextBoolean() ? null : pick(DtlsSetup.values()));
  }

  private Direction direction() {
    return pick(Direction.values());
  }

  /** None to three words with single spaces between. */
  private String words() {
    return String.join(" ", list(3, () -> text(TOKEN, 1, 9)));
  }

  private String text(String alphabet, int shortest, int longest) {
    StringBuilder text = new StringBuilder();
    int length = shortest + random.nextInt(longest - shortest + 1);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  @SafeVarargs
  private <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }

  private <T> List<T> list(int most, Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      list.add(element.get());
    }
    return list;
  }

  private <T> List<T> atLeastOne(int most, Supplier<T> element) {
    List<T> list = list(most - 1, element);
    list.add(element.get());
    return list;
  }
}
