package org.consultrelay.relay.transport;

import java.util.ArrayList;
import java.util.List;

/** One RTP stream of a simulated publisher: its numbers and all that it ever sent. */
final class SentStream {
  final int ssrc;
  final int rtxSsrc;
  final int payloadType;
  final long firstIndex;
  final List<SentPacket> packets = new ArrayList<>();
  long rtxIndex;
  long octets;

  SentStream(int ssrc, int rtxSsrc, int payloadType, long firstIndex) {
    this.ssrc = ssrc;
    this.rtxSsrc = rtxSsrc;
    this.payloadType = payloadType;
    this.firstIndex = firstIndex;
    this.rtxIndex = firstIndex / 2;
  }

  long nextIndex() {
    return firstIndex + packets.size();
  }

  /** By extended sequence number. */
  SentPacket packet(long index) {
    return packets.get((int) (index - firstIndex));
  }

  /** The latest packet with these low 16 bits, if it is one of the last {@code reach}. */
  SentPacket recent(int sequenceNumber, int reach) {
    long last = nextIndex() - 1;
    long index = last - ((last - sequenceNumber) & 0xFFFF);
    return index < firstIndex || last - index >= reach ? null : packet(index);
  }
}
