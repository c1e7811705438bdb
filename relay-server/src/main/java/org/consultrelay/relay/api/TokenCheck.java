package org.consultrelay.relay.api;

/** What came of checking a token. */
public sealed interface TokenCheck permits VerifiedToken, TokenRefusal {}
