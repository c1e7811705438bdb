package org.consultrelay.relay.consult;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** What a link lets its bearer be in one consultation. */
public enum Role {
  /** Lets others in and puts them out. */
  CLINICIAN,
  /** Waits to be let in. */
  PATIENT,
  /** Waits to be let in, too: an interpreter, a relative. */
  GUEST;

  /** The word for it in messages. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What identities in the room begin with. */
  String prefix() {
    return word().charAt(0) + "-";
  }

  /** The role of a word. */
  static Optional<Role> of(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
