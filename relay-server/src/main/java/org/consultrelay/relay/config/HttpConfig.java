package org.consultrelay.relay.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The door for signalling, WHIP, WHEP, the server API and the consult page.
 *
 * @param host the address to listen on; a wildcard address means all
 * @param port TCP; 0 takes a free one
 * @param tls with it the door speaks HTTPS, without it HTTP
 */
public record HttpConfig(InetAddress host, int port, Optional<Tls> tls) {
  /**
   * A certificate and its key.
   *
   * @param certificate a PEM file with the certificate chain, the server's own first
   * @param key a PEM file with the private key (PKCS #8)
   */
  public record Tls(Path certificate, Path key) {}

  static HttpConfig read(SettingReader settings, boolean dev) {
    InetAddress host = settings.address("http.host", dev ? Defaults.LOOPBACK : Defaults.ANY);
    int port = settings.port("http.port", 7880);
    Optional<Path> certificate = settings.files().pem("http.tls.certificate", "CERTIFICATE");
    Optional<Path> key = settings.files().pem("http.tls.key", "PRIVATE KEY");
    if (certificate.isPresent() && key.isEmpty()) {
      settings.mistake(
          "http.tls.key", "is missing beside http.tls.certificate", "name the PEM file of its key");
    } else if (key.isPresent() && certificate.isEmpty()) {
      settings.mistake(
          "http.tls.certificate",
          "is missing beside http.tls.key",
          "name the PEM file of its certificate chain");
    }
    return new HttpConfig(
        host, port, certificate.flatMap(chain -> key.map(secret -> new Tls(chain, secret))));
  }
}
