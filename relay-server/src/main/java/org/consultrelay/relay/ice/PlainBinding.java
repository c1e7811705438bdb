package org.consultrelay.relay.ice;

import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunClass;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.stun.UnauthenticatedBudget.Decision;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Answers "what is my address?" (RFC 8489 §11's stateless Binding) within an {@link
 * UnauthenticatedBudget}, and counts. The answer is the shortest there is: 32 bytes to an IPv4
 * address, which is 1.6 times the shortest request; 44 bytes to an IPv6 address, so there a request
 * must have 28 bytes or is left unanswered. What names a user is not answered here at all: no 401,
 * no 420. One thread.
 */
public final class PlainBinding {
  private final UnauthenticatedBudget budget;
  private long answered;
  private long amplifying;
  private long sourceSpent;
  private long loopSpent;
  private long refused;

  /** Answers within a budget. */
  public PlainBinding(UnauthenticatedBudget budget) {
    this.budget = budget;
  }

  /**
   * The response to a request that belongs to no agent.
   *
   * @return null when nothing is to be sent
   */
  public byte @Nullable [] answer(StunMessage request, TransportAddress from, long nowNanos) {
    if (!request.is(StunMethod.BINDING, StunClass.REQUEST)
        || request.integrityAlgorithm() != null
        || request.has(Username.class)
        || !request.unknownRequired().isEmpty()) {
      refused++;
      return null;
    }
    Decision decision = budget.ask(from, request.length(), from.isIpv4() ? 32 : 44, nowNanos);
    switch (decision) {
      case ANSWER -> answered++;
      case AMPLIFIES -> amplifying++;
      case SOURCE_SPENT -> sourceSpent++;
      case LOOP_SPENT -> loopSpent++;
    }
    return decision == Decision.ANSWER
        ? StunWriter.success(request).add(new XorMappedAddress(from)).plain()
        : null;
  }

  /** How many plain Binding requests met with this decision. */
  public long count(Decision decision) {
    return switch (decision) {
      case ANSWER -> answered;
      case AMPLIFIES -> amplifying;
      case SOURCE_SPENT -> sourceSpent;
      case LOOP_SPENT -> loopSpent;
    };
  }

  /** How many messages were not plain Binding requests. */
  public long refused() {
    return refused;
  }
}
