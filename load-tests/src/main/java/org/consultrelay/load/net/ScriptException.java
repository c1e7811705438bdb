package org.consultrelay.load.net;

import java.io.Serial;

/** A script that cannot be read; the message is one line that says where and what. */
public final class ScriptException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  ScriptException(String message) {
    super(message);
  }
}
