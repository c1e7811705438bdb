package org.consultrelay.relay.sdp;

/** What the relay says about discontinuous transmission of Opus, {@code usedtx} (RFC 7587 §6.1). */
public enum OpusDtx {
  /** Says {@code usedtx=1} when the peer did. */
  MIRROR,
  /** Always says {@code usedtx=1}: asks the sender to save packets in silence. */
  REQUEST,
  /** Never says it. */
  OFF
}
