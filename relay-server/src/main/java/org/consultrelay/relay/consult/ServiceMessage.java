package org.consultrelay.relay.consult;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the service says to a page: one JSON object each, its type in the key {@code type}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface ServiceMessage {
  /** Times are in ISO 8601. */
  record About(
      String opensAt,
      String endsAt,
      String state,
      boolean locked,
      boolean audioOnly,
      boolean urgent) {}

  /**
   * Somebody has come by their link.
   *
   * @param phone what to call when video fails, told early since the line may be down then; empty
   *     when nobody has said
   */
  @JsonTypeName("welcome")
  record Welcome(
      String role,
      String visit,
      String name,
      About consultation,
      String phone,
      @Nullable List<String> others)
      implements ServiceMessage {}

  /** Where one who waits stands; the first has position 1. */
  @JsonTypeName("waiting")
  record Waiting(int position, int of, String since, boolean clinicianPresent, boolean locked)
      implements ServiceMessage {}

  /** Words of the clinician to one who waits. */
  @JsonTypeName("message")
  record Message(String text, String at) implements ServiceMessage {}

  /** The way into the room. An empty URL is the host that the page came from. */
  @JsonTypeName("admitted")
  record Admitted(String url, String token, String room, String mode) implements ServiceMessage {
    /** Without the token. */
    @Override
    public String toString() {
      return "Admitted[" + mode + "]";
    }
  }

  /** Who is there, for clinicians. */
  @JsonTypeName("people")
  record People(
      List<Waits> waiting, List<Present> present, List<LinkState> links, boolean locked)
      implements ServiceMessage {}

  /** One who waits. */
  record Waits(
      String visit, String role, String name, String since, int position, boolean connected) {}

  /** One who has been let in. */
  record Present(
      String visit, String role, String name, String since, String mode, boolean connected) {}

  /** A link that is good. */
  record LinkState(String linkId, String role, String name, boolean used) {}

  /** A link that has just been made. */
  @JsonTypeName("invited")
  record Invited(String linkId, String link, String token, String role, String name)
      implements ServiceMessage {
    /** Without the token. */
    @Override
    public String toString() {
      return "Invited[" + linkId + "]";
    }
  }

  /** What to call when video fails; empty when nobody has said. */
  @JsonTypeName("phone")
  record Phone(String number) implements ServiceMessage {}

  /** How somebody else takes part now. */
  @JsonTypeName("mode")
  record Mode(String visit, String name, String mode) implements ServiceMessage {}

  /** The visit is over; the line is closed after it. */
  @JsonTypeName("ended")
  record Ended(EndReason reason) implements ServiceMessage {}

  /** The answer to a ping. */
  @JsonTypeName("pong")
  record Pong() implements ServiceMessage {}

  /**
   * What could not be done.
   *
   * @param retryAfter seconds after which another try is worth it
   * @param opensAt when the consultation opens, for those who are too early
   */
  @JsonTypeName("error")
  record Fault(String code, String message, @Nullable Integer retryAfter, @Nullable String opensAt)
      implements ServiceMessage {
    static Fault of(ConsultRefusal refusal) {
      return new Fault(
          refusal.code().word(),
          refusal.text(),
          refusal.retryAfterSeconds() == 0 ? null : refusal.retryAfterSeconds(),
          refusal.opensAt() == 0 ? null : Words.time(refusal.opensAt()));
    }
  }
}
