package org.consultrelay.relay.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.consultrelay.relay.net.KernelFeatures;
import org.consultrelay.relay.srtp.SrtpCiphers;

/** The machine that this runs on. */
public final class ThisMachine implements Machine {
  private static final int PATIENCE_MILLIS = 1_000;

  @Override
  public Optional<String> file(String path) {
    try {
      return Optional.of(Files.readString(Path.of(path)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> whyNotBound(boolean tcp, InetAddress address, int port) {
    try {
      if (tcp) {
        try (ServerSocket socket = new ServerSocket()) {
          // As servers do: a port whose last connections have just ended is free.
          socket.setReuseAddress(true);
          socket.bind(new InetSocketAddress(address, port));
        }
      } else {
        new DatagramSocket(new InetSocketAddress(address, port)).close();
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean relayAnswers(InetAddress ops, int port) {
    InetAddress asked = ops.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : ops;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(asked, port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket
          .getOutputStream()
          .write(
              "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(2_048);
      return new String(answer, StandardCharsets.US_ASCII).contains("\"checks\"");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public List<InetAddress> addresses() {
    List<InetAddress> ipv4 = new ArrayList<>();
    List<InetAddress> ipv6 = new ArrayList<>();
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (each.isUp()) {
          for (InetAddress address : Collections.list(each.getInetAddresses())) {
            if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
              (address instanceof Inet4Address ? ipv4 : ipv6).add(address);
            }
          }
        }
      }
    } catch (SocketException e) {
      return List.of();
    }
    ipv4.addAll(ipv6);
    return ipv4;
  }

  @Override
  public Optional<InetAddress> sourceAddress() {
    // Connecting a datagram socket sends nothing; it only chooses the way.
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9));
      InetAddress source = socket.getLocalAddress();
      return source.isAnyLocalAddress() ? Optional.empty() : Optional.of(source);
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }

  @Override
  public long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  @Override
  public long heapLimitBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Ciphers ciphers() {
    SrtpCiphers ciphers = SrtpCiphers.detect();
    return new Ciphers(ciphers.description(), ciphers.hasLibcrypto());
  }

  @Override
  public Kernel kernel() {
    KernelFeatures features = KernelFeatures.probe();
    return new Kernel(features.whyNotEpoll(), features.segmentation());
  }
}
