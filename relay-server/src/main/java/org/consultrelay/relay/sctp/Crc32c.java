package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.consultrelay.relay.wire.Bytes;

/** The checksum of SCTP packets (RFC 9260 §6.8, Appendix A). One thread. */
final class Crc32c {
  private static final int CHECKSUM_AT = 8;
  private static final byte[] ZEROS = new byte[4];

  private final CRC32C crc = new CRC32C();

  /** Whether the packet's checksum is right. The packet has its 12 bytes of header at least. */
  boolean isRight(MemorySegment memory, long offset, int length) {
    return Bytes.i32(memory, offset + CHECKSUM_AT) == of(memory, offset, length);
  }

  /** Writes the packet's checksum. */
  void seal(MemorySegment memory, int length) {
    Bytes.put32(memory, CHECKSUM_AT, of(memory, 0, length));
  }

  /** The checksum as it stands in the header: the field itself counts as zero. */
  private int of(MemorySegment memory, long offset, int length) {
    ByteBuffer bytes = memory.asSlice(offset, length).asByteBuffer();
    crc.reset();
    crc.update(bytes.limit(CHECKSUM_AT));
    crc.update(ZEROS);
    crc.update(bytes.limit(length).position(CHECKSUM_AT + ZEROS.length));
    return Integer.reverseBytes((int) crc.getValue());
  }
}
