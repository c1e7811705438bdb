package org.consultrelay.load.run;

/** A way into a relay. Blocking: called on virtual threads. */
interface Door extends AutoCloseable {
  /**
   * Comes in and begins to send.
   *
   * @throws JoinFailure when that did not work
   */
  Visit enter(Attendance attendance) throws JoinFailure, InterruptedException;

  /** Gives back what it has; nobody is in any more. */
  @Override
  default void close() {
    // Nothing, for a door that has nothing.
  }

  /** A participant who is in. */
  interface Visit {
    /**
     * Plays another participant of the room, who is in.
     *
     * @param sinceNanos when that was wished for, on {@link System#nanoTime()}'s clock
     * @throws JoinFailure when that did not work
     */
    void play(Attendance other, long sinceNanos) throws JoinFailure, InterruptedException;

    /** Whatever ends from now on ends as it should: the others of the room are leaving. */
    void expectEnd();

    /**
     * Ends all connections.
     *
     * @param goodbye whether the relay is told
     */
    void leave(boolean goodbye) throws InterruptedException;
  }
}
