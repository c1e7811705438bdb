package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.freshRoom;
import static org.consultrelay.relay.signal.whip.Door.header;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.consultrelay.relay.sdp.Sdp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Offers and fragments that were tampered with: refused or taken, but never a failure of ours. */
@ExtendWith(SharedDoor.class)
class HostileOfferTest {
  private static final int ROUNDS = 300;
  private static final List<String> SPICE =
      List.of(
          "4294967295",
          "-1",
          "99999999999999999999",
          "0",
          "",
          " ",
          ":",
          "/",
          "=",
          "\t",
          "%s%n",
          "a=",
          "m=",
          "m=audio 9 UDP/TLS/RTP/SAVPF 111",
          "a=mid:0",
          "a=group:BUNDLE",
          "inactive",
          "a=ssrc-group:FID 1001 1001",
          "a=extmap:255 urn:ietf:params:rtp-hdrext:sdes:mid",
          "a=ssrc:0 cname:x",
          "a=rtpmap:96 opus/48000/2",
          "é\u0000\u2028",
          "a=setup:passive",
          "a=simulcast:send a;b;c",
          "a=rid:a send",
          "a=fmtp:96 apt=96",
          "sha-512",
          "x".repeat(5000));

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @BeforeEach
  void listen() {
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void stopListening() {
    root().detachAppender(log);
  }

  private void assertNothingFailed() {
    assertThat(List.copyOf(log.list))
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .isEmpty();
  }

  @Test
  void tamperedOffersNeverFail(Door door) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String room = freshRoom();
    String victim = door.token(room, "victim");
    HttpResponse<String> published = door.publish(victim);
    List<byte[]> offers = new ArrayList<>();
    offers.add(bytes(ChromiumOffer.whip().text()));
    offers.add(bytes(ChromiumOffer.offer().audio("sendrecv", "m", 5).simulcast("c").text()));
    Sdp.CLIENTS.forEach(client -> offers.add(bytes(Sdp.load(client))));
    byte[] playing = bytes(ChromiumOffer.whep().text());
    String attacker = door.token(room, "attacker");
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      boolean play = i % 4 == 0;
      byte[] body = tamper(play ? playing : offers.get(i % offers.size()), random);
      HttpResponse<String> response =
          door.send(
              door.request(
                      play ? "/whep/v1/victim" : "/whip/v1", attacker, "Content-Type", Door.SDP)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
      assertThat(response.statusCode())
          .as("seed %d round %d: %s", seed, i, response.body())
          .isIn(201, 400, 413, 422);
      if (response.statusCode() == 201) {
        assertThat(door.delete(created(response), attacker).statusCode()).isEqualTo(200);
      } else {
        refused++;
        assertThat(response.body()).doesNotContain("Exception").doesNotContain("\tat ");
      }
    }
    assertThat(refused).as("seed %d", seed).isGreaterThan(ROUNDS / 5);
    assertThat(door.isOpen(created(published), victim, header(published, "ETag"))).isTrue();
    assertThat(door.list(victim).body())
        .isEqualTo(
            "{\"participants\":[{\"identity\":\"victim\",\"name\":\"\",\"publishing\":true}]}");
    created(door.play(door.token(room, "friend"), "victim"));
    assertNothingFailed();
  }

  @Test
  void tamperedFragmentsNeverFail(Door door) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String token = door.token(freshRoom(), "patient");
    String session = created(door.publish(token));
    byte[] fragment =
        bytes(
            """
            a=ice-ufrag:fresh
            a=ice-pwd:0123456789abcdef012345
            m=audio 9 UDP/TLS/RTP/SAVPF 0
            a=mid:0
            a=candidate:1 1 udp 2130706431 192.0.2.1 40001 typ host
            a=end-of-candidates
            """
                .replace("\n", "\r\n"));
    for (int i = 0; i < ROUNDS / 3; i++) {
      HttpResponse<String> response =
          door.send(
              door.request(session, token, "Content-Type", Door.FRAGMENT, "If-Match", "*")
                  .method(
                      "PATCH", HttpRequest.BodyPublishers.ofByteArray(tamper(fragment, random))));
      assertThat(response.statusCode())
          .as("seed %d round %d: %s", seed, i, response.body())
          .isIn(200, 204, 400, 413);
    }
    HttpResponse<String> healthy = door.patch(session, token, "*", "a=end-of-candidates\r\n");
    assertThat(healthy.statusCode()).isEqualTo(204);
    assertNothingFailed();
  }

  @Test
  void absurdBodiesAreRefused(Door door) {
    String token = door.token(freshRoom(), "patient");
    byte[] noise = new byte[20_000];
    new Random(1).nextBytes(noise);
    String offer = ChromiumOffer.whip().text();
    List<byte[]> bodies =
        List.of(
            noise,
            new byte[1_000],
            bytes("v=0\r\n".repeat(1_000)),
            bytes("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(5_000)),
            bytes(offer + "a=candidate:1 1 udp 1 1.2.3.4 5 typ host\r\n".repeat(5_000)),
            bytes(offer.replace("\r\n", "\u0000")),
            offer.getBytes(StandardCharsets.UTF_16));
    for (byte[] body : bodies) {
      HttpResponse<String> response =
          door.send(
              door.request("/whip/v1", token, "Content-Type", Door.SDP)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
      Door.refused(response, 400, "");
    }
    assertNothingFailed();
  }

  @Test
  void absurdPathsAndHeadersAreRefused(Door door) {
    String token = door.token(freshRoom(), "patient");
    for (String path :
        List.of(
            "/whep/v1/%00",
            "/whep/v1/%C3%28", "/whep/v1/%2E%2E%2F", "/whep/v1/" + "x".repeat(9_000))) {
      HttpResponse<String> response = door.post(path, token, ChromiumOffer.whep().text());
      assertThat(response.statusCode()).as(path).isBetween(400, 499);
    }
    HttpResponse<String> long_ =
        door.send("GET", "/whep/v1", token, "", "X-Long", "x".repeat(100_000));
    assertThat(long_.statusCode()).isEqualTo(431);
    assertThat(long_.headers().firstValue("Connection")).hasValue("close");
    assertNothingFailed();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] tamper(byte[] original, Random random) {
    byte[] bytes = original;
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      bytes = tamperOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] tamperOnce(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 2 -> {
        byte[] noise = new byte[1 + random.nextInt(8)];
        random.nextBytes(noise);
        yield splice(bytes, at, at, noise);
      }
      case 3 -> splice(bytes, at, at, bytes(SPICE.get(random.nextInt(SPICE.size()))));
      case 4 -> number(bytes, at, bytes(SPICE.get(random.nextInt(5))));
      default -> line(bytes, random);
    };
  }

  /** Another number in place of the next one. */
  private static byte[] number(byte[] bytes, int from, byte[] other) {
    int start = from;
    while (start < bytes.length && (bytes[start] < '0' || bytes[start] > '9')) {
      start++;
    }
    int end = start;
    while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
      end++;
    }
    return splice(bytes, start, end, other);
  }

  /** A line goes, comes twice, changes places with another or becomes something else. */
  private static byte[] line(byte[] bytes, Random random) {
    List<String> lines =
        new ArrayList<>(
            Arrays.asList(new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n", -1)));
    int at = random.nextInt(lines.size());
    int other = random.nextInt(lines.size());
    switch (random.nextInt(4)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(other, lines.get(at));
      case 2 -> lines.set(at, lines.set(other, lines.get(at)));
      default -> lines.set(at, SPICE.get(random.nextInt(SPICE.size())));
    }
    return String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
    byte[] spliced = new byte[from + middle.length + bytes.length - to];
    System.arraycopy(bytes, 0, spliced, 0, from);
    System.arraycopy(middle, 0, spliced, from, middle.length);
    System.arraycopy(bytes, to, spliced, from + middle.length, bytes.length - to);
    return spliced;
  }
}
