package org.consultrelay.load.local;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The coturn of this machine (Debian's package) in a process of its own, on free ports of loopback:
 * something that we did not write, to compare with and to try tools on. Clients log in with the
 * shared secret {@link #SECRET}; loopback peers are allowed; it logs nothing while it runs.
 */
public final class CoturnProcess implements AutoCloseable {
  /** The secret that clients share with it ({@code use-auth-secret}). */
  public static final String SECRET = "secret";

  private static final Duration START = Duration.ofSeconds(20);
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

  private final Process process;
  private final Path directory;
  private final int port;
  private final int tlsPort;

  private CoturnProcess(Process process, Path directory, int port, int tlsPort) {
    this.process = process;
    this.directory = directory;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /**
   * A certificate and its key for TLS and DTLS.
   *
   * @param certificate a PEM file
   * @param key a PEM file
   */
  public record Certificate(Path certificate, Path key) {}

  /** Its version as {@code 4.6.1}, or nothing where it is not installed. */
  public static Optional<String> version() throws InterruptedException {
    try {
      Process asked =
          new ProcessBuilder("turnserver", "--version").redirectErrorStream(true).start();
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      asked.waitFor();
      Matcher matcher = VERSION.matcher(said);
      return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param launcher what stands in front of the command, as to pin it to a processor; may be empty
   * @param relayThreads the threads that relay, 1 to 128
   * @param certificate null: UDP alone; else TCP, TLS and DTLS too
   * @throws IOException when it does not answer, with what it said
   */
  public static CoturnProcess start(
      List<String> launcher, int relayThreads, @Nullable Certificate certificate)
      throws IOException, InterruptedException {
    int port = freePort();
    int tlsPort = freePort();
    Path directory = Files.createTempDirectory("coturn");
    List<String> lines =
        new ArrayList<>(
            List.of(
                "listening-ip=127.0.0.1",
                "listening-port=" + port,
                "relay-ip=127.0.0.1",
                "relay-threads=" + relayThreads,
                "lt-cred-mech",
                "use-auth-secret",
                "static-auth-secret=" + SECRET,
                "realm=bench",
                "allow-loopback-peers",
                "no-cli",
                "no-stdout-log",
                "log-file=/dev/null",
                "pidfile=" + directory.resolve("pid"),
                "userdb=" + directory.resolve("db")));
    if (certificate == null) {
      lines.addAll(List.of("no-tcp", "no-tls", "no-dtls", "no-tcp-relay"));
    } else {
      lines.addAll(
          List.of(
              "tls-listening-port=" + tlsPort,
              "cert=" + certificate.certificate().toAbsolutePath(),
              "pkey=" + certificate.key().toAbsolutePath()));
    }
    Path configuration =
        Files.createFile(
            directory.resolve("turnserver.conf"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(configuration, lines);
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of("turnserver", "-c", configuration.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said").toFile())
            .start();
    CoturnProcess coturn = new CoturnProcess(process, directory, port, tlsPort);
    coturn.awaitAnswer();
    return coturn;
  }

  /** A port that neither UDP nor TCP uses now. */
  private static int freePort() throws IOException {
    while (true) {
      try (DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
          ServerSocket tcp = new ServerSocket()) {
        tcp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.getLocalPort()));
        return udp.getLocalPort();
      } catch (BindException taken) {
        // Another one, then.
      }
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    // A Binding request without attributes (RFC 8489 §5).
    byte[] request = {
      0, 1, 0, 0, 0x21, 0x12, (byte) 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    };
    long end = System.nanoTime() + START.toNanos();
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
      socket.setSoTimeout(100);
      DatagramPacket answer = new DatagramPacket(new byte[1_500], 1_500);
      while (System.nanoTime() < end && process.isAlive()) {
        socket.send(
            new DatagramPacket(request, request.length, InetAddress.ofLiteral("127.0.0.1"), port));
        try {
          socket.receive(answer);
          return;
        } catch (SocketTimeoutException notYet) {
          // Asked again.
        }
      }
    }
    String said = Files.readString(directory.resolve("said"));
    close();
    throw new IOException("coturn did not start: " + said);
  }

  /** Where it listens, UDP, and TCP when it has a certificate. */
  public int port() {
    return port;
  }

  /** Where it listens for TLS and DTLS, when it has a certificate. */
  public int tlsPort() {
    return tlsPort;
  }

  /** The operating system's number of the process. */
  public long processId() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(directory);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // Files in the temporary directory stay; the system clears that.
    }
  }
}
