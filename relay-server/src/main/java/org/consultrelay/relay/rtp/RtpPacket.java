package org.consultrelay.relay.rtp;

import java.lang.foreign.MemorySegment;
import org.consultrelay.relay.wire.Bytes;

/**
 * One RTP packet where it lies (RFC 3550 §5.1, header extension as in RFC 8285). A reusable
 * flyweight: {@link #parse} reads the header, which SRTP leaves in the clear; {@link #decrypted}
 * then reads the padding; {@link #indexExtensions} then finds all known header extensions in one
 * walk. One per loop.
 *
 * <p>Offsets are bytes within {@link #memory()}. All accessors but {@link #failure()} have a
 * meaning only after {@code parse} returned true.
 */
public final class RtpPacket {
  /** Bytes of the fixed header. */
  public static final int MIN_HEADER = 12;

  private static final int ONE_BYTE_PROFILE = 0xBEDE;
  private static final int TWO_BYTE_PROFILE = 0x100;

  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int length;
  private int firstWord;
  private int headerLength;
  private int paddingLength;
  private RtpFailure failure = RtpFailure.NONE;

  private int extensionProfile;
  private int extensionStart;
  private int extensionEnd;
  private int extensionLength;

  private long present;
  private final int[] elementStart = new int[HeaderExtension.count()];
  private final int[] elementLength = new int[HeaderExtension.count()];

  /** A flyweight over nothing yet. */
  public RtpPacket() {}

  /**
   * Reads the fixed header and the bounds of the CSRC list and the header extension. Neither
   * payload nor padding is touched, for both are still encrypted.
   *
   * @param memory holds at least {@code length} bytes at {@code offset}
   * @param length bytes of the packet, with all that SRTP added
   * @return false when this is not RTP; {@link #failure()} says why
   */
  public boolean parse(MemorySegment memory, long offset, int length) {
    this.memory = memory;
    this.offset = offset;
    this.length = length;
    present = 0;
    paddingLength = 0;
    if (length < MIN_HEADER) {
      return fail(RtpFailure.TRUNCATED);
    }
    int word = Bytes.i32(memory, offset);
    if (word >>> 30 != 2) {
      return fail(RtpFailure.BAD_VERSION);
    }
    firstWord = word;
    int header = MIN_HEADER + ((word >>> 22) & 0x3C);
    if (header > length) {
      return fail(RtpFailure.CSRC_OVERRUN);
    }
    extensionProfile = 0;
    extensionStart = header;
    extensionEnd = header;
    if ((word & 1 << 28) != 0) {
      if (header + 4 > length) {
        return fail(RtpFailure.EXTENSION_OVERRUN);
      }
      int profileAndWords = Bytes.i32(memory, offset + header);
      extensionProfile = profileAndWords >>> 16;
      extensionStart = header + 4;
      header += 4 + ((profileAndWords & 0xFFFF) << 2);
      if (header > length) {
        return fail(RtpFailure.EXTENSION_OVERRUN);
      }
      extensionEnd = header;
    }
    headerLength = header;
    failure = RtpFailure.NONE;
    return true;
  }

  /**
   * Takes the packet's length after SRTP removed its tag, and reads the padding (RFC 3550 §5.1: a
   * count from 1 to what is left after the header).
   *
   * @param plainLength bytes of header, payload and padding
   * @return false when the count is impossible or the packet ends within its header
   */
  public boolean decrypted(int plainLength) {
    int rest = plainLength - headerLength;
    if (rest < 0) {
      return fail(RtpFailure.TRUNCATED);
    }
    length = plainLength;
    paddingLength = 0;
    if ((firstWord & 1 << 29) != 0) {
      int count = rest == 0 ? 0 : Bytes.u8(memory, offset + plainLength - 1);
      if (count == 0 || count > rest) {
        return fail(RtpFailure.PADDING_OVERRUN);
      }
      paddingLength = count;
    }
    return true;
  }

  private boolean fail(RtpFailure reason) {
    failure = reason;
    return false;
  }

  /** Why the last {@link #parse} or {@link #decrypted} returned false; NONE if it returned true. */
  public RtpFailure failure() {
    return failure;
  }

  /** Where the packet lies. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where the packet begins. */
  public long offset() {
    return offset;
  }

  /** Bytes of the packet: as given to {@link #parse}, then as given to {@link #decrypted}. */
  public int length() {
    return length;
  }

  /** Bytes of the fixed header, the CSRC list and the header extension. */
  public int headerLength() {
    return headerLength;
  }

  /** The marker: for video the last packet of a frame, for audio the first of a talk spurt. */
  public boolean marker() {
    return (firstWord & 1 << 23) != 0;
  }

  /** The payload type, 0 to 127. */
  public int payloadType() {
    return firstWord >>> 16 & 0x7F;
  }

  /** The sequence number, 0 to 65,535. */
  public int sequenceNumber() {
    return firstWord & 0xFFFF;
  }

  /** The timestamp's 32 bits, in units of the codec's clock. */
  public int timestamp() {
    return Bytes.i32(memory, offset + 4);
  }

  /** The synchronisation source's 32 bits. */
  public int ssrc() {
    return Bytes.i32(memory, offset + 8);
  }

  /** How many contributing sources are named, 0 to 15. */
  public int csrcCount() {
    return firstWord >>> 24 & 0xF;
  }

  /** Where the payload begins. */
  public long payloadOffset() {
    return offset + headerLength;
  }

  /** Bytes of payload without padding; 0 for a packet of padding only. After {@link #decrypted}. */
  public int payloadLength() {
    return length - headerLength - paddingLength;
  }

  /** Bytes of padding with its count, 0 to 255. After {@link #decrypted}. */
  public int paddingLength() {
    return paddingLength;
  }

  /**
   * Finds one header extension element by walking the block (RFC 8285 §4.2, §4.3). An element that
   * runs over the block ends the walk. For more than one look-up use {@link #indexExtensions}.
   *
   * @param id local identifier, 1 to 255
   * @return where the element's data begins, its length then being {@link #extensionLength()}; -1
   *     if there is none
   */
  public long findExtension(int id) {
    int at = extensionStart;
    boolean oneByte = extensionProfile == ONE_BYTE_PROFILE;
    if (!oneByte && extensionProfile >>> 4 != TWO_BYTE_PROFILE) {
      return -1;
    }
    while (at < extensionEnd) {
      int first = Bytes.u8(memory, offset + at++);
      if (first == 0) {
        continue;
      }
      int elementId = first;
      int size;
      if (oneByte) {
        elementId = first >>> 4;
        size = (first & 0xF) + 1;
        // §4.2: 15 is reserved and 0 has no length; either ends the block.
        if (elementId == 0 || elementId == 15) {
          return -1;
        }
      } else {
        if (at == extensionEnd) {
          return -1;
        }
        size = Bytes.u8(memory, offset + at++);
      }
      if (size > extensionEnd - at) {
        return -1;
      }
      if (elementId == id) {
        extensionLength = size;
        return offset + at;
      }
      at += size;
    }
    return -1;
  }

  /** Bytes of the element that {@link #findExtension} found last, 0 to 255. */
  public int extensionLength() {
    return extensionLength;
  }

  /**
   * Walks the header extension once and remembers where each element that the map knows lies, for
   * {@link #has}, {@link #extensionOffset} and {@link #extensionLength(HeaderExtension)}. Of
   * elements with one identifier the first counts.
   *
   * @return false when an element runs over the block; those before it are indexed
   */
  public boolean indexExtensions(HeaderExtensionMap map) {
    present = 0;
    int at = extensionStart;
    int end = extensionEnd;
    boolean oneByte = extensionProfile == ONE_BYTE_PROFILE;
    if (!oneByte && extensionProfile >>> 4 != TWO_BYTE_PROFILE) {
      return true;
    }
    while (at < end) {
      int first = Bytes.u8(memory, offset + at++);
      if (first == 0) {
        continue;
      }
      int id = first;
      int size;
      if (oneByte) {
        id = first >>> 4;
        size = (first & 0xF) + 1;
        if (id == 0 || id == 15) {
          return true;
        }
      } else {
        if (at == end) {
          return false;
        }
        size = Bytes.u8(memory, offset + at++);
      }
      if (size > end - at) {
        return false;
      }
      int index = map.index(id);
      if (index >= 0 && (present >>> index & 1) == 0) {
        present |= 1L << index;
        elementStart[index] = at;
        elementLength[index] = size;
      }
      at += size;
    }
    return true;
  }

  /** The indexed extensions, as {@link HeaderExtension#bit()}s. */
  public long extensionMask() {
    return present;
  }

  /** Whether the extension was found by {@link #indexExtensions}. */
  public boolean has(HeaderExtension extension) {
    return (present & extension.bit()) != 0;
  }

  /** Where the data of an indexed extension begins, or -1. */
  public long extensionOffset(HeaderExtension extension) {
    return has(extension) ? offset + elementStart[extension.index()] : -1;
  }

  /** Bytes of the data of an indexed extension, 0 to 255, or -1. */
  public int extensionLength(HeaderExtension extension) {
    return has(extension) ? elementLength[extension.index()] : -1;
  }

  /**
   * Where the element of the extension with that index begins; only for a bit of {@link
   * #extensionMask()}.
   */
  long elementOffset(int index) {
    return offset + elementStart[index];
  }

  /**
   * Bytes of the element of the extension with that index; only for a bit of {@link
   * #extensionMask()}.
   */
  int elementLength(int index) {
    return elementLength[index];
  }
}
