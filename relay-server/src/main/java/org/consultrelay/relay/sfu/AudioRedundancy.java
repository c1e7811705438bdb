package org.consultrelay.relay.sfu;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.rtp.OpusPayload;
import org.consultrelay.relay.rtp.RedPayload;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.Bytes;

/**
 * In which form one subscriber gets audio, redundant (RFC 2198) or plain: as it came where that can
 * be, the primary alone where the subscriber takes no other, and with the packets before it where
 * the publisher sends none of them and the subscriber loses many. One packet at a time: {@link
 * #prepare}, write it as it says, {@link #done}. Allocates nothing.
 */
final class AudioRedundancy {
  /** The most bytes of a payload made here. */
  static final int MAX_PAYLOAD = 1_200;

  /** Across a longer gap, in timestamp units, a packet before is of no use: there was silence. */
  static final int MAX_GAP = 4_800;

  private final int inPlain;
  private final int inRed;
  private final int outPlain;
  private final int outRed;
  private final RedundancyNeed need = new RedundancyNeed();

  private byte[] last = new byte[RedPayload.MAX_BLOCK];
  private byte[] before = new byte[RedPayload.MAX_BLOCK];
  private int lastLength;
  private int beforeLength;
  private int lastTimestamp;
  private int beforeTimestamp;
  private int kept;

  private int payloadType;
  private long offset;
  private int length;
  private int blocks;
  private boolean retyped;
  private boolean keeps;

  AudioRedundancy(ReceiveParameters in, SendParameters out) {
    inPlain = in.payloadType();
    inRed = in.redPayloadType();
    outPlain = out.payloadType();
    outRed = out.redPayloadType();
  }

  /** Whether there is anything to decide about such a track for such a subscriber. */
  static boolean concerns(ReceiveParameters in, SendParameters out) {
    return in.redPayloadType() >= 0 || out.redPayloadType() >= 0;
  }

  /** The subscriber reports what it lost of late, in 1/256. */
  void report(int fractionLost, long nowNanos) {
    need.report(fractionLost, nowNanos);
  }

  /** How many packets before are sent with each that comes plain, 0 to 2. */
  int blocksWanted() {
    return outRed < 0 || inRed >= 0 ? 0 : need.blocks();
  }

  /** Decides about a packet. */
  void prepare(RtpPacket rtp) {
    offset = rtp.payloadOffset();
    length = rtp.payloadLength();
    payloadType = outPlain;
    blocks = 0;
    retyped = false;
    keeps = false;
    if (inRed >= 0 && rtp.payloadType() == inRed) {
      if (outRed >= 0) {
        payloadType = outRed;
        retyped = inPlain != outPlain;
      } else {
        int primary = RedPayload.primaryOffset(rtp.memory(), offset, length);
        offset += primary;
        length -= primary;
      }
    } else if (blocksWanted() > 0) {
      gather(rtp.timestamp());
    } else {
      kept = 0;
    }
  }

  private void gather(int timestamp) {
    int gap = timestamp - lastTimestamp;
    if (kept > 0 && gap <= 0) {
      return; // late, and what would go with it has gone out
    }
    keeps = true;
    if (kept > 0 && gap > MAX_GAP) {
      kept = 0;
    }
    int whole = length + RedPayload.PRIMARY_HEADER;
    if (kept > 0 && fits(whole, lastLength, gap)) {
      blocks = 1;
      whole += RedPayload.BLOCK_HEADER + lastLength;
      if (kept > 1
          && blocksWanted() > 1
          && fits(whole, beforeLength, timestamp - beforeTimestamp)) {
        blocks = 2;
        whole += RedPayload.BLOCK_HEADER + beforeLength;
      }
      payloadType = outRed;
      length = whole;
    }
  }

  private static boolean fits(int whole, int block, int timestampOffset) {
    return timestampOffset <= RedPayload.MAX_TIMESTAMP_OFFSET
        && whole + RedPayload.BLOCK_HEADER + block <= MAX_PAYLOAD;
  }

  /** The payload type that it goes out with. */
  int payloadType() {
    return payloadType;
  }

  /** Whether its payload is made here, by {@link #write}, and not a part of the packet. */
  boolean isMade() {
    return blocks > 0;
  }

  /** Where its payload begins in the packet's memory, when it is not made. */
  long offset() {
    return offset;
  }

  /** Bytes of its payload. */
  int length() {
    return length;
  }

  /** Writes the payload that is made. */
  void write(MemorySegment memory, long at, RtpPacket rtp) {
    int timestamp = rtp.timestamp();
    long header = at;
    if (blocks > 1) {
      int back = timestamp - beforeTimestamp;
      RedPayload.putBlockHeader(memory, header, outPlain, back, beforeLength);
      header += RedPayload.BLOCK_HEADER;
    }
    RedPayload.putBlockHeader(memory, header, outPlain, timestamp - lastTimestamp, lastLength);
    header += RedPayload.BLOCK_HEADER;
    RedPayload.putPrimaryHeader(memory, header, outPlain);
    long block = header + RedPayload.PRIMARY_HEADER;
    if (blocks > 1) {
      block = put(memory, block, before, beforeLength);
    }
    block = put(memory, block, last, lastLength);
    Bytes.copy(rtp.memory(), rtp.payloadOffset(), memory, block, rtp.payloadLength());
  }

  private static long put(MemorySegment memory, long at, byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      Bytes.put8(memory, at + i, bytes[i]);
    }
    return at + length;
  }

  /**
   * Before a packet that is not made here is encrypted: blocks get the subscriber's payload type.
   * The bytes are shared with other subscribers, so {@link #done} must follow.
   */
  void retype(RtpPacket rtp) {
    if (retyped) {
      RedPayload.retype(rtp.memory(), rtp.payloadOffset(), outPlain);
    }
  }

  /** The packet has left. */
  void done(RtpPacket rtp) {
    if (retyped) {
      RedPayload.retype(rtp.memory(), rtp.payloadOffset(), inPlain);
    }
    int bytes = rtp.payloadLength();
    if (!keeps || OpusPayload.isDtx(bytes) || bytes > RedPayload.MAX_BLOCK) {
      return;
    }
    byte[] oldest = before;
    before = last;
    beforeLength = lastLength;
    beforeTimestamp = lastTimestamp;
    last = oldest;
    for (int i = 0; i < bytes; i++) {
      last[i] = (byte) Bytes.u8(rtp.memory(), rtp.payloadOffset() + i);
    }
    lastLength = bytes;
    lastTimestamp = rtp.timestamp();
    kept = Math.min(2, kept + 1);
  }
}
