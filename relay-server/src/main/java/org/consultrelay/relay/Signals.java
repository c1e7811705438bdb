package org.consultrelay.relay;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the relay answer signals itself. The JVM's own answer is to run its shutdown hooks at once,
 * which is no time for calls to end. {@code sun.misc.Signal} is the one way there is, and not part
 * of the standard: where it is missing, signals stay what they were.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * From now on a signal runs this, each time, on a thread of its own.
   *
   * @param name without SIG: TERM, HUP
   * @param otherwise what happens where it cannot be, for the log
   */
  static void handle(String name, String otherwise, Runnable task) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object answer =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> answer(self, method, arguments, task));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), answer);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("SIG{} {}, for this JVM does not let it be handled", name, otherwise, e);
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
      default -> "Signals";
    };
  }
}
