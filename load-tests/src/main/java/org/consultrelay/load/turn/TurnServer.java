package org.consultrelay.load.turn;

/**
 * A TURN server that runs on this machine.
 *
 * @param name for people, as {@code coturn}
 * @param description version and what matters of its settings
 * @param target where it is and how to log in
 * @param processId to read its processor time and memory
 * @param process ends it; does nothing where others have started it
 */
public record TurnServer(
    String name, String description, TurnTarget target, long processId, Ending process)
    implements AutoCloseable {
  /** Ends a server. */
  @FunctionalInterface
  public interface Ending {
    /** It is to be there no more. */
    void close();
  }

  /** Starts servers of one kind, each a process of its own. */
  @FunctionalInterface
  public interface Kind {
    /** Starts one and waits until it answers. */
    TurnServer start() throws Exception;
  }

  @Override
  public void close() {
    process.close();
  }
}
