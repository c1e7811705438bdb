package org.consultrelay.relay.api;

import java.time.Instant;

/**
 * A token whose signature, algorithm and times have been checked.
 *
 * @param apiKey whose secret signed it
 * @param grants what it says
 * @param expiresAt its claim {@code exp}; it is taken for up to a minute longer
 */
public record VerifiedToken(String apiKey, Grants grants, Instant expiresAt)
    implements TokenCheck {}
