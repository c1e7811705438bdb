package org.consultrelay.relay;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Serves what the relay answers over HTTP, as OpenAPI 3.1. */
final class ApiDescription {
  private static final String RESOURCE = "/openapi.yaml";

  private final Buffer text;

  ApiDescription() {
    try (InputStream in = ApiDescription.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + RESOURCE);
      }
      text = Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void mount(Router router) {
    router
        .get(RESOURCE)
        .handler(context ->
            context
                .response()
                .putHeader("Content-Type", "application/yaml")
                .putHeader("Access-Control-Allow-Origin", "*")
                .end(text)
                .onFailure(gone -> {}));
  }
}
