package org.consultrelay.relay.api;

import java.util.concurrent.atomic.LongAdder;

/** What became of the tokens of one API key. Any thread. */
public final class KeyUses {
  private final LongAdder taken = new LongAdder();
  private final LongAdder notCovered = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /** Tokens that were good. */
  public long taken() {
    return taken.sum();
  }

  /** Tokens for rooms that are another tenant's. */
  public long notCovered() {
    return notCovered.sum();
  }

  /** Tokens that were refused for anything else: signature, times, claims. */
  public long refused() {
    return refused.sum();
  }

  void count(TokenCheck check) {
    switch (check) {
      case VerifiedToken _ -> taken.increment();
      case TokenRefusal(TokenRefusal.Reason reason, String _) -> {
        if (reason == TokenRefusal.Reason.NOT_COVERED) {
          notCovered.increment();
        } else {
          refused.increment();
        }
      }
    }
  }
}
