package org.consultrelay.relay.dtls;

/** The numbers of DTLS 1.2's record and handshake headers (RFC 6347 §4.1, §4.2.2). */
final class Records {
  /** Bytes before a record's content: type, version, epoch, sequence number, length. */
  static final int HEADER = 13;

  /** Bytes before a handshake fragment: type, length, message sequence, offset, fragment length. */
  static final int MESSAGE_HEADER = 12;

  static final int CHANGE_CIPHER_SPEC = 20;
  static final int ALERT = 21;
  static final int HANDSHAKE = 22;
  static final int APPLICATION_DATA = 23;

  /** The wire form of DTLS 1.0, which first flights carry for the sake of old servers. */
  static final int VERSION_1_0 = 0xFEFF;

  static final int VERSION_1_2 = 0xFEFD;

  static final int CLIENT_HELLO = 1;
  static final int SERVER_HELLO = 2;
  static final int HELLO_VERIFY_REQUEST = 3;
  static final int NEW_SESSION_TICKET = 4;
  static final int CERTIFICATE = 11;
  static final int SERVER_KEY_EXCHANGE = 12;
  static final int CERTIFICATE_REQUEST = 13;
  static final int SERVER_HELLO_DONE = 14;
  static final int CERTIFICATE_VERIFY = 15;
  static final int CLIENT_KEY_EXCHANGE = 16;
  static final int CERTIFICATE_STATUS = 22;

  /** The most that one of the fragments we make holds, so that a record fits any datagram. */
  static final int FRAGMENT = 1_024;

  private Records() {}

  /** A ChangeCipherSpec record. */
  static byte[] changeCipherSpec(long sequence) {
    byte[] record = new byte[HEADER + 1];
    header(record, CHANGE_CIPHER_SPEC, sequence, 1);
    record[HEADER] = 1;
    return record;
  }

  /** A record that holds one fragment of a handshake message. */
  static byte[] fragment(HandshakeMessage message, int offset, int length, long sequence) {
    byte[] record = new byte[HEADER + MESSAGE_HEADER + length];
    header(record, HANDSHAKE, sequence, MESSAGE_HEADER + length);
    int at = HEADER;
    record[at] = (byte) message.type();
    put24(record, at + 1, message.body().length);
    put16(record, at + 4, message.sequence());
    put24(record, at + 6, offset);
    put24(record, at + 9, length);
    System.arraycopy(message.body(), offset, record, at + MESSAGE_HEADER, length);
    return record;
  }

  /** The content type of a whole record. */
  static int type(byte[] record, int offset) {
    return record[offset] & 0xFF;
  }

  /** The epoch of a whole record. */
  static int epoch(byte[] record) {
    return (record[3] & 0xFF) << 8 | (record[4] & 0xFF);
  }

  private static void header(byte[] record, int type, long sequence, int length) {
    record[0] = (byte) type;
    put16(record, 1, VERSION_1_2);
    put16(record, 5, (int) (sequence >>> 32));
    put16(record, 7, (int) (sequence >>> 16));
    put16(record, 9, (int) sequence);
    put16(record, 11, length);
  }

  private static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  private static void put24(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 16);
    put16(bytes, at + 1, value);
  }
}
