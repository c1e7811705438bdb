package org.consultrelay.relay.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.consultrelay.relay.wire.Bytes;
import org.junit.jupiter.api.Test;

class RtpHeaderWriterTest {
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private final RtpPacket packet = new RtpPacket();

  @Test
  void writesAPlainHeader() {
    MemorySegment memory = Packets.exact(new byte[12]);
    writer.begin(memory, 0, 12, true, 96, 27_023, (int) 3_653_407_706L, 476_325_762);
    assertThat(writer.finish()).isEqualTo(12);
    assertThat(Packets.toHex(memory, 0, 12)).isEqualTo("80e0698fd9c293da1c642782");
  }

  @Test
  void writesOneByteElementsAndPadsThem() {
    MemorySegment memory = Packets.exact(new byte[40]);
    memory.fill((byte) 0xFF);
    writer.begin(memory, 4, 36, false, 111, 1, 2, 3);
    assertThat(writer.extension8(1, 0x85)).isTrue();
    assertThat(writer.extension16(3, 0xABCD)).isTrue();
    assertThat(writer.extension24(2, 0x123456)).isTrue();
    assertThat(writer.extensionBytes(14, "a12".getBytes(StandardCharsets.US_ASCII))).isTrue();
    assertThat(writer.finish()).isEqualTo(32);
    assertThat(Packets.toHex(memory, 4, 32))
        .isEqualTo(
            "906f0001"
                + "00000002"
                + "00000003"
                + "bede0004"
                + "1085"
                + "31abcd"
                + "22123456"
                + "e2613132"
                + "000000");
    assertThat(Bytes.u8(memory, 3)).isEqualTo(0xFF);
    assertThat(Bytes.u8(memory, 36)).isEqualTo(0xFF);
  }

  @Test
  void aLongElementTurnsTheBlockIntoTheTwoByteForm() {
    MemorySegment memory = Packets.exact(new byte[64]);
    writer.begin(memory, 0, 64, false, 111, 1, 2, 3);
    assertThat(writer.extension8(1, 0x85)).isTrue();
    assertThat(writer.extension16(3, 0xABCD)).isTrue();
    assertThat(writer.extensionBytes(4, new byte[17])).isTrue();
    assertThat(writer.extension8(200, 9)).isTrue();
    int length = writer.finish();
    assertThat(Packets.toHex(memory, 12, length - 12))
        .isEqualTo(
            "10000008" + "010185" + "0302abcd" + "0411" + "00".repeat(17) + "c80109" + "000000");
  }

  @Test
  void refusesWhatIsNoIdentifier() {
    MemorySegment memory = Packets.exact(new byte[64]);
    writer.begin(memory, 0, 64, false, 111, 1, 2, 3);
    assertThat(writer.extension8(0, 1)).isFalse();
    assertThat(writer.extension8(256, 1)).isFalse();
    assertThat(writer.extension8(-1, 1)).isFalse();
    assertThat(writer.finish()).isEqualTo(12);
  }

  /** Any elements, in any capacity, are read back; nothing outside is touched. */
  @Test
  void roundTrip() {
    Packets.seeds(
        5_000,
        random -> {
          int capacity = 12 + random.nextInt(200);
          MemorySegment memory = Packets.exact(new byte[capacity + 8]);
          memory.fill((byte) 0x5A);
          writer.begin(memory, 4, capacity, random.nextBoolean(), 96, 7, 8, 9);
          boolean small = random.nextBoolean();
          Map<Integer, byte[]> model = new TreeMap<>();
          for (int i = random.nextInt(12); i > 0; i--) {
            int id = 1 + random.nextInt(small ? 14 : 255);
            int size = small ? 1 + random.nextInt(16) : random.nextInt(40);
            byte[] data = Packets.random(random, size);
            MemorySegment source = Packets.exact(data);
            if (!model.containsKey(id) && writer.extensionCopy(id, source, 0, size)) {
              model.put(id, data);
            }
          }
          int length = writer.finish();
          assertThat(length % 4).isZero();
          assertThat(length).isLessThanOrEqualTo(capacity);
          for (int i = 0; i < 4; i++) {
            assertThat(Bytes.u8(memory, i)).isEqualTo(0x5A);
            assertThat(Bytes.u8(memory, capacity + 4L + i)).isEqualTo(0x5A);
          }
          assertThat(packet.parse(Packets.exact(memory, 4, length), 0, length)).isTrue();
          assertThat(packet.headerLength()).isEqualTo(length);
          for (int id = 1; id <= 255; id++) {
            long found = packet.findExtension(id);
            byte[] expected = model.get(id);
            assertThat(found >= 0).isEqualTo(expected != null);
            if (expected != null) {
              assertThat(Bytes.toArray(packet.memory(), found, packet.extensionLength()))
                  .isEqualTo(expected);
            }
          }
          boolean oneByte =
              model.entrySet().stream()
                  .allMatch(e ->
                      e.getKey() <= 14 && e.getValue().length >= 1 && e.getValue().length <= 16);
          if (!model.isEmpty()) {
            assertThat(Bytes.u16(packet.memory(), 12)).isEqualTo(oneByte ? 0xBEDE : 0x1000);
          }
        });
  }

  @Test
  void copiesWhatTheReceiverNegotiatedUnderItsOwnIdentifiers() {
    HeaderExtensionMap.Builder uplink = HeaderExtensionMap.builder();
    uplink.put(HeaderExtension.AUDIO_LEVEL, 1);
    uplink.put(HeaderExtension.TRANSPORT_CC, 3);
    uplink.put(HeaderExtension.VIDEO_ORIENTATION, 7);
    HeaderExtensionMap.Builder downlink = HeaderExtensionMap.builder();
    downlink.put(HeaderExtension.AUDIO_LEVEL, 9);
    downlink.put(HeaderExtension.TRANSPORT_CC, 1);
    MemorySegment source = Packets.hex("9060698fd9c293da1c642782 bede0002 10aa 31bbcc 7003 00");
    assertThat(packet.parse(source, 0, (int) source.byteSize())).isTrue();
    assertThat(packet.indexExtensions(uplink.build())).isTrue();
    MemorySegment memory = Packets.exact(new byte[20]);
    writer.begin(memory, 0, 20, false, 96, 1, 2, 3);
    writer.copyExtensions(packet, downlink.build(), ~HeaderExtension.TRANSPORT_CC.bit());
    assertThat(writer.finish()).isEqualTo(20);
    assertThat(Packets.toHex(memory, 12, 8)).isEqualTo("bede0001" + "90aa0000");
  }
}
