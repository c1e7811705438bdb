package org.consultrelay.relay.sfu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes redundant audio apart (RFC 2198 §3), with no regard to how the relay does. */
final class RedReader {
  /**
   * One block.
   *
   * @param payloadType of the block
   * @param back how many timestamp units it lies before the packet
   * @param bytes what is in it
   */
  record Block(int payloadType, int back, List<Byte> bytes) {}

  private RedReader() {}

  /** The blocks, the primary last. */
  static List<Block> blocks(byte[] payload) {
    List<int[]> headers = new ArrayList<>();
    int at = 0;
    while ((payload[at] & 0x80) != 0) {
      int word = 0;
      for (int i = 0; i < 4; i++) {
        word = (word << 8) | (payload[at + i] & 0xFF);
      }
      headers.add(new int[] {word >>> 24 & 0x7F, word >>> 10 & 0x3FFF, word & 0x3FF});
      at += 4;
    }
    int primaryType = payload[at++];
    List<Block> blocks = new ArrayList<>();
    for (int[] header : headers) {
      blocks.add(new Block(header[0], header[1], bytes(payload, at, at + header[2])));
      at += header[2];
    }
    blocks.add(new Block(primaryType, 0, bytes(payload, at, payload.length)));
    return blocks;
  }

  private static List<Byte> bytes(byte[] payload, int from, int to) {
    List<Byte> bytes = new ArrayList<>();
    for (byte each : Arrays.copyOfRange(payload, from, to)) {
      bytes.add(each);
    }
    return bytes;
  }
}
