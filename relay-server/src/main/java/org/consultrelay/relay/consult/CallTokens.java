package org.consultrelay.relay.consult;

import java.time.Duration;
import java.util.Optional;
import org.consultrelay.relay.api.Grants;

/** Makes the tokens with which people enter rooms. Any thread. */
@FunctionalInterface
public interface CallTokens {
  /** A token signed with the secret that an API key has now; empty when there is no such key. */
  Optional<String> issue(String apiKey, Grants grants, Duration validity);
}
