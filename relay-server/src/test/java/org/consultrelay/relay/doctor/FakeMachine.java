package org.consultrelay.relay.doctor;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine on which all is well until a test says otherwise. */
final class FakeMachine implements Machine {
  final Map<String, String> files = new HashMap<>();
  final Map<String, String> taken = new HashMap<>();
  List<InetAddress> addresses = new ArrayList<>(List.of(InetAddress.ofLiteral("198.18.0.7")));
  boolean relay;
  boolean route = true;
  long memory = 8L << 30;
  long heap = 3L << 30;
  Instant now = Instant.parse("2027-06-01T12:00:00Z");
  long nanoStep = 1;
  Ciphers ciphers = new Ciphers("SRTP: GCM with OpenSSL 3", true);
  Kernel kernel = new Kernel(Optional.empty(), true);
  private long nanos;

  FakeMachine() {
    files.put("/proc/sys/net/core/rmem_max", "8388608\n");
    files.put("/proc/sys/net/core/wmem_max", "8388608\n");
    files.put(
        "/proc/self/limits",
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max open files            65536                65536                files
        """);
    files.put("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
  }

  @Override
  public Optional<String> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public Optional<String> whyNotBound(boolean tcp, InetAddress address, int port) {
    return Optional.ofNullable(taken.get((tcp ? "tcp " : "udp ") + port));
  }

  @Override
  public boolean relayAnswers(InetAddress ops, int port) {
    return relay;
  }

  @Override
  public List<InetAddress> addresses() {
    return addresses;
  }

  @Override
  public Optional<InetAddress> sourceAddress() {
    return route ? addresses.stream().findFirst() : Optional.empty();
  }

  @Override
  public long memoryBytes() {
    return memory;
  }

  @Override
  public long heapLimitBytes() {
    return heap;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public long nanoTime() {
    nanos += nanoStep;
    return nanos;
  }

  @Override
  public Ciphers ciphers() {
    return ciphers;
  }

  @Override
  public Kernel kernel() {
    return kernel;
  }
}
