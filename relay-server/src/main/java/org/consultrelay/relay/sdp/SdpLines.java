package org.consultrelay.relay.sdp;

/** Walks the lines of a text; a line ends with CRLF, LF or the end of the text. */
final class SdpLines {
  private final String text;
  private int at;
  private int number;
  private String line = "";

  SdpLines(String text) {
    this.text = text;
  }

  /** Moves to the next line; false when there is none. */
  boolean next() {
    if (at >= text.length()) {
      return false;
    }
    int end = text.indexOf('\n', at);
    int stop = end < 0 ? text.length() : end;
    int trimmed = stop > at && text.charAt(stop - 1) == '\r' ? stop - 1 : stop;
    line = text.substring(at, trimmed);
    at = stop + 1;
    number++;
    return true;
  }

  /** The line, without its end. */
  String line() {
    return line;
  }

  /** Counted from 1; 0 before the first. */
  int number() {
    return number;
  }
}
