package org.consultrelay.load.profile;

import java.io.Serial;

/** A profile that cannot be read; the message is one line that says where and what. */
public final class ProfileException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  ProfileException(String message) {
    super(message);
  }
}
