package org.consultrelay.relay;

/** Where the relay starts. */
public final class RelayServer {
  private RelayServer() {}

  /** Starts the relay. */
  public static void main(String[] args) {
    System.out.println("Consult Relay");
  }
}
