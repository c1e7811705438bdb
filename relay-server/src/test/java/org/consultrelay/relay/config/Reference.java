package org.consultrelay.relay.config;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The reference configuration that the jar carries. */
final class Reference {
  private Reference() {}

  static String text() throws IOException {
    try (InputStream in = RelayConfig.class.getResourceAsStream("/relay.reference.yaml")) {
      return new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
