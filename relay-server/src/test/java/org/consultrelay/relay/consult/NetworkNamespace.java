package org.consultrelay.relay.consult;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client's end of a bad network on this machine (Linux, root): a network namespace that reaches
 * ours through a router in a second namespace, and the router drops UDP at random.
 *
 * <pre>
 *   here, the relay             router                client (a browser, …)
 *   relayAddress()/30 ── veth ── drops UDP ── veth ── clientAddress()/30
 * </pre>
 *
 * The router is there so that a drop is silent: a firewall rule at the sender itself would make
 * {@code sendto} fail, which no real network does. Our own namespace gets one interface and one
 * route, and both go with the router. Addresses are from 10.199.0.0/16.
 */
final class NetworkNamespace implements AutoCloseable {
  private static final int SECONDS_PER_COMMAND = 10;
  private static final int BLOCKS = 8192;
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Pattern DROPPED =
      Pattern.compile("^\\s*(\\d+)\\s+\\d+\\s+DROP\\s", Pattern.MULTILINE);

  private final String link;
  private final String client;
  private final String router;
  private final String relayAddress;
  private final String clientAddress;
  private final String clientBlock;
  private final Thread atExit = new Thread(this::remove, "network-namespace-removal");

  private NetworkNamespace(String suffix, int block) {
    this.link = "cr" + suffix + "a";
    this.client = "consult-c" + suffix;
    this.router = "consult-r" + suffix;
    this.relayAddress = address(block, 1);
    this.clientAddress = address(block, 6);
    this.clientBlock = address(block, 4) + "/30";
  }

  /**
   * Makes the two namespaces and joins them, without loss.
   *
   * @throws IllegalStateException with one line that says what is missing
   */
  static NetworkNamespace open() {
    requireRoot();
    int number = NEXT.getAndIncrement();
    long pid = ProcessHandle.current().pid();
    int block = freeBlock((int) ((pid * 31 + number) % BLOCKS));
    // Interface names have 15 characters at most.
    String suffix = Long.toString(pid % 1_000_000) + "-" + number;
    NetworkNamespace network = new NetworkNamespace(suffix, block);
    Runtime.getRuntime().addShutdownHook(network.atExit);
    try {
      network.make(block);
      return network;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** The name for {@code ip netns exec}: a process started so is the client. */
  String name() {
    return client;
  }

  /** Our end: what the relay binds to and names in its candidates. */
  String relayAddress() {
    return relayAddress;
  }

  /** The far end: the address of processes in the namespace. */
  String clientAddress() {
    return clientAddress;
  }

  /**
   * From now on loses this share of UDP packets, in each direction by itself.
   *
   * @param probability 0 (none) to 1 (every packet: the network is down for media)
   */
  void lose(double probability) {
    if (probability < 0 || probability > 1) {
      throw new IllegalArgumentException("A probability is 0 to 1, not " + probability);
    }
    in(router, "iptables", "-F", "FORWARD");
    if (probability > 0) {
      in(
          router,
          "iptables",
          "-A",
          "FORWARD",
          "-p",
          "udp",
          "-m",
          "statistic",
          "--mode",
          "random",
          "--probability",
          String.format(Locale.ROOT, "%.6f", probability),
          "-j",
          "DROP");
    }
  }

  /**
   * From now on a firewall between client and relay lets nothing through but these; what it stops,
   * it drops in silence, as hospitals' do.
   *
   * @param ports {@code tcp} or {@code udp} of each port of the relay's that is open, by port
   */
  void allowOnly(Map<Integer, String> ports) {
    in(router, "iptables", "-F", "FORWARD");
    ports.forEach((port, protocol) -> {
      String number = Integer.toString(port);
      for (String side : List.of("--dport", "--sport")) {
        in(router, "iptables", "-A", "FORWARD", "-p", protocol, side, number, "-j", "ACCEPT");
      }
    });
    in(router, "iptables", "-A", "FORWARD", "-j", "DROP");
  }

  /** Packets dropped since the last {@link #lose}, both directions together. */
  long dropped() {
    Matcher matcher = DROPPED.matcher(in(router, "iptables", "-nvxL", "FORWARD"));
    long sum = 0;
    while (matcher.find()) {
      sum += Long.parseLong(matcher.group(1));
    }
    return sum;
  }

  /**
   * Runs a command at the client's end and returns what it printed.
   *
   * @throws IllegalStateException when it fails or takes longer than ten seconds
   */
  String run(String... command) {
    return in(client, command);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // We are exiting, and the hook does it.
    }
    remove();
  }

  private void make(int block) {
    for (String namespace : List.of(router, client)) {
      execute(List.of("ip", "netns", "add", namespace));
      // IPv6 addresses come up seconds later, and a browser drops its requests when one does.
      in(namespace, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
      in(namespace, "ip", "link", "set", "dev", "lo", "up");
    }
    execute(
        List.of(
            "ip", "link", "add", link, "type", "veth", "peer", "name", "wan0", "netns", router));
    in(
        router, "ip", "link", "add", "lan0", "type", "veth", "peer", "name", "lan0", "netns",
        client);
    attach(List.of("ip"), link, relayAddress);
    attach(List.of("ip", "-n", router), "wan0", address(block, 2));
    attach(List.of("ip", "-n", router), "lan0", address(block, 5));
    attach(List.of("ip", "-n", client), "lan0", clientAddress);
    in(router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    execute(List.of("ip", "route", "add", clientBlock, "via", address(block, 2)));
    in(client, "ip", "route", "add", "default", "via", address(block, 5));
  }

  private static void attach(List<String> ip, String link, String address) {
    List<String> add = new ArrayList<>(ip);
    add.addAll(List.of("addr", "add", address + "/30", "dev", link));
    execute(add);
    List<String> up = new ArrayList<>(ip);
    up.addAll(List.of("link", "set", "dev", link, "up"));
    execute(up);
  }

  private void remove() {
    // Our end first, and our route with it: a namespace gives up its interfaces some time after its
    // name.
    List.of(
            List.of("ip", "link", "del", "dev", link),
            List.of("ip", "netns", "del", client),
            List.of("ip", "netns", "del", router))
        .forEach(NetworkNamespace::executeIfPossible);
  }

  private static String in(String namespace, String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    return execute(all);
  }

  private static void executeIfPossible(List<String> command) {
    try {
      execute(command);
    } catch (IllegalStateException e) {
      // It was never made: open() says what went wrong.
    }
  }

  private static String execute(List<String> command) {
    String line = String.join(" ", command);
    try {
      Path output = Files.createTempFile("network-namespace", ".out");
      try {
        // Into a file: a full pipe would keep the command waiting for us.
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(SECONDS_PER_COMMAND, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException("Took too long: " + line);
        }
        String text = Files.readString(output);
        if (process.exitValue() != 0) {
          throw new IllegalStateException("Failed: " + line + ": " + text.strip());
        }
        return text;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "Cannot run " + command.getFirst() + ": install iproute2 and iptables", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted: " + line, e);
    }
  }

  private static void requireRoot() {
    try {
      if (Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
        return;
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Not Linux.
    }
    throw new IllegalStateException(
        "Tests with a bad network make network namespaces: run them on Linux as root");
  }

  /**
   * The first of the 8192 blocks of eight addresses, from this one on, that no interface here uses.
   */
  private static int freeBlock(int from) {
    for (int i = 0; i < BLOCKS; i++) {
      int block = (from + i) % BLOCKS;
      try {
        InetAddress ours = InetAddress.getByName(address(block, 1));
        if (NetworkInterface.getByInetAddress(ours) == null) {
          return block;
        }
      } catch (SocketException | UnknownHostException e) {
        throw new IllegalStateException("Cannot list the network interfaces", e);
      }
    }
    throw new IllegalStateException("All of 10.199.0.0/16 is in use");
  }

  private static String address(int block, int host) {
    int low = block * 8 + host;
    return "10.199." + (low >> 8) + "." + (low & 255);
  }
}
