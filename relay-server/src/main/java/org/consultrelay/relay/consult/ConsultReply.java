package org.consultrelay.relay.consult;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** What back ends are answered, one JSON object each. Times are in ISO 8601. */
sealed interface ConsultReply {
  /** A link, with what must be sent to nobody but its bearer. */
  record NewLink(String link, String token, String linkId) implements ConsultReply {
    /** Without the token. */
    @Override
    public String toString() {
      return "NewLink[" + linkId + "]";
    }
  }

  /** A consultation that was made. */
  record Made(
      String id, String room, String opensAt, String endsAt, NewLink clinician, NewLink patient)
      implements ConsultReply {}

  /** How a consultation stands, without secrets. */
  record Standing(
      String id,
      String room,
      String state,
      String slot,
      String opensAt,
      String endsAt,
      boolean locked,
      boolean urgent,
      boolean audioOnly,
      List<ServiceMessage.Waits> waiting,
      List<ServiceMessage.Present> present,
      List<ServiceMessage.LinkState> links)
      implements ConsultReply {}

  /** It is done, and there is nothing to say. */
  record Nothing() implements ConsultReply {}

  /** What could not be done. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Problem(String code, String message) implements ConsultReply {}
}
