package org.consultrelay.relay.consult;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VideoGrant;

/** What people may do in the room, by their role. */
final class CallGrants {
  private static final String MICROPHONE = "microphone";
  private static final String CAMERA = "camera";

  private CallGrants() {}

  /** For one who has been let in. Nobody may change their own name or role. */
  static Grants of(Terms terms, Effect.LetIn person) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("role", person.role().word());
    if (terms.urgent()) {
      attributes.put("urgent", "true");
    }
    return new Grants(
        person.identity(),
        person.name(),
        "",
        attributes,
        "",
        new VideoGrant(
            terms.room(),
            true,
            true,
            true,
            true,
            sources(person.role(), terms.audioOnly()),
            false,
            false,
            false,
            false,
            false,
            false,
            false,
            false,
            false,
            ""));
  }

  private static List<String> sources(Role role, boolean audioOnly) {
    if (audioOnly) {
      return List.of(MICROPHONE);
    }
    return role == Role.CLINICIAN
        ? List.of(CAMERA, MICROPHONE, "screen_share", "screen_share_audio")
        : List.of(CAMERA, MICROPHONE);
  }
}
