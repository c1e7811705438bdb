package org.consultrelay.relay.srtp;

import org.jspecify.annotations.Nullable;

/**
 * The SRTP protection profiles that the relay speaks, with the parameters that RFC 5764 section
 * 4.1.2 and RFC 7714 section 14.2 give them. In order of preference.
 */
public enum SrtpProfile {
  /** AES-128 in Galois/counter mode, 16-byte tag (RFC 7714). */
  AEAD_AES_128_GCM(0x0007, 12, 16, 16),

  /** AES-128 in counter mode with an 80-bit HMAC-SHA1 tag (RFC 3711). */
  AES_CM_128_HMAC_SHA1_80(0x0001, 14, 10, 10);

  /** Bytes of the SRTCP word that holds the E flag and the index, in every profile. */
  static final int RTCP_INDEX_LENGTH = 4;

  private final int id;
  private final int saltLength;
  private final int rtpTagLength;
  private final int rtcpTagLength;

  SrtpProfile(int id, int saltLength, int rtpTagLength, int rtcpTagLength) {
    this.id = id;
    this.saltLength = saltLength;
    this.rtpTagLength = rtpTagLength;
    this.rtcpTagLength = rtcpTagLength;
  }

  /** The number of the profile in the {@code use_srtp} extension of DTLS. */
  public int id() {
    return id;
  }

  /** The length of the master key and of the session cipher keys, in bytes. */
  public int keyLength() {
    return 16;
  }

  /** The length of the master salt and of the session salts, in bytes. */
  public int saltLength() {
    return saltLength;
  }

  /** How many bytes longer an SRTP packet is than the RTP packet in it. */
  public int rtpTagLength() {
    return rtpTagLength;
  }

  /** How many bytes longer an SRTCP packet is than the RTCP packet in it: tag and index. */
  public int rtcpTrailerLength() {
    return rtcpTagLength + RTCP_INDEX_LENGTH;
  }

  /** The profile with this number in {@code use_srtp}, or null when the relay does not speak it. */
  public static @Nullable SrtpProfile of(int id) {
    for (SrtpProfile profile : values()) {
      if (profile.id == id) {
        return profile;
      }
    }
    return null;
  }
}
