package org.consultrelay.relay.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.consultrelay.relay.wire.Bytes;

/**
 * AES-128-GCM (RFC 7714) in libcrypto. Works on the addresses of packets: memory must be native,
 * and what a call will touch is checked against the segment's size before the library is let loose
 * on it.
 */
final class AesGcm extends PacketCipher {
  private static final int TAG_LENGTH = 16;
  private static final int INDEX_LENGTH = SrtpProfile.RTCP_INDEX_LENGTH;

  /** Where the library reads the IV and writes how much it wrote; one per thread, always warm. */
  private static final class Scratch {
    static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    final MemorySegment iv = Arena.ofAuto().allocate(32, 16);
    final long ivAddress = iv.address();
    final long written = iv.address() + 16;
  }

  private final long context;
  private final long saltHigh;
  private final int saltLow;

  AesGcm(SessionKey key, boolean seals) {
    ByteBuffer salt = ByteBuffer.wrap(key.salt());
    saltHigh = salt.getLong();
    saltLow = salt.getInt();
    context = Libcrypto.newAes128Gcm(key.cipherKey(), seals);
  }

  @Override
  int sealRtp(
      MemorySegment target,
      long targetOffset,
      int headerLength,
      MemorySegment source,
      long payloadOffset,
      int payloadLength,
      int ssrc,
      long index) {
    int length = headerLength + payloadLength;
    long header = address(target, targetOffset, length + TAG_LENGTH);
    long payload = address(source, payloadOffset, payloadLength);
    long out = header + headerLength;
    Scratch scratch = withIv(ssrc, index);
    long written = scratch.written;
    boolean done =
        Libcrypto.encryptInit(context, scratch.ivAddress)
            && Libcrypto.encryptUpdate(context, 0, written, header, headerLength)
            && Libcrypto.encryptUpdate(context, out, written, payload, payloadLength)
            && Libcrypto.encryptFinal(context, out, written)
            && Libcrypto.getTag(context, TAG_LENGTH, header + length);
    return sealed(done, length + TAG_LENGTH);
  }

  @Override
  boolean openRtp(
      MemorySegment memory, long offset, int length, int headerLength, int ssrc, long index) {
    long header = address(memory, offset, length);
    long payload = header + headerLength;
    int payloadLength = length - headerLength - TAG_LENGTH;
    Scratch scratch = withIv(ssrc, index);
    long written = scratch.written;
    boolean done =
        Libcrypto.decryptInit(context, scratch.ivAddress)
            && Libcrypto.decryptUpdate(context, 0, written, header, headerLength)
            && Libcrypto.decryptUpdate(context, payload, written, payload, payloadLength)
            && Libcrypto.setTag(context, TAG_LENGTH, payload + payloadLength);
    return done && Libcrypto.decryptFinal(context, payload, written);
  }

  // The index word goes into the additional authenticated data, behind the header, and travels
  // behind the tag (RFC 7714 section 9.2).
  @Override
  int sealRtcp(MemorySegment memory, long offset, int length, int ssrc, int indexWord) {
    long header = address(memory, offset, length + TAG_LENGTH + INDEX_LENGTH);
    Bytes.put32(memory, offset + length + TAG_LENGTH, indexWord);
    long word = header + length + TAG_LENGTH;
    long payload = header + RTCP_HEADER_LENGTH;
    int payloadLength = length - RTCP_HEADER_LENGTH;
    Scratch scratch = withIv(ssrc, indexWord & 0x7FFF_FFFFL);
    long written = scratch.written;
    boolean done =
        Libcrypto.encryptInit(context, scratch.ivAddress)
            && Libcrypto.encryptUpdate(context, 0, written, header, RTCP_HEADER_LENGTH)
            && Libcrypto.encryptUpdate(context, 0, written, word, INDEX_LENGTH)
            && Libcrypto.encryptUpdate(context, payload, written, payload, payloadLength)
            && Libcrypto.encryptFinal(context, payload, written)
            && Libcrypto.getTag(context, TAG_LENGTH, header + length);
    return sealed(done, length + TAG_LENGTH + INDEX_LENGTH);
  }

  @Override
  boolean openRtcp(MemorySegment memory, long offset, int length, int ssrc, int indexWord) {
    long header = address(memory, offset, length);
    long word = header + rtcpIndexPosition(length);
    long tag = word - TAG_LENGTH;
    // Without the E flag all of the packet is in the clear, and all of it authenticated only.
    int plain = length - TAG_LENGTH - INDEX_LENGTH;
    int clear = indexWord < 0 ? RTCP_HEADER_LENGTH : plain;
    long payload = header + clear;
    Scratch scratch = withIv(ssrc, indexWord & 0x7FFF_FFFFL);
    long written = scratch.written;
    boolean done =
        Libcrypto.decryptInit(context, scratch.ivAddress)
            && Libcrypto.decryptUpdate(context, 0, written, header, clear)
            && Libcrypto.decryptUpdate(context, 0, written, word, INDEX_LENGTH)
            && Libcrypto.decryptUpdate(context, payload, written, payload, plain - clear)
            && Libcrypto.setTag(context, TAG_LENGTH, tag);
    return done && Libcrypto.decryptFinal(context, payload, written);
  }

  @Override
  int rtcpIndexPosition(int length) {
    return length - INDEX_LENGTH;
  }

  @Override
  public void close() {
    Libcrypto.free(context);
  }

  /** Sets the IV: two zero bytes, SSRC, 48 bits of index, XOR salt (RFC 7714 sections 8.1, 9.1). */
  private Scratch withIv(int ssrc, long index) {
    Scratch scratch = Scratch.OF_THREAD.get();
    Bytes.put64(scratch.iv, 0, saltHigh ^ ((ssrc & 0xFFFF_FFFFL) << 16 | index >>> 32));
    Bytes.put32(scratch.iv, 8, saltLow ^ (int) index);
    return scratch;
  }

  private static int sealed(boolean done, int length) {
    if (!done) {
      // Out must never go a packet that is half encrypted.
      throw new IllegalStateException("libcrypto did not encrypt");
    }
    return length;
  }

  private static long address(MemorySegment memory, long offset, int length) {
    Objects.checkFromIndexSize(offset, length, memory.byteSize());
    if (!memory.isNative()) {
      throw new IllegalArgumentException("packets must be in native memory");
    }
    return memory.address() + offset;
  }
}
