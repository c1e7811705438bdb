package org.consultrelay.load.call;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.consultrelay.load.middle.Chromium;
import org.consultrelay.load.middle.LocalRelay;
import org.consultrelay.load.net.BadNetwork;

/**
 * A consultation on the consult page of a real relay: the patient's Chromium is at the far end of a
 * bad network, the clinician's here, with nothing between it and the relay. One thread, which is
 * Playwright's wish.
 */
public final class BadCall implements AutoCloseable {
  private static final String ROOM = "consultation-1";
  private static final double PATIENCE_MILLIS = 45_000;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Playwright playwright;
  private final BadNetwork network;
  private final LocalRelay relay;
  private final Page patient;
  private final Page clinician;
  private final BrowserStats patientStats;
  private final BrowserStats clinicianStats;

  private BadCall(long seed, String... settings) {
    try {
      network = opened(BadNetwork.open(seed));
      relay = opened(LocalRelay.startAt(network.hostAddress(), settings));
      playwright = opened(Chromium.playwright());
      String origin = relay.url().toString();
      patient = page(opened(Chromium.launchWithDevices(playwright, origin, network)));
      clinician = page(opened(Chromium.launchWithDevices(playwright, origin)));
      patientStats = BrowserStats.of(patient);
      clinicianStats = BrowserStats.of(clinician);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Makes the network, perfect as yet, and starts relay and browsers; takes some seconds. Nobody
   * has joined.
   *
   * @param seed of the network's chance
   * @param settings of the relay, as {@code key=value}
   */
  public static BadCall open(long seed, String... settings) {
    return new BadCall(seed, settings);
  }

  /** Lets both join, and starts taking samples when they see each other. */
  public void begin() {
    join(patient, "patient");
    join(clinician, "clinician");
    await("the patient sees nobody", () -> sees(patient));
    await("the clinician sees nobody", () -> sees(clinician));
    patientStats.start();
    clinicianStats.start();
  }

  /** The patient's line. */
  public BadNetwork network() {
    return network;
  }

  /** The relay between them. */
  public LocalRelay relay() {
    return relay;
  }

  /** The page of the one with the bad line. */
  public Page patient() {
    return patient;
  }

  /** The page of the other. */
  public Page clinician() {
    return clinician;
  }

  /** What the patient's browser says: what comes down the bad line, and what it sends up. */
  public BrowserStats patientStats() {
    return patientStats;
  }

  /** What the clinician's browser says. */
  public BrowserStats clinicianStats() {
    return clinicianStats;
  }

  /** Lets the call go on for so long. */
  public void goOn(double seconds) {
    // Both browsers' events are taken meanwhile.
    patient.waitForTimeout(seconds * 1_000);
  }

  /**
   * Waits until it is so.
   *
   * @throws AssertionError with the message when it is not in 45 s
   */
  public void await(String otherwise, BooleanSupplier condition) {
    try {
      patient.waitForCondition(condition);
    } catch (com.microsoft.playwright.TimeoutError e) {
      throw new AssertionError(otherwise, e);
    }
  }

  private void join(Page page, String identity) {
    page.navigate(relay.url() + "/consult#token=" + relay.token(ROOM, identity));
    await(
        "no preview of the " + identity + "'s camera",
        () ->
            Boolean.TRUE.equals(
                page.evaluate("document.querySelector('#check-preview').videoWidth > 0")));
    page.locator("#check-join").click();
  }

  private static boolean sees(Page page) {
    return Boolean.TRUE.equals(
        page.evaluate(
            """
            async () => {
              for (const pc of window.allConnections) {
                for (const s of (await pc.getStats()).values()) {
                  if (s.type === 'inbound-rtp' && s.kind === 'video' && s.framesDecoded > 0) {
                    return true;
                  }
                }
              }
              return false;
            }
            """));
  }

  private static Page page(Browser browser) {
    Page page =
        browser
            .newContext(
                new Browser.NewContextOptions().setViewportSize(1280, 800).setLocale("en-GB"))
            .newPage();
    page.setDefaultTimeout(PATIENCE_MILLIS);
    return page;
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    open.push(closeable);
    return closeable;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        failure = failure == null ? new IllegalStateException("cannot end a call", e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
