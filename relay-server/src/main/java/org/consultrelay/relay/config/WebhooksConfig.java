package org.consultrelay.relay.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.consultrelay.relay.turn.PeerRules;
import org.consultrelay.relay.turn.PeerVerdict;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * Who is told of what happens in rooms, and how.
 *
 * @param urls whom to tell; may hold secrets, never to be logged; empty: nobody
 * @param apiKey whose secret signs; empty: the only key
 * @param allowPrivate whether receivers may be on this machine or in private networks
 * @param authorities a PEM file of those who sign the receivers' certificates; empty: Java's own
 * @param timeout how long one attempt may take
 * @param parallel attempts at a time to one receiver
 * @param retry what to do when an attempt fails
 * @param maxPending what is kept for one receiver at most
 * @param stopGrace how long a relay that stops goes on delivering
 */
public record WebhooksConfig(
    List<URI> urls,
    String apiKey,
    boolean allowPrivate,
    Optional<Path> authorities,
    Duration timeout,
    int parallel,
    Retry retry,
    ByteSize maxPending,
    Duration stopGrace) {
  private static final PeerRules ADDRESSES = PeerRules.of(List.of(), List.of());
  private static final Set<PeerVerdict> PRIVATE =
      EnumSet.of(
          PeerVerdict.LOOPBACK,
          PeerVerdict.PRIVATE,
          PeerVerdict.CARRIER,
          PeerVerdict.DOCUMENTATION);

  /**
   * What to do when an attempt fails.
   *
   * @param first the wait after the first failure; it doubles with each further one
   * @param most the longest wait
   * @param maxAge an event that fails when it is older than this is given up
   */
  public record Retry(Duration first, Duration most, Duration maxAge) {}

  /** Copies the list. */
  public WebhooksConfig {
    urls = List.copyOf(urls);
  }

  static WebhooksConfig read(SettingReader settings, ApiKeys keys) {
    boolean allowPrivate = settings.flag("webhooks.allowPrivate", false);
    List<URI> urls = urls(settings, allowPrivate);
    return new WebhooksConfig(
        urls,
        key(settings, keys.secrets().keySet(), !urls.isEmpty()),
        allowPrivate,
        settings.files().pem("webhooks.authorities", "CERTIFICATE"),
        settings.duration(
            "webhooks.timeout",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1)),
        settings.count("webhooks.parallel", 8, 1, 64),
        retry(settings),
        settings.size(
            "webhooks.maxPending",
            ByteSize.ofMebibytes(64),
            ByteSize.ofMebibytes(1),
            ByteSize.ofMebibytes(4_096)),
        settings.duration(
            "webhooks.stopGrace", Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(1)));
  }

  private static Retry retry(SettingReader settings) {
    Retry retry =
        new Retry(
            settings.duration(
                "webhooks.retry.first",
                Duration.ofSeconds(1),
                Duration.ofMillis(10),
                Duration.ofMinutes(1)),
            settings.duration(
                "webhooks.retry.most",
                Duration.ofMinutes(1),
                Duration.ofMillis(10),
                Duration.ofHours(1)),
            settings.duration(
                "webhooks.retry.maxAge",
                Duration.ofHours(24),
                Duration.ofSeconds(1),
                Duration.ofHours(168)));
    if (retry.most.compareTo(retry.first) < 0) {
      settings.mistake(
          "webhooks.retry.most",
          DurationText.format(retry.most)
              + " is less than webhooks.retry.first, "
              + DurationText.format(retry.first),
          "use at least as much");
    }
    return retry;
  }

  private static String key(SettingReader settings, Collection<String> keys, boolean needed) {
    String key = String.join(",", settings.list("webhooks.apiKey"));
    if (!needed || keys.isEmpty()) {
      return key;
    }
    if (key.isEmpty() && keys.size() > 1) {
      settings.mistake(
          "webhooks.apiKey",
          "there are " + keys.size() + " keys, and it names none",
          "name the one whose secret the receivers know");
    } else if (!key.isEmpty() && !keys.contains(key)) {
      settings.mistake(
          "webhooks.apiKey",
          (ApiKeys.mayBeSecret(key) ? "what it says" : SettingReader.quote(key))
              + " is none of the keys",
          "name one of those in keys or keysFile");
    }
    return key;
  }

  // A URL may hold a secret, so that mistakes show its place in the list instead.
  private static List<URI> urls(SettingReader settings, boolean allowPrivate) {
    List<URI> urls = new ArrayList<>();
    int place = 0;
    for (String text : settings.list("webhooks.urls")) {
      place++;
      String problem;
      try {
        URI url = new URI(text);
        problem = urls.contains(url) ? "is there twice" : problem(url);
        if (problem.isEmpty() && !allowPrivate && isPrivate(url.getHost())) {
          settings.mistake(
              "webhooks.urls",
              "number " + place + " is on this machine or in a private network",
              "set webhooks.allowPrivate: true if that is meant");
        }
        urls.add(url);
      } catch (URISyntaxException e) {
        problem = "is no URL";
      }
      if (!problem.isEmpty()) {
        settings.mistake(
            "webhooks.urls",
            "number " + place + " " + problem,
            "use one such as https://practice.example.org/relay-events");
      }
    }
    return urls;
  }

  private static String problem(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      return "begins with neither https:// nor http://";
    }
    if (url.getHost() == null) {
      return "names no host";
    }
    if (url.getPort() == 0 || url.getPort() > 65_535) {
      return "has no port that can be";
    }
    if (url.getRawUserInfo() != null) {
      return "has a user name or password in it";
    }
    return url.getRawFragment() == null ? "" : "has a fragment (#)";
  }

  /** As far as it can be said without a name server; names are looked at when they are used. */
  private static boolean isPrivate(String host) {
    if (host.equalsIgnoreCase("localhost")
        || host.toLowerCase(Locale.ROOT).endsWith(".localhost")) {
      return true;
    }
    try {
      InetAddress literal = InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", ""));
      return verdict(literal) != PeerVerdict.ALLOWED;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static PeerVerdict verdict(InetAddress address) {
    TransportAddress flat = TransportAddress.of(address, 0);
    return ADDRESSES.verdict(flat.high(), flat.low());
  }

  /**
   * Whether a receiver may be at this address. This machine and private networks only with {@code
   * allowPrivate}; link-local addresses and clouds' metadata services never.
   */
  public boolean mayReach(InetAddress address) {
    PeerVerdict verdict = verdict(address);
    return verdict == PeerVerdict.ALLOWED || (allowPrivate && PRIVATE.contains(verdict));
  }

  /** Without the URLs, which may hold secrets. */
  @Override
  public String toString() {
    return "WebhooksConfig[urls=" + urls.size() + ", apiKey=" + apiKey + ", " + retry + "]";
  }
}
