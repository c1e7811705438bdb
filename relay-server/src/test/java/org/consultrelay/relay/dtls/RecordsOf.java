package org.consultrelay.relay.dtls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes datagrams apart for tests. */
final class RecordsOf {
  private RecordsOf() {}

  /** Each record of a datagram, with its header. */
  static List<byte[]> datagram(byte[] datagram) {
    List<byte[]> records = new ArrayList<>();
    int at = 0;
    while (at < datagram.length) {
      int length = (datagram[at + 11] & 0xFF) << 8 | (datagram[at + 12] & 0xFF);
      records.add(Arrays.copyOfRange(datagram, at, at + Records.HEADER + length));
      at += Records.HEADER + length;
    }
    return records;
  }
}
