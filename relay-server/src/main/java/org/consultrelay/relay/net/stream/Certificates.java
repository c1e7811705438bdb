package org.consultrelay.relay.net.stream;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate from PEM files, read again when they change: new connections then get
 * the new one. Files that cannot be used leave the old certificate in place. Any thread.
 */
public final class Certificates {
  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

  private final Path chain;
  private final Path key;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong reloads = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile Pair pair;
  private volatile String seen;

  /**
   * Reads the files.
   *
   * @param chain PEM, the server's own certificate first
   * @param key PEM, PKCS #8
   * @throws IOException with one line of why they cannot be used
   */
  public Certificates(Path chain, Path key) throws IOException {
    this.chain = chain;
    this.key = key;
    this.seen = stamp();
    this.pair = read();
  }

  /** The certificate and key in use, as they were read. */
  private record Pair(SslContext context, PemKeyPair keys, Buffer chain, Buffer key) {}

  /** The certificate and key in use, for a Vert.x server: not what the files hold meanwhile. */
  public PemKeyCertOptions forVertx() {
    Pair now = pair;
    return new PemKeyCertOptions().setCertValue(now.chain).setKeyValue(now.key);
  }

  /** What TLS handshakes begin with now. */
  SslContext context() {
    return pair.context;
  }

  /** The certificate and key in use, for other protocols than TLS. */
  public PemKeyPair keys() {
    return pair.keys;
  }

  /** Is called after a new certificate has been taken. */
  public void onReload(Runnable listener) {
    listeners.add(listener);
  }

  /** How often a new certificate was taken. */
  public long reloads() {
    return reloads.get();
  }

  /** How often new files could not be used. */
  public long failures() {
    return failures.get();
  }

  /** Looks whether the files have changed. Blocks: not for a loop. */
  public void check() {
    String now;
    try {
      now = stamp();
    } catch (IOException e) {
      return; // being replaced
    }
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      pair = read();
      reloads.incrementAndGet();
      LOG.info("a new certificate is in use");
      listeners.forEach(Runnable::run);
    } catch (IOException e) {
      failures.incrementAndGet();
      LOG.error("the new certificate cannot be used, the old one stays: {}", e.getMessage());
    }
  }

  private String stamp() throws IOException {
    return stamp(chain) + " " + stamp(key);
  }

  private static String stamp(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    return time.toMillis() + "/" + Files.size(file);
  }

  private Pair read() throws IOException {
    try {
      byte[] certificates = Files.readAllBytes(chain);
      byte[] secret = Files.readAllBytes(key);
      SslContext made =
          SslContextBuilder.forServer(
                  new ByteArrayInputStream(certificates), new ByteArrayInputStream(secret))
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE,
                      SelectedListenerFailureBehavior.ACCEPT,
                      "h2",
                      "http/1.1",
                      "stun.turn"))
              .build();
      PemKeyPair keys = PemKeyPair.read(certificates, secret);
      return new Pair(made, keys, Buffer.buffer(certificates), Buffer.buffer(secret));
    } catch (IllegalArgumentException | IOException | GeneralSecurityException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(String.valueOf(cause.getMessage()), e);
    }
  }
}
