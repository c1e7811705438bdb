package org.consultrelay.relay.consult;

/** The line to a page. Any thread. */
interface Line {
  /** Says something; nothing happens when the line is gone. */
  void say(ServiceMessage message);

  /** Says something last, and closes the line. */
  void end(ServiceMessage last);

  /** Closes the line without a word. */
  void cut();

  /** What links begin with that are made for this page. */
  String linkBase();
}
