package org.consultrelay.relay.consult;

/** A relay that a browser test talks to; {@code close} stops it. */
interface RunningRelay extends AutoCloseable {
  /** Where the consult page is, without a fragment: {@code http://127.0.0.1:7880/consult}. */
  String pageUrl();

  /**
   * An invitation.
   *
   * @return a JWT that lets this identity publish into and play from this room
   */
  String token(String room, String identity);

  @Override
  void close();
}
