package org.consultrelay.relay.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.consultrelay.relay.wire.HmacSha1;

/**
 * AES in counter mode with HMAC-SHA1 cut to 80 bits (RFC 3711 sections 4.1.1 and 4.2.1), in Java.
 *
 * <p>The JCE's own CTR and HMAC allocate for each packet, so both are built here from what does
 * not: single AES blocks make the key stream, and two runs of SHA-1 make the HMAC.
 */
final class AesCmHmacSha1 extends PacketCipher {
  private static final int TAG_LENGTH = 10;
  private static final int INDEX_LENGTH = SrtpProfile.RTCP_INDEX_LENGTH;
  private static final VarHandle BIG_ENDIAN_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle BIG_ENDIAN_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /**
   * Working space, one per thread and not per key: a loop with hundreds of subscribers then keeps
   * these few kilobytes in its nearest cache.
   */
  private static final class Scratch {
    static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    // XOR goes by whole longs and the tag's extra word by four bytes: both may run past the packet.
    final byte[] packet = new byte[SrtpSender.MAX_PACKET_LENGTH + 16];
    final byte[] counters = new byte[SrtpSender.MAX_PACKET_LENGTH + 16];
    final byte[] keystream = new byte[SrtpSender.MAX_PACKET_LENGTH + 16];
    final byte[] digest = new byte[HmacSha1.LENGTH];
    final MessageDigest sha1 = HmacSha1.sha1();
  }

  private final Cipher aes;
  private final long saltHigh;
  private final long saltLow;
  private final HmacSha1 hmac;

  @SuppressWarnings("InsecureCryptoUsage") // counter mode is built from single blocks here
  AesCmHmacSha1(SessionKey key) {
    try {
      aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key.cipherKey(), "AES"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES", e);
    }
    // 14 bytes of salt, then the 16 bits that count blocks.
    ByteBuffer salt = ByteBuffer.wrap(Arrays.copyOf(key.salt(), 16));
    saltHigh = salt.getLong();
    saltLow = salt.getLong();
    hmac = new HmacSha1(key.authenticationKey());
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
    Scratch scratch = Scratch.OF_THREAD.get();
    byte[] packet = scratch.packet;
    int length = headerLength + payloadLength;
    copyIn(target, targetOffset, packet, 0, headerLength);
    copyIn(source, payloadOffset, packet, headerLength, payloadLength);
    crypt(scratch, headerLength, payloadLength, ssrc, index);
    authenticate(scratch, length, (int) (index >>> 16));
    // The roll-over counter is authenticated but does not travel: the tag takes its place.
    System.arraycopy(scratch.digest, 0, packet, length, TAG_LENGTH);
    copyOut(packet, headerLength, target, targetOffset + headerLength, payloadLength + TAG_LENGTH);
    return length + TAG_LENGTH;
  }

  @Override
  boolean openRtp(
      MemorySegment memory, long offset, int length, int headerLength, int ssrc, long index) {
    Scratch scratch = Scratch.OF_THREAD.get();
    int plain = length - TAG_LENGTH;
    copyIn(memory, offset, scratch.packet, 0, plain);
    authenticate(scratch, plain, (int) (index >>> 16));
    if (!tagMatches(scratch, memory, offset + plain)) {
      return false;
    }
    crypt(scratch, headerLength, plain - headerLength, ssrc, index);
    copyOut(scratch.packet, headerLength, memory, offset + headerLength, plain - headerLength);
    return true;
  }

  @Override
  int sealRtcp(MemorySegment memory, long offset, int length, int ssrc, int indexWord) {
    Scratch scratch = Scratch.OF_THREAD.get();
    byte[] packet = scratch.packet;
    copyIn(memory, offset, packet, 0, length);
    crypt(scratch, RTCP_HEADER_LENGTH, length - RTCP_HEADER_LENGTH, ssrc, indexWord & 0x7FFF_FFFFL);
    authenticate(scratch, length, indexWord);
    System.arraycopy(scratch.digest, 0, packet, length + INDEX_LENGTH, TAG_LENGTH);
    int total = length + INDEX_LENGTH + TAG_LENGTH;
    copyOut(
        packet,
        RTCP_HEADER_LENGTH,
        memory,
        offset + RTCP_HEADER_LENGTH,
        total - RTCP_HEADER_LENGTH);
    return total;
  }

  @Override
  boolean openRtcp(MemorySegment memory, long offset, int length, int ssrc, int indexWord) {
    Scratch scratch = Scratch.OF_THREAD.get();
    int plain = rtcpIndexPosition(length);
    copyIn(memory, offset, scratch.packet, 0, plain);
    authenticate(scratch, plain, indexWord);
    if (!tagMatches(scratch, memory, offset + plain + INDEX_LENGTH)) {
      return false;
    }
    if (indexWord < 0) {
      int payload = plain - RTCP_HEADER_LENGTH;
      crypt(scratch, RTCP_HEADER_LENGTH, payload, ssrc, indexWord & 0x7FFF_FFFFL);
      copyOut(scratch.packet, RTCP_HEADER_LENGTH, memory, offset + RTCP_HEADER_LENGTH, payload);
    }
    return true;
  }

  @Override
  int rtcpIndexPosition(int length) {
    return length - TAG_LENGTH - INDEX_LENGTH;
  }

  @Override
  public void close() {
    hmac.erase();
  }

  /** XORs the key stream of a packet over {@code length} bytes of the scratch packet. */
  private void crypt(Scratch scratch, int from, int length, int ssrc, long index) {
    int blocks = (length + 15) >>> 4;
    keystream(
        scratch.counters,
        scratch.keystream,
        saltHigh ^ (ssrc & 0xFFFF_FFFFL),
        saltLow ^ (index << 16),
        blocks);
    byte[] packet = scratch.packet;
    byte[] keystream = scratch.keystream;
    for (int i = 0; i < length; i += Long.BYTES) {
      LONG.set(packet, from + i, (long) LONG.get(packet, from + i) ^ (long) LONG.get(keystream, i));
    }
  }

  /**
   * Makes key stream from the counter blocks {@code high, low}, {@code high, low + 1} and so on.
   *
   * @param counters working space of 16 bytes a block
   * @param keystream where to; another array, for AES over one array makes the JCE copy it
   */
  void keystream(byte[] counters, byte[] keystream, long high, long low, int blocks) {
    for (int block = 0; block < blocks; block++) {
      BIG_ENDIAN_LONG.set(counters, block << 4, high);
      BIG_ENDIAN_LONG.set(counters, (block << 4) + 8, low + block);
    }
    try {
      int made = aes.update(counters, 0, blocks << 4, keystream, 0);
      if (made != blocks << 4) {
        throw new IllegalStateException("AES kept blocks back");
      }
    } catch (ShortBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** HMAC over the first {@code length} bytes of the scratch packet and a word put behind them. */
  private void authenticate(Scratch scratch, int length, int word) {
    BIG_ENDIAN_INT.set(scratch.packet, length, word);
    hmac.compute(scratch.sha1, scratch.packet, 0, length + Integer.BYTES, scratch.digest, 0);
  }

  /** Compares all bytes whatever the first ones say, so that time tells nothing. */
  private static boolean tagMatches(Scratch scratch, MemorySegment memory, long tagOffset) {
    int difference = 0;
    for (int i = 0; i < TAG_LENGTH; i++) {
      difference |= scratch.digest[i] ^ memory.get(ValueLayout.JAVA_BYTE, tagOffset + i);
    }
    return difference == 0;
  }

  private static void copyIn(
      MemorySegment memory, long offset, byte[] packet, int position, int length) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, packet, position, length);
  }

  private static void copyOut(
      byte[] packet, int position, MemorySegment memory, long offset, int length) {
    MemorySegment.copy(packet, position, memory, ValueLayout.JAVA_BYTE, offset, length);
  }
}
