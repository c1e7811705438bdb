package org.consultrelay.relay.ops;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What came of reading the configuration again.
 *
 * @param mistakes what is wrong, one line each; then nothing was applied
 * @param applied the keys whose change is in force now
 * @param restart the keys that have other values than at the start and need a restart
 */
public record Reloaded(List<String> mistakes, List<String> applied, List<String> restart) {
  /** Copies the lists. */
  public Reloaded {
    mistakes = List.copyOf(mistakes);
    applied = List.copyOf(applied);
    restart = List.copyOf(restart);
  }

  /** It cannot be used. */
  public static Reloaded wrong(List<String> mistakes) {
    return new Reloaded(mistakes, List.of(), List.of());
  }

  /** Whether it was good. */
  public boolean isGood() {
    return mistakes.isEmpty();
  }

  JsonObject json() {
    return isGood()
        ? new JsonObject()
            .put("applied", new JsonArray(applied))
            .put("restart", new JsonArray(restart))
        : new JsonObject().put("mistakes", new JsonArray(mistakes));
  }

  /** In one line, for the log. */
  @Override
  public String toString() {
    if (!isGood()) {
      return String.join("; ", mistakes);
    }
    String done = applied.isEmpty() ? "nothing to apply" : "applied " + String.join(", ", applied);
    return restart.isEmpty()
        ? done
        : done + "; a restart is needed for " + String.join(", ", restart);
  }
}
