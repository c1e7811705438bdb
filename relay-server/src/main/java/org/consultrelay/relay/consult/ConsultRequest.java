package org.consultrelay.relay.consult;

import org.jspecify.annotations.Nullable;

/** What back ends send, one JSON object each. Fields that are not known are refused. */
sealed interface ConsultRequest {
  /**
   * A consultation to be made.
   *
   * @param slot when it is to begin, in ISO 8601 with an offset; now by default
   * @param minutes how long it is planned to take, 60 by default
   * @param clinicianName shown to the patient
   * @param patientName shown to the clinician
   * @param phone what to call when video fails
   * @param urgent whether its room may use the share that is kept for such
   * @param audioOnly whether nobody sends pictures
   */
  record NewConsultation(
      @Nullable String slot,
      @Nullable Integer minutes,
      @Nullable String clinicianName,
      @Nullable String patientName,
      @Nullable String phone,
      @Nullable Boolean urgent,
      @Nullable Boolean audioOnly)
      implements ConsultRequest {}

  /**
   * A link to be made.
   *
   * @param role {@code clinician}, {@code patient} or {@code guest}
   * @param name of its bearer
   */
  record NewLink(@Nullable String role, @Nullable String name) implements ConsultRequest {}
}
