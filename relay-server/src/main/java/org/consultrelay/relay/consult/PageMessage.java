package org.consultrelay.relay.consult;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * What a page says: one JSON object for all types, of which each uses a few fields.
 *
 * @param type what it is about
 * @param token of {@code hello}: that of the link
 * @param name of {@code hello} and {@code invite}
 * @param visit whom it is about
 * @param linkId which link
 * @param role of {@code invite}
 * @param text of messages
 * @param mode of {@code mode}
 * @param block of {@code remove}
 * @param locked whether nobody new may be let in
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record PageMessage(
    @Nullable String type,
    @Nullable String token,
    @Nullable String name,
    @Nullable String visit,
    @Nullable String linkId,
    @Nullable String role,
    @Nullable String text,
    @Nullable String mode,
    @Nullable Boolean block,
    @Nullable Boolean locked) {
  /** Nothing of it is fit for a log. */
  @Override
  public String toString() {
    return "PageMessage";
  }
}
