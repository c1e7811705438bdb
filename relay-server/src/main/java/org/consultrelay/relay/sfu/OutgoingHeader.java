package org.consultrelay.relay.sfu;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.consultrelay.relay.layers.PacketFacts;
import org.consultrelay.relay.layers.StreamSwitch;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.HeaderExtensionMap;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.wire.Bytes;

/**
 * Writes the header that a packet goes out with: the subscriber's payload type, SSRC, numbers and
 * extension ids. Extensions that tell of the media go on as they came; those that tell of one hop
 * are left behind. What it writes depends on the packet and its transport-wide number alone, so
 * that a packet without one that is sent again without RTX is the same to the bit.
 */
final class OutgoingHeader {
  /**
   * The most bytes that a header takes without a dependency descriptor: 12 and 128 of extensions.
   */
  static final int MAX_LENGTH = 140;

  /** No transport-wide number. */
  static final int NO_NUMBER = -1;

  private static final int PADDING_BIT = 0x20;
  private static final int DESCRIPTOR_OVERHEAD = 16;

  private static final long PASSED =
      HeaderExtension.AUDIO_LEVEL.bit()
          | HeaderExtension.VIDEO_ORIENTATION.bit()
          | HeaderExtension.ABS_CAPTURE_TIME.bit()
          | HeaderExtension.PLAYOUT_DELAY.bit();

  private final RtpHeaderWriter writer;
  private final HeaderExtensionMap extensions;
  private final int midId;
  private final int numberId;
  private final int descriptorId;
  private final byte[] mid;

  /**
   * Headers for one stream.
   *
   * @param writer one that nothing else uses meanwhile
   * @param extensions what the subscriber negotiated
   * @param mid the subscriber's, or empty
   */
  OutgoingHeader(RtpHeaderWriter writer, HeaderExtensionMap extensions, String mid) {
    this.writer = writer;
    this.extensions = extensions;
    this.midId = mid.isEmpty() ? 0 : extensions.id(HeaderExtension.MID);
    this.numberId = extensions.id(HeaderExtension.TRANSPORT_CC);
    this.descriptorId = extensions.id(HeaderExtension.DEPENDENCY_DESCRIPTOR);
    this.mid = mid.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether packets can be numbered. */
  boolean hasNumbers() {
    return numberId != 0;
  }

  /** The most bytes that the header of the packet to forward takes. A claim is to be no larger. */
  int longest(PacketFacts facts, StreamSwitch streams) {
    // Its element may make all others one byte longer, too.
    int descriptor = descriptorId == 0 ? 0 : streams.descriptorLength(facts);
    return descriptor == 0 ? MAX_LENGTH : MAX_LENGTH + descriptor + DESCRIPTOR_OVERHEAD;
  }

  /**
   * Writes the header of {@code rtp} as it goes out; returns its length in bytes.
   *
   * @param streams has decided on the packet
   * @param number the transport-wide sequence number, or {@link #NO_NUMBER}
   * @param fills whether the packet only fills a number
   */
  int write(
      MemorySegment memory,
      long at,
      RtpPacket rtp,
      PacketFacts facts,
      StreamSwitch streams,
      int payloadType,
      int sequenceNumber,
      int ssrc,
      int number,
      boolean fills) {
    boolean marker = !fills && streams.marker();
    int longest = fills ? MAX_LENGTH : longest(facts, streams);
    writer.begin(
        memory, at, longest, marker, payloadType, sequenceNumber, streams.timestamp(), ssrc);
    if (midId != 0) {
      writer.extensionBytes(midId, mid);
    }
    if (number != NO_NUMBER) {
      writer.extension16(numberId, number);
    }
    writer.copyExtensions(rtp, extensions, PASSED);
    int descriptor = fills || descriptorId == 0 ? 0 : streams.descriptorLength(facts);
    if (descriptor > 0) {
      long to = writer.extension(descriptorId, descriptor);
      if (to >= 0) {
        streams.writeDescriptor(memory, to, facts);
      }
    }
    return writer.finish();
  }

  /** Writes the header of a packet that is padding only; returns its length in bytes. */
  int writePadding(
      MemorySegment memory,
      long at,
      int payloadType,
      int sequenceNumber,
      int timestamp,
      int ssrc,
      int number) {
    writer.begin(memory, at, MAX_LENGTH, false, payloadType, sequenceNumber, timestamp, ssrc);
    if (midId != 0) {
      writer.extensionBytes(midId, mid);
    }
    writer.extension16(numberId, number);
    int length = writer.finish();
    Bytes.put8(memory, at, Bytes.u8(memory, at) | PADDING_BIT);
    return length;
  }
}
