package org.consultrelay.relay.consult;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands every test of the run the same plain browser, and closes it after the last. */
public final class SharedChromium implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedChromium.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ChromiumFixture.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // The store closes what it holds.
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            ChromiumFixture.class,
            type -> ChromiumFixture.launch(ChromiumFixture.Options.plain()),
            ChromiumFixture.class);
  }
}
