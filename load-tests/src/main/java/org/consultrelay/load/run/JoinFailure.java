package org.consultrelay.load.run;

import java.io.Serial;

/** A participant could not come in, or could not play somebody; the message is a short reason. */
final class JoinFailure extends Exception {
  @Serial private static final long serialVersionUID = 1;

  JoinFailure(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    String reason = getMessage();
    return reason == null ? "unknown" : reason;
  }
}
