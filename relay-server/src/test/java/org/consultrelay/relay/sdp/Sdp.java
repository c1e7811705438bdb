package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Descriptions in the shapes that clients send, and the relay's side of things, for tests. */
public final class Sdp {
  public static final List<String> CLIENTS =
      List.of("firefox-whip", "safari-whip", "gstreamer-whip", "obs-whip", "ffmpeg-whip");

  static final String FINGERPRINT =
      "sha-256 6B:8A:12:F0:33:9C:41:DE:07:5E:A8:C4:90:2D:EF:1B:"
          + "74:66:C9:38:50:AD:0E:91:B7:2C:43:F8:1A:65:D2:8E";

  static final LocalTransport LOCAL =
      new LocalTransport(
          new IceCredentials("rELy", "relayRelayRelayRelayRelay"),
          true,
          List.of(
              "candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host",
              "candidate:2 1 udp 2130706175 2001:db8::1 7882 typ host"),
          Fingerprint.of("sha-256", new byte[32]));

  static final Origin ORIGIN = Origin.ofRelay(4_711);

  private Sdp() {}

  /** A client's offer from the test resources. */
  public static String load(String client) {
    try (InputStream in = Sdp.class.getResourceAsStream("/sdp/" + client + ".sdp")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SessionDescription parse(String text) {
    SdpResult result = SdpParser.parse(text);
    assertThat(result).isInstanceOf(SdpResult.Parsed.class);
    return ((SdpResult.Parsed) result).description();
  }

  static SdpResult.Refused refused(String text) {
    SdpResult result = SdpParser.parse(text);
    assertThat(result).isInstanceOf(SdpResult.Refused.class);
    return (SdpResult.Refused) result;
  }

  static AnswerResult.Answered answered(AnswerResult result) {
    assertThat(result).isInstanceOf(AnswerResult.Answered.class);
    return (AnswerResult.Answered) result;
  }

  static Refusal refusal(AnswerResult result) {
    assertThat(result).isInstanceOf(Refusal.class);
    return (Refusal) result;
  }

  static AnswerResult.Answered answer(MediaPolicy policy, String offer, SectionChooser chooser) {
    return answered(new Answerer(policy).answer(parse(offer), ORIGIN, LOCAL, null, chooser));
  }

  static Refusal refuse(MediaPolicy policy, String offer, SectionChooser chooser) {
    return refusal(new Answerer(policy).answer(parse(offer), ORIGIN, LOCAL, null, chooser));
  }

  static SendTrack track(String name, Codec codec, long ssrc) {
    return new SendTrack("PA_1|" + name, name, ssrc, ssrc + 1, "cname-PA_1", codec);
  }
}
