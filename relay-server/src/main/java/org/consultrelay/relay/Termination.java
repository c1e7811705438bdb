package org.consultrelay.relay;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the relay answer SIGTERM itself. The JVM's own answer is to run its shutdown hooks at once,
 * which is no time for calls to end. {@code sun.misc.Signal} is the one way there is, and not part
 * of the standard: where it is missing, SIGTERM stays what it was.
 */
final class Termination {
  private static final Logger LOG = LoggerFactory.getLogger(Termination.class);

  private Termination() {}

  /** From now on SIGTERM runs this, each time, on a thread of its own. */
  static void handle(Runnable task) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object answer =
          Proxy.newProxyInstance(
              Termination.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> answer(self, method, arguments, task));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), answer);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("SIGTERM ends calls at once, for this JVM does not let it be handled: {}", e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // that is how a handler without a value is equal
  private static Object answer(Object self, Method method, Object[] arguments, Runnable task) {
    return switch (method.getName()) {
      case "handle" -> {
        task.run();
        yield 0;
      }
      case "equals" -> self == arguments[0];
      case "hashCode" -> System.identityHashCode(self);
      default -> "Termination";
    };
  }
}
