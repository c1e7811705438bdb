package org.consultrelay.relay.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.consultrelay.relay.dtls.FlightReassembly.Outcome;
import org.junit.jupiter.api.Test;

class FlightReassemblyTest {
  private static final int[] CLIENT_FLIGHT = {
    Records.CLIENT_HELLO,
    Records.CERTIFICATE,
    Records.CLIENT_KEY_EXCHANGE,
    Records.CERTIFICATE_VERIFY,
  };

  @Test
  void putsFragmentsTogetherInAnyOrder() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<HandshakeMessage> messages = new ArrayList<>();
      List<byte[]> fragments = new ArrayList<>();
      for (int i = 0; i < CLIENT_FLIGHT.length; i++) {
        byte[] body = new byte[random.nextInt(3_000)];
        random.nextBytes(body);
        HandshakeMessage message = new HandshakeMessage(CLIENT_FLIGHT[i], i, body);
        messages.add(message);
        cut(message, random, fragments);
        cut(message, random, fragments); // overlapping, differently cut
      }
      Collections.shuffle(fragments, random);
      FlightReassembly reassembly = new FlightReassembly(DtlsRole.SERVER);
      List<HandshakeMessage> got = new ArrayList<>();
      for (byte[] fragment : fragments) {
        accept(reassembly, fragment);
        HandshakeMessage message;
        while ((message = reassembly.poll()) != null) {
          got.add(message);
        }
      }
      assertThat(got).as("seed " + seed).hasSize(4);
      for (int i = 0; i < 4; i++) {
        assertThat(got.get(i).body()).as("seed " + seed).isEqualTo(messages.get(i).body());
        assertThat(got.get(i).sequence()).isEqualTo(i);
      }
      assertThat(reassembly.isComplete()).isTrue();
    }
  }

  @Test
  void aForgedHeadDoesNotSpoilTheGenuineMessage() {
    FlightReassembly reassembly = new FlightReassembly(DtlsRole.SERVER);
    byte[] body = new byte[200];
    accept(reassembly, fragment(Records.CLIENT_HELLO, 0, 5_000, 100, new byte[10]));
    assertThat(accept(reassembly, fragment(Records.CLIENT_HELLO, 0, 200, 0, body)))
        .isEqualTo(Outcome.NEW);
    assertThat(reassembly.poll()).isNotNull();
  }

  @Test
  void refusesWhatHasNoPlaceThere() {
    FlightReassembly server = new FlightReassembly(DtlsRole.SERVER);
    byte[] body = new byte[10];
    assertThat(accept(server, fragment(Records.CERTIFICATE, 0, 10, 0, body)))
        .isEqualTo(Outcome.USELESS);
    assertThat(accept(server, fragment(Records.CLIENT_HELLO, 1, 10, 0, body)))
        .isEqualTo(Outcome.USELESS);
    assertThat(accept(server, fragment(Records.CLIENT_HELLO, 0, 1 << 23, 0, body)))
        .isEqualTo(Outcome.USELESS);
    assertThat(accept(server, fragment(Records.CLIENT_HELLO, 0, 12, 5, body)))
        .isEqualTo(Outcome.USELESS);
    assertThat(accept(server, fragment(Records.CERTIFICATE_VERIFY, 60_000, 10, 0, body)))
        .isEqualTo(Outcome.USELESS);
    FlightReassembly client = new FlightReassembly(DtlsRole.CLIENT);
    assertThat(accept(client, fragment(Records.CLIENT_HELLO, 0, 10, 0, body)))
        .isEqualTo(Outcome.USELESS);
    assertThat(accept(client, fragment(20, 1, 10, 0, body))).isEqualTo(Outcome.USELESS);
  }

  @Test
  void holdsNoMoreThanItsBound() {
    FlightReassembly reassembly = new FlightReassembly(DtlsRole.SERVER);
    byte[] one = new byte[1];
    int length = FlightReassembly.MAX_MESSAGE;
    assertThat(accept(reassembly, fragment(Records.CLIENT_HELLO, 0, length, 0, one)))
        .isEqualTo(Outcome.NEW);
    assertThat(accept(reassembly, fragment(Records.CERTIFICATE, 1, length, 0, one)))
        .isEqualTo(Outcome.NEW);
    assertThat(accept(reassembly, fragment(Records.CLIENT_KEY_EXCHANGE, 2, length, 0, one)))
        .isEqualTo(Outcome.USELESS);
  }

  @Test
  void tellsARepetitionFromAForgery() {
    FlightReassembly reassembly = new FlightReassembly(DtlsRole.SERVER);
    byte[] body = {1, 2, 3, 4};
    byte[] hello = fragment(Records.CLIENT_HELLO, 0, 4, 0, body);
    accept(reassembly, hello);
    assertThat(reassembly.poll()).isNotNull();
    assertThat(accept(reassembly, hello)).isEqualTo(Outcome.REPEATED);
    assertThat(accept(reassembly, fragment(Records.CLIENT_HELLO, 0, 4, 0, new byte[] {1, 2, 3, 5})))
        .isEqualTo(Outcome.USELESS);
    assertThat(accept(reassembly, fragment(Records.CLIENT_HELLO, 0, 4, 0, new byte[] {1, 2})))
        .isEqualTo(Outcome.USELESS);
    assertThat(accept(reassembly, fragment(Records.CLIENT_HELLO, 0, 4, 2, new byte[] {3, 4})))
        .isEqualTo(Outcome.REPEATED);
  }

  @Test
  void readsNothingBeyondTheRecord() {
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      FlightReassembly reassembly =
          new FlightReassembly(random.nextBoolean() ? DtlsRole.SERVER : DtlsRole.CLIENT);
      for (int i = 0; i < 4; i++) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        if (bytes.length > 12 && random.nextBoolean()) {
          // Likely enough to get further.
          bytes[0] = (byte) CLIENT_FLIGHT[random.nextInt(4)];
          bytes[1] = bytes[4] = bytes[6] = bytes[7] = bytes[9] = bytes[10] = 0;
        }
        accept(reassembly, bytes); // the memory ends where the record does
        reassembly.poll();
      }
    }
  }

  private static Outcome accept(FlightReassembly reassembly, byte[] content) {
    return reassembly.accept(MemorySegment.ofArray(content), 0, content.length);
  }

  private static void cut(HandshakeMessage message, Random random, List<byte[]> fragments) {
    int offset = 0;
    int length = message.body().length;
    do {
      int size = Math.min(1 + random.nextInt(1_000), length - offset);
      byte[] part = Arrays.copyOfRange(message.body(), offset, offset + size);
      fragments.add(fragment(message.type(), message.sequence(), length, offset, part));
      offset += size;
    } while (offset < length);
  }

  private static byte[] fragment(int type, int sequence, int length, int offset, byte[] part) {
    byte[] content = new byte[Records.MESSAGE_HEADER + part.length];
    content[0] = (byte) type;
    put24(content, 1, length);
    content[4] = (byte) (sequence >> 8);
    content[5] = (byte) sequence;
    put24(content, 6, offset);
    put24(content, 9, part.length);
    System.arraycopy(part, 0, content, Records.MESSAGE_HEADER, part.length);
    return content;
  }

  private static void put24(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 16);
    bytes[at + 1] = (byte) (value >> 8);
    bytes[at + 2] = (byte) value;
  }
}
