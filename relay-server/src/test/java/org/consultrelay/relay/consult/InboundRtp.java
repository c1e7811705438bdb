package org.consultrelay.relay.consult;

import com.microsoft.playwright.Page;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a browser says of one stream it receives ({@code inbound-rtp} of W3C webrtc-stats), read
 * from the consult page's players. A member that the browser leaves out is 0.
 *
 * @param kind {@code audio} or {@code video}
 * @param packetsReceived packets
 * @param packetsLost packets, as RTCP counts them: may shrink when a late one comes
 * @param retransmittedPacketsReceived packets that came as retransmission
 * @param nackCount NACK packets this receiver sent
 * @param pliCount PLI packets this receiver sent
 * @param framesDecoded video frames
 * @param frameWidth pixels of the last frame
 * @param freezeCount times the picture stood still
 * @param totalAudioEnergy W3C's unit: grows while there is sound
 */
record InboundRtp(
    String kind,
    long packetsReceived,
    long packetsLost,
    long retransmittedPacketsReceived,
    long nackCount,
    long pliCount,
    long framesDecoded,
    long frameWidth,
    long freezeCount,
    double totalAudioEnergy) {

  private static final String READ =
      """
      async (identity) => {
        const found = [];
        const participant = window.consultRelay?.room()?.remoteParticipants.get(identity);
        for (const publication of participant?.trackPublications.values() ?? []) {
          (await publication.track?.receiver?.getStats())?.forEach((s) => {
            if (s.type === 'inbound-rtp') {
              found.push({ ...s });
            }
          });
        }
        return found;
      }
      """;

  /**
   * Waits inside the page, so that nobody sleeps here: looks five times a second until true or too
   * late.
   */
  private static final String AWAIT =
      """
      async ({ identity, kind, member, above, millis }) => {
        const end = performance.now() + millis;
        let last = 'no such stream';
        while (performance.now() < end) {
          const participant = window.consultRelay?.room()?.remoteParticipants.get(identity);
          let found;
          for (const publication of participant?.trackPublications.values() ?? []) {
            const stats = [...((await publication.track?.receiver?.getStats())?.values() ?? [])];
            found ??= stats.find((s) => s.type === 'inbound-rtp' && s.kind === kind);
          }
          if (found) {
            last = found[member] ?? 0;
            if (last > above) {
              return '';
            }
          }
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        return String(last);
      }
      """;

  /** The streams this page receives from a participant; empty while it does not play them. */
  static List<InboundRtp> of(Page page, String identity) {
    List<?> found = (List<?>) page.evaluate(READ, identity);
    return found.stream().map(entry -> from((Map<?, ?>) entry)).toList();
  }

  /**
   * The one stream of this kind.
   *
   * @throws IllegalStateException when the page receives none
   */
  static InboundRtp of(Page page, String identity, String kind) {
    return of(page, identity).stream()
        .filter(stream -> stream.kind().equals(kind))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("The page receives no " + kind + " from " + identity));
  }

  /**
   * Waits until a member of the stream's statistics is greater than {@code above}.
   *
   * @param member the W3C name, e.g. {@code framesDecoded}
   * @throws AssertionError when it is not so in time, with the last value
   */
  static void awaitAbove(
      Page page, String identity, String kind, String member, double above, Duration within) {
    Object last =
        page.evaluate(
            AWAIT,
            Map.of(
                "identity", identity,
                "kind", kind,
                "member", member,
                "above", above,
                "millis", (double) within.toMillis()));
    if (!"".equals(last)) {
      throw new AssertionError(
          "%s %s of %s is not above %s within %s: %s"
              .formatted(kind, member, identity, above, within, last));
    }
  }

  private static InboundRtp from(Map<?, ?> stats) {
    return new InboundRtp(
        String.valueOf(stats.get("kind")),
        count(stats, "packetsReceived"),
        count(stats, "packetsLost"),
        count(stats, "retransmittedPacketsReceived"),
        count(stats, "nackCount"),
        count(stats, "pliCount"),
        count(stats, "framesDecoded"),
        count(stats, "frameWidth"),
        count(stats, "freezeCount"),
        number(stats, "totalAudioEnergy"));
  }

  private static long count(Map<?, ?> stats, String member) {
    return (long) number(stats, member);
  }

  private static double number(Map<?, ?> stats, String member) {
    return stats.get(member) instanceof Number number ? number.doubleValue() : 0;
  }
}
