package org.consultrelay.load.call;

import java.util.Map;

/**
 * One object of W3C webrtc-stats, as a browser had it at a time.
 *
 * @param seconds since the start of sampling
 * @param connection which of the page's peer connections, in order of their making
 * @param type its {@code type}: {@code inbound-rtp}, {@code outbound-rtp}, {@code
 *     remote-inbound-rtp}, or {@code candidate-pair}: the one in use
 * @param kind {@code audio} or {@code video}; empty for a pair
 * @param members all its members
 */
public record StatsSample(
    double seconds, int connection, String type, String kind, Map<String, ?> members) {
  /** A member that is a number; 0 when the browser leaves it out. */
  public double number(String member) {
    return members.get(member) instanceof Number number ? number.doubleValue() : 0;
  }

  /** A member that is text; empty when the browser leaves it out. */
  public String text(String member) {
    return members.get(member) instanceof String text ? text : "";
  }
}
