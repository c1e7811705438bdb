package org.consultrelay.load.call;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;

/**
 * A change of the place in which one participant sees the other, and how soon what comes in was as
 * the new place wants it. Taken inside the page every 50 ms, from webrtc-stats.
 *
 * @param kind of change
 * @param seconds from the change to the first decoded picture of the new size; to the last picture
 *     that came in for a place that is hidden
 * @param pictures that were decoded meanwhile and were not as wanted
 */
record LayerChange(Kind kind, double seconds, int pictures) {
  /** Kinds of change. */
  enum Kind {
    /** From 1000x560 to 160x90 pixels on the screen. */
    SMALLER("160px", "90px", "", "frame.frameHeight <= 180"),
    /** And back. */
    LARGER("1000px", "560px", "", "frame.frameHeight >= 360"),
    /** Not shown at all. */
    HIDDEN("1000px", "560px", "none", "still > 1000"),
    /** Shown again, large. */
    SHOWN("1000px", "560px", "", "frame.framesDecoded > first.framesDecoded");

    private final String width;
    private final String height;
    private final String display;
    private final String settled;

    Kind(String width, String height, String display, String settled) {
      this.width = width;
      this.height = height;
      this.display = display;
      this.settled = settled;
    }
  }

  /** Milliseconds after which it is given up, as a change that never came. */
  private static final int PATIENCE = 45_000;

  private static final double NEVER = 1e9;

  /** Whether what comes in became as wanted at all. */
  boolean followed() {
    return seconds < NEVER;
  }

  private static final String MEASURE =
      """
      async ([width, height, display, patience]) => {
        const look = async () => {
          for (const pc of window.allConnections) {
            if (pc.connectionState === 'closed') continue;
            for (const s of (await pc.getStats()).values()) {
              if (s.type === 'inbound-rtp' && s.kind === 'video') return s;
            }
          }
          return { frameHeight: 0, framesDecoded: 0, framesReceived: 0 };
        };
        const first = await look();
        const style = document.querySelector('.tile video').style;
        style.inset = 'auto';
        style.width = width;
        style.height = height;
        style.display = display;
        const start = performance.now();
        let received = first.framesReceived;
        let last = start;
        for (;;) {
          await new Promise(resolve => setTimeout(resolve, 50));
          const frame = await look();
          const now = performance.now();
          if (frame.framesReceived > received) {
            received = frame.framesReceived;
            last = now;
          }
          const still = now - last;
          const settled = SETTLED;
          if (settled || now - start > patience) {
            const end = display === 'none' ? last : now;
            return [settled ? (end - start) / 1000 : 1e9,
              display === 'none' ? received - first.framesReceived
                : frame.framesDecoded - first.framesDecoded];
          }
        }
      }
      """;

  /**
   * Makes the change, whatever was before, and waits until the picture is as wanted, 45 s at most.
   */
  static LayerChange make(Page page, Kind kind) {
    List<?> seen =
        (List<?>)
            page.evaluate(
                MEASURE.replace("SETTLED", kind.settled),
                List.of(kind.width, kind.height, kind.display, PATIENCE));
    return new LayerChange(
        kind, ((Number) seen.get(0)).doubleValue(), ((Number) seen.get(1)).intValue());
  }

  /** What a decoder would have noticed, so far: frames that were dropped, freezes, and so on. */
  static Map<?, ?> decoder(Page page) {
    return (Map<?, ?>)
        page.evaluate(
            """
            async () => {
              for (const pc of window.allConnections) {
                if (pc.connectionState === 'closed') continue;
                for (const s of (await pc.getStats()).values()) {
                  if (s.type === 'inbound-rtp' && s.kind === 'video') {
                    return { framesDecoded: s.framesDecoded, framesDropped: s.framesDropped,
                      framesReceived: s.framesReceived, keyFramesDecoded: s.keyFramesDecoded,
                      freezeCount: s.freezeCount, pliCount: s.pliCount };
                  }
                }
              }
              return {};
            }
            """);
  }
}
