package org.consultrelay.load.call;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a page's peer connections say of themselves, twice a second. The page itself takes the
 * samples, so that nobody here has to be in time.
 */
public final class BrowserStats {
  /** Remembers every peer connection of the page; for {@link Page#addInitScript}. */
  private static final String REMEMBER =
      """
      window.allConnections = [];
      const Original = window.RTCPeerConnection;
      window.RTCPeerConnection = class extends Original {
        constructor(...all) {
          super(...all);
          window.allConnections.push(this);
        }
      };
      """;

  private static final String START =
      """
      (millis) => {
        const types = ['inbound-rtp', 'outbound-rtp', 'remote-inbound-rtp'];
        const start = performance.now();
        window.samples = [];
        window.sampling = setInterval(() => {
          const seconds = (performance.now() - start) / 1000;
          window.allConnections.forEach(async (pc, connection) => {
            const stats = pc.connectionState === 'closed' ? new Map() : await pc.getStats();
            stats.forEach((s) => {
              const used = s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded';
              if (used || types.includes(s.type)) {
                window.samples.push({ ...s, sampleSeconds: seconds, sampleConnection: connection });
              }
            });
          });
        }, millis);
      }
      """;

  private static final double MILLIS = 500;

  private final Page page;
  private final List<StatsSample> samples = new ArrayList<>();

  private BrowserStats(Page page) {
    this.page = page;
  }

  /** Prepares a page, before it opens anything. */
  public static BrowserStats of(Page page) {
    page.addInitScript(REMEMBER);
    return new BrowserStats(page);
  }

  /** Begins to take samples. */
  public void start() {
    page.evaluate(START, MILLIS);
  }

  /** All samples so far, in order. */
  public List<StatsSample> samples() {
    List<?> taken = (List<?>) page.evaluate("window.samples.splice(0)");
    for (Object sample : taken) {
      samples.add(from((Map<?, ?>) sample));
    }
    return List.copyOf(samples);
  }

  /** Those of one type and kind between two times, in seconds since the start. */
  public List<StatsSample> between(String type, String kind, double from, double to) {
    return samples().stream()
        .filter(sample -> sample.type().equals(type) && sample.kind().equals(kind))
        .filter(sample -> sample.seconds() >= from && sample.seconds() < to)
        .toList();
  }

  /**
   * By how much a member that counts grew over samples of one stream, in a second.
   *
   * @throws AssertionError with fewer than two samples
   */
  public static double perSecond(List<StatsSample> stream, String member) {
    if (stream.size() < 2) {
      throw new AssertionError("no two samples of " + member);
    }
    ToDoubleFunction<StatsSample> value = sample -> sample.number(member);
    StatsSample first = stream.getFirst();
    StatsSample last = stream.getLast();
    return (value.applyAsDouble(last) - value.applyAsDouble(first))
        / (last.seconds() - first.seconds());
  }

  @SuppressWarnings("unchecked") // JSON's objects have names.
  private static StatsSample from(Map<?, ?> sample) {
    Map<String, ?> members = (Map<String, ?>) sample;
    StatsSample unnamed = new StatsSample(0, 0, "", "", members);
    return new StatsSample(
        unnamed.number("sampleSeconds"),
        (int) unnamed.number("sampleConnection"),
        unnamed.text("type"),
        unnamed.text("kind"),
        members);
  }
}
