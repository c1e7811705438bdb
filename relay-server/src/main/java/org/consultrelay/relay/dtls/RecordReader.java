package org.consultrelay.relay.dtls;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/** Takes a datagram apart into records (RFC 6347 §4.1, §4.1.1). */
final class RecordReader {
  /** Takes the content of a record in epoch 0. */
  interface Plaintext {
    /** One record's type and content. */
    void record(int type, MemorySegment memory, long offset, int length);
  }

  /** Takes a whole record in epoch 1, which is the only other that we ever have. */
  interface Encrypted {
    /** One record with its header. */
    void record(int type, byte[] record);
  }

  // A flight has a dozen. Each record in epoch 1 costs a decryption, so a datagram full of the
  // smallest would be a cheap way to keep a loop busy.
  private static final int MAX_RECORDS = 16;

  private RecordReader() {}

  /**
   * Hands each record of a datagram on, as far as it can be read.
   *
   * @return how many were not DTLS 1.2's, the unreadable end counting as one
   */
  static int read(
      MemorySegment memory, long offset, int length, Plaintext plaintext, Encrypted encrypted) {
    int garbage = 0;
    int at = 0;
    for (int i = 0; i < MAX_RECORDS && length - at >= Records.HEADER; i++) {
      long header = offset + at;
      int record = Records.HEADER + Bytes.u16(memory, header + 11);
      if (record > length - at || record > RecordLink.MAX_RECORD) {
        break;
      }
      at += record;
      int type = Bytes.u8(memory, header);
      int version = Bytes.u16(memory, header + 1);
      int epoch = Bytes.u16(memory, header + 3);
      if (epoch == 0 && (version == Records.VERSION_1_2 || version == Records.VERSION_1_0)) {
        plaintext.record(type, memory, header + Records.HEADER, record - Records.HEADER);
      } else if (epoch == 1 && version == Records.VERSION_1_2) {
        encrypted.record(type, Bytes.toArray(memory, header, record));
      } else {
        garbage++;
      }
    }
    return at < length ? garbage + 1 : garbage;
  }
}
