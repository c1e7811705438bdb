package org.consultrelay.load.net;

import java.time.Duration;

/** Follows a script on a line, from now on, in a thread of its own. */
final class ScriptPlayer implements AutoCloseable {
  private final BadNetwork network;
  private final NetworkScript script;
  private final long start = System.nanoTime();
  private final Thread thread;

  ScriptPlayer(BadNetwork network, NetworkScript script) {
    this.network = network;
    this.script = script;
    this.thread = Thread.ofPlatform().name("bad-network-script").daemon().unstarted(this::follow);
  }

  void start() {
    thread.start();
  }

  private void follow() {
    try {
      for (NetworkScript.Step step : script.steps()) {
        long wait = start + step.atNanos() - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait));
        }
        for (Direction direction : step.directions()) {
          network.set(direction, step.applyTo(network.impairment(direction)));
        }
      }
    } catch (InterruptedException e) {
      // Closed: the rest is not to happen.
    }
  }

  /** Stops following; the line stays as it is. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
