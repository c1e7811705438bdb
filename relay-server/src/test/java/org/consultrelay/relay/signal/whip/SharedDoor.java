package org.consultrelay.relay.signal.whip;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands every test of the run the doors of one relay, and stops it after the last. */
final class SharedDoor implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedDoor.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Door.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // The store closes what it holds.
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Door.class, type -> Door.open(), Door.class);
  }
}
