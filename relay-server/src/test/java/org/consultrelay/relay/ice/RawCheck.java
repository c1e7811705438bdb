package org.consultrelay.relay.ice;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Messages that our own writer does not write, made byte by byte. */
final class RawCheck {
  private RawCheck() {}

  /** Adds an empty attribute and MESSAGE-INTEGRITY to a message that has neither. */
  static byte[] withUnknownAttribute(byte[] message, int type, String password)
      throws GeneralSecurityException {
    int end = message.length + 4;
    ByteBuffer buffer = ByteBuffer.allocate(end + 24).put(message);
    buffer.putShort(2, (short) (end + 24 - 20));
    buffer.putShort((short) type).putShort((short) 0);
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "x"));
    mac.update(buffer.array(), 0, end);
    buffer.putShort((short) 8).putShort((short) 20).put(mac.doFinal());
    return buffer.array();
  }

  /** Adds an empty attribute to a message without integrity and fingerprint. */
  static byte[] withAttribute(byte[] message, int type) {
    ByteBuffer buffer = ByteBuffer.allocate(message.length + 4).put(message);
    buffer.putShort((short) type).putShort((short) 0);
    return buffer.putShort(2, (short) (message.length + 4 - 20)).array();
  }

  /** A copy with its last attribute, FINGERPRINT, made right. */
  static byte[] refingerprinted(byte[] message) {
    byte[] copy = message.clone();
    CRC32 crc = new CRC32();
    crc.update(copy, 0, copy.length - 8);
    ByteBuffer.wrap(copy).putInt(copy.length - 4, (int) crc.getValue() ^ 0x5354554E);
    return copy;
  }
}
