package org.consultrelay.relay.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Bad text of every kind: always a result, never an exception; what parses can be answered. */
class SdpFuzzTest {
  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "0",
          "15",
          "127",
          "256",
          "999",
          "65536",
          "2147483648",
          "4294967296",
          "9223372036854775808",
          "٣",
          "9".repeat(400));

  private final MediaPolicy open =
      MediaPolicy.STANDARD.withSimulcast(true).withStrict(false).withDtx(OpusDtx.REQUEST);
  private final Answerer strict = new Answerer(MediaPolicy.STANDARD);
  private final Answerer lenient = new Answerer(open);
  private final Offerer offerer = new Offerer(open);
  private final Offer ourOffer =
      offerer.offer(
          Sdp.ORIGIN,
          Sdp.LOCAL,
          List.of(
              new OfferSection.Sending("0", Sdp.track("a", Codec.OPUS, 1)),
              new OfferSection.Sending("1", Sdp.track("b", Codec.VP8, 10))));
  private int parsed;
  private int answered;

  private static List<String> corpus() {
    List<String> texts = new ArrayList<>();
    Sdp.CLIENTS.forEach(client -> texts.add(Sdp.load(client)));
    texts.add(ChromiumOffer.whip().text());
    texts.add(
        ChromiumOffer.offer()
            .data()
            .simulcast("cam")
            .audio("sendrecv", "mic", 5)
            .stopped()
            .audio("recvonly", "", 0)
            .text());
    return texts;
  }

  private void feed(String text) {
    try {
      if (SdpParser.parse(text) instanceof SdpResult.Parsed result) {
        parsed++;
        SessionDescription description = result.description();
        assertThat(SdpParser.parse(SdpWriter.write(description))).isEqualTo(result);
        SectionChooser chooser = (index, section) -> decide(index, section.kind());
        if (lenient.answer(description, Sdp.ORIGIN, Sdp.LOCAL, null, chooser)
            instanceof AnswerResult.Answered first) {
          answered++;
          assertThat(Sdp.parse(SdpWriter.write(first.answer()))).isEqualTo(first.answer());
          assertThat(first.answer().sections()).hasSameSizeAs(description.sections());
          lenient.answer(description, Sdp.ORIGIN, Sdp.LOCAL, first.session(), chooser);
        }
        strict.answer(description, Sdp.ORIGIN, Sdp.LOCAL, null, SectionChooser.receiveAll());
        offerer.apply(ourOffer, description, null);
      }
      TrickleParser.parse(text);
    } catch (RuntimeException e) {
      fail("threw on:\n" + text, e);
    }
  }

  private static void parseOnly(String text) {
    try {
      SdpParser.parse(text);
      TrickleParser.parse(text);
    } catch (RuntimeException e) {
      fail("threw on:\n" + text, e);
    }
  }

  private static SectionDecision decide(int index, MediaKind kind) {
    if (kind == MediaKind.APPLICATION) {
      return new SectionDecision.AcceptData(5_000, 65_536);
    }
    Codec codec = kind == MediaKind.AUDIO ? Codec.OPUS : Codec.VP8;
    SendTrack track = Sdp.track("t" + index, codec, 1_000 + 2L * index);
    return switch (index % 3) {
      case 0 -> new SectionDecision.SendReceive(track, SectionDecision.receive());
      case 1 -> SectionDecision.receive();
      default -> SectionDecision.send(track);
    };
  }

  @Test
  void truncatedAtEachCharacter() {
    for (String text : List.of(Sdp.load("firefox-whip"), ChromiumOffer.whip().text())) {
      for (int length = 0; length <= text.length(); length++) {
        String truncated = text.substring(0, length);
        // In the middle of a line reading is enough; what a line means changes at its end.
        if (length == text.length() || text.charAt(length) == '\n' || length % 16 == 0) {
          feed(truncated);
        } else {
          parseOnly(truncated);
        }
      }
    }
    assertThat(parsed).isGreaterThan(200);
    assertThat(answered).isPositive();
  }

  @Test
  void linesDroppedDoubledAndMoved() {
    for (String text : corpus()) {
      List<String> lines = List.of(text.split("\r?\n"));
      for (int i = 0; i < lines.size(); i++) {
        List<String> changed = new ArrayList<>(lines);
        changed.remove(i);
        feed(String.join("\n", changed));
        changed.add(i, lines.get(i));
        changed.add(i, lines.get(i));
        // Most doubled lines change nothing: those of the shorter texts are enough.
        if (lines.size() < 120) {
          feed(String.join("\n", changed));
        }
      }
    }
    assertThat(answered).isGreaterThan(100);
    for (long seed = 0; seed < 300; seed++) {
      String text = corpus().get((int) (seed % corpus().size()));
      List<String> lines = new ArrayList<>(List.of(text.split("\r?\n")));
      Collections.shuffle(lines.subList(4, lines.size()), new Random(seed));
      feed(String.join("\n", lines));
    }
  }

  @Test
  void everyNumberAbsurd() {
    String text = ChromiumOffer.offer().audio("sendrecv", "a", 5).simulcast("v").data().text();
    Set<String> shapes = new HashSet<>();
    int lineStart = 0;
    for (String line : text.lines().toList()) {
      // One line of each shape: the hundredth a=rtcp-fb is read like the first.
      if (shapes.add(line.replaceAll("[0-9]+", "#"))) {
        Matcher number = Pattern.compile("[0-9]+").matcher(line);
        while (number.find()) {
          for (String absurd : NUMBERS) {
            String before = text.substring(0, lineStart + number.start());
            feed(before + absurd + text.substring(lineStart + number.end()));
          }
        }
      }
      lineStart += line.length() + 2;
    }
    assertThat(answered).isGreaterThan(100);
  }

  @Test
  void bytesFlippedAndRandom() {
    List<String> corpus = corpus();
    for (long seed = 0; seed < 1_500; seed++) {
      Random random = new Random(seed);
      byte[] bytes = corpus.get((int) (seed % corpus.size())).getBytes(StandardCharsets.ISO_8859_1);
      for (int i = random.nextInt(20); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      feed(new String(bytes, StandardCharsets.ISO_8859_1));
      byte[] noise = new byte[random.nextInt(400)];
      random.nextBytes(noise);
      feed("v=0\n" + new String(noise, StandardCharsets.ISO_8859_1));
      feed(new String(noise, StandardCharsets.UTF_16));
    }
  }

  @Test
  void longAndRepetitiveTextStaysCheap() {
    String head = "v=0\no=- 1 1 IN IP4 0.0.0.0\n";
    String media = "m=video 9 UDP/TLS/RTP/SAVPF 96\n";
    feed(head + (media + "a=rtcp-fb:* x\n").repeat(250));
    feed(head + "a=group:BUNDLE" + " 0".repeat(120_000));
    feed(head + "m=video 9 UDP/TLS/RTP/SAVPF" + " 96".repeat(80_000));
    feed(head + media + "a=simulcast:send " + "q;".repeat(100_000));
    feed(head + media + "a=ssrc-group:SIM" + " 1".repeat(100_000));
    feed(head + media + "a=fmtp:96 " + ";".repeat(200_000));
    feed("a=candidate:1\n".repeat(20_000));
    feed("\n".repeat(262_144));
    feed("m=x\n".repeat(16_000));
  }
}
