package org.consultrelay.relay.sctp;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.HmacSha1;
import org.jspecify.annotations.Nullable;

/**
 * All that an association needs to come up, carried by the peer and authenticated with a key that
 * only we have (RFC 9260 §5.1.3).
 *
 * @param createdNanos when it was made
 * @param localTag our tag of the association that it makes
 * @param localTsn our initial TSN
 * @param localTie our tag of an association that existed then, or 0 (RFC 9260 §5.2.2)
 * @param peerTie the peer's
 * @param peer what the peer's INIT said
 */
record StateCookie(
    long createdNanos, int localTag, int localTsn, int localTie, int peerTie, Peer peer) {
  /** What a side said of itself in its INIT or INIT ACK. */
  record Peer(
      int tag,
      long window,
      int outStreams,
      int inStreams,
      int firstTsn,
      boolean forwardTsn,
      boolean reconfig) {
    static Peer of(InitChunk init) {
      return new Peer(
          init.tag(),
          init.window(),
          init.outStreams(),
          init.inStreams(),
          init.firstTsn(),
          init.forwardTsn(),
          init.reconfig());
    }
  }

  private static final int BODY = 41;
  private static final int LENGTH = BODY + HmacSha1.LENGTH;

  /** The key that authenticates cookies. */
  static final class Key {
    private final HmacSha1 hmac;
    private final MessageDigest sha1 = HmacSha1.sha1();

    Key(RandomGenerator random) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      hmac = new HmacSha1(key);
    }

    byte[] seal(StateCookie cookie) {
      byte[] bytes = new byte[LENGTH];
      cookie.write(MemorySegment.ofArray(bytes));
      hmac.compute(sha1, bytes, 0, BODY, bytes, BODY);
      return bytes;
    }

    /** The cookie, or null if it is not one of ours. */
    @Nullable StateCookie open(byte[] bytes) {
      if (bytes.length != LENGTH) {
        return null;
      }
      byte[] code = new byte[HmacSha1.LENGTH];
      hmac.compute(sha1, bytes, 0, BODY, code, 0);
      int difference = 0;
      for (int i = 0; i < code.length; i++) {
        difference |= code[i] ^ bytes[BODY + i];
      }
      return difference == 0 ? read(MemorySegment.ofArray(bytes)) : null;
    }
  }

  private void write(MemorySegment to) {
    Bytes.put64(to, 0, createdNanos);
    Bytes.put32(to, 8, localTag);
    Bytes.put32(to, 12, localTsn);
    Bytes.put32(to, 16, localTie);
    Bytes.put32(to, 20, peerTie);
    Bytes.put32(to, 24, peer.tag);
    Bytes.put32(to, 28, (int) peer.window);
    Bytes.put16(to, 32, peer.outStreams);
    Bytes.put16(to, 34, peer.inStreams);
    Bytes.put32(to, 36, peer.firstTsn);
    Bytes.put8(to, 40, (peer.forwardTsn ? 1 : 0) | (peer.reconfig ? 2 : 0));
  }

  private static StateCookie read(MemorySegment from) {
    int flags = Bytes.u8(from, 40);
    return new StateCookie(
        Bytes.i64(from, 0),
        Bytes.i32(from, 8),
        Bytes.i32(from, 12),
        Bytes.i32(from, 16),
        Bytes.i32(from, 20),
        new Peer(
            Bytes.i32(from, 24),
            Bytes.u32(from, 28),
            Bytes.u16(from, 32),
            Bytes.u16(from, 34),
            Bytes.i32(from, 36),
            (flags & 1) != 0,
            (flags & 2) != 0));
  }
}
