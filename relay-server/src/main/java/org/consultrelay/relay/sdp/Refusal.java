package org.consultrelay.relay.sdp;

/**
 * Why a whole exchange, or one section of it, came to nothing.
 *
 * @param reason for code and metrics
 * @param text for the user: one plain sentence saying what is missing; quotes at most a few
 *     printable characters of the peer's
 */
public record Refusal(RefusalReason reason, String text) implements AnswerResult, ApplyResult {}
