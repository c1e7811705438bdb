package org.consultrelay.relay.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which keys two configurations differ in. The records are named as the keys are, so their
 * components tell.
 */
public final class ConfigChanges {
  private ConfigChanges() {}

  /** The paths of the keys that have other values, in the order of the reference. */
  public static List<String> between(RelayConfig before, RelayConfig after) {
    List<String> paths = new ArrayList<>();
    compare("", before, after, paths);
    return paths;
  }

  private static void compare(String path, Object before, Object after, List<String> into) {
    if (before.equals(after)) {
      return;
    }
    if (before instanceof Optional<?> one && after instanceof Optional<?> other) {
      if (one.isPresent() && other.isPresent()) {
        compare(path, one.get(), other.get(), into);
      } else {
        into.add(path);
      }
    } else if (isSection(before)) {
      for (RecordComponent component : before.getClass().getRecordComponents()) {
        compare(
            path.isEmpty() ? component.getName() : path + "." + component.getName(),
            value(component, before),
            value(component, after),
            into);
      }
    } else {
      into.add(path);
    }
  }

  private static boolean isSection(Object value) {
    return value instanceof Record
        && !(value instanceof ApiKeys
            || value instanceof TenantsConfig
            || value instanceof ByteSize
            || value instanceof PortRange);
  }

  private static Object value(RecordComponent component, Object of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }
}
