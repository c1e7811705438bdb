package org.consultrelay.relay.config;

/** Whether tracks must be encrypted from end to end. */
public enum EncryptionChoice {
  /** Publishers choose. */
  OPTIONAL,
  /** Tracks that are not are refused. */
  REQUIRED
}
