package org.consultrelay.relay.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.consultrelay.relay.config.HttpConfig;
import org.consultrelay.relay.config.RelayConfig;
import org.consultrelay.relay.net.stream.PemKeyPair;

/** Whether clients will believe the certificate. */
final class CertificateChecks {
  private static final String CHECK = "certificate";
  private static final Duration SOON = Duration.ofDays(14);
  private static final int DNS_NAME = 2;

  private CertificateChecks() {}

  static List<Finding> all(RelayConfig config, Machine machine) {
    Optional<HttpConfig.Tls> tls = config.http().tls();
    if (tls.isEmpty()) {
      return List.of(
          config.dev()
              ? Finding.ok(CHECK, "none, in development mode")
              : Finding.warning(
                  CHECK,
                  "there is none, so no HTTPS and no TURN over TLS",
                  "set http.tls.certificate and http.tls.key, unless a proxy in front speaks HTTPS"
                      + " (browsers give a page camera and microphone on HTTPS only)"));
    }
    PemKeyPair pair;
    try {
      pair =
          PemKeyPair.read(
              Files.readAllBytes(tls.get().certificate()), Files.readAllBytes(tls.get().key()));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return List.of(
          Finding.problem(
              CHECK,
              "this certificate and key cannot be used: " + e.getMessage(),
              "name the PEM files of a chain and of the key (PKCS #8) that belongs to it"));
    }
    List<Finding> findings = new ArrayList<>();
    dates(pair.chain(), machine.now(), findings);
    chain(pair.chain(), findings);
    name(config.turn().host(), pair.chain().getFirst(), findings);
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              CHECK,
              "for "
                  + String.join(", ", names(pair.chain().getFirst()))
                  + ", until "
                  + pair.chain().getFirst().getNotAfter().toInstant()
                  + ", its key belongs to it"));
    }
    return findings;
  }

  private static void dates(List<X509Certificate> chain, Instant now, List<Finding> findings) {
    for (X509Certificate each : chain) {
      Instant end = each.getNotAfter().toInstant();
      Instant begin = each.getNotBefore().toInstant();
      if (end.isBefore(now)) {
        findings.add(
            Finding.problem(
                CHECK, "it ended on " + end, "renew it; the relay takes new files by itself"));
      } else if (begin.isAfter(now)) {
        findings.add(
            Finding.problem(
                CHECK, "it begins on " + begin + ", it is " + now, "look at this machine's clock"));
      } else if (end.isBefore(now.plus(SOON))) {
        findings.add(
            Finding.warning(
                CHECK, "it ends on " + end, "renew it; the relay takes new files by itself"));
      }
    }
  }

  private static void chain(List<X509Certificate> chain, List<Finding> findings) {
    X509Certificate own = chain.getFirst();
    boolean selfSigned = own.getIssuerX500Principal().equals(own.getSubjectX500Principal());
    if (selfSigned) {
      findings.add(
          Finding.warning(
              CHECK,
              "it is signed by itself: no browser believes it",
              "have it signed by an authority that the clients know"));
    } else if (chain.size() == 1) {
      findings.add(
          Finding.warning(
              CHECK,
              "the file has one certificate and not that of who signed it",
              "use the full chain (fullchain.pem), or phones and TURN clients refuse it"));
    }
  }

  private static void name(
      Optional<String> host, X509Certificate certificate, List<Finding> findings) {
    List<String> names = names(certificate);
    if (host.isEmpty()) {
      findings.add(
          Finding.warning(
              "turn.host",
              "is not set, so clients get no turns: URL, and hospitals that let only TLS out stay"
                  + " out",
              "set turn.host to a name of the certificate: " + String.join(", ", names)));
    } else if (names.stream().noneMatch(each -> covers(each, host.get()))) {
      findings.add(
          Finding.problem(
              "turn.host",
              host.get() + " is not in the certificate, which is for " + String.join(", ", names),
              "set turn.host to one of these names, or get a certificate for it"));
    }
  }

  /** Whether a name of a certificate covers a host (RFC 6125 §6.4: a star is one whole label). */
  static boolean covers(String name, String host) {
    String pattern = name.toLowerCase(Locale.ROOT);
    String asked = host.toLowerCase(Locale.ROOT);
    int dot = asked.indexOf('.');
    return pattern.equals(asked)
        || (pattern.startsWith("*.")
            && dot > 0
            && pattern.substring(1).equals(asked.substring(dot)));
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> each : all) {
          if (each.getFirst().equals(DNS_NAME)) {
            names.add(String.valueOf(each.get(1)));
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return names;
  }
}
