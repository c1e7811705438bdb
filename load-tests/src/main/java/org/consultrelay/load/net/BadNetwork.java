package org.consultrelay.load.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bad line between this machine and a client (Linux, root): a network namespace whose only way
 * out is a TUN device. What a program in it sends to an address of this machine is read by this
 * process, delayed, queued, lost, and then comes in by a second device here; and back the same way.
 *
 * <pre>
 *   this machine                this process                    namespace()
 *   hostAddress()/30 ── TUN ── DOWN, UP impairments ── TUN ── clientAddress()/30
 * </pre>
 *
 * <p>A client reaches every address of this machine but loopback; nothing beyond it. Names are not
 * resolved there. Packets are at most 1500 bytes; only IPv4 passes. Both directions begin perfect,
 * and pass within a millisecond. Addresses are from 10.199.0.0/16.
 *
 * <p>A server that is to be reached must listen on {@link #hostAddress()} or on all addresses. A
 * program is started in the namespace with {@link #command}. Its methods may be called by any
 * thread.
 */
public final class BadNetwork implements AutoCloseable {
  /** Packets that wait for this process at most: enough for the longest pause of it. */
  private static final String DEVICE_QUEUE = "8192";

  private static final AtomicInteger NEXT = new AtomicInteger();

  private final String namespace;
  private final String suffix;
  private final AddressBlock block;
  private final Thread atExit = new Thread(this::remove, "bad-network-removal");

  private @Nullable TunDevice hostDevice;
  private @Nullable TunDevice clientDevice;
  private @Nullable ImpairedPath up;
  private @Nullable ImpairedPath down;
  private @Nullable ScriptPlayer player;

  private BadNetwork(String suffix, AddressBlock block) {
    this.suffix = suffix;
    this.namespace = "bad-network-" + suffix;
    this.block = block;
  }

  /**
   * Makes one, at any free addresses.
   *
   * @param seed of all chance: the same seed does the same to the same packets at the same times
   * @throws IllegalStateException with one line that says what is missing
   */
  public static BadNetwork open(long seed) {
    // Two processes that look at the same time should not find the same.
    return open(seed, (int) (ProcessHandle.current().pid() * 31 % 8192) + NEXT.get());
  }

  /**
   * Makes one at the first free addresses: 10.199.0.1 and 10.199.0.2 if there is no other.
   *
   * @param seed as above
   * @throws IllegalStateException with one line that says what is missing
   */
  public static BadNetwork openFirst(long seed) {
    return open(seed, 0);
  }

  /** What this machine lacks for it, in one line; null: nothing. */
  public static @Nullable String missing() {
    try {
      if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
        return "a bad network needs root";
      }
      Command.run("ip", "netns", "list");
      return null;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "a bad network needs Linux";
    } catch (IllegalStateException e) {
      return "a bad network needs network namespaces: " + e.getMessage();
    }
  }

  private static BadNetwork open(long seed, int firstBlock) {
    String missing = missing();
    if (missing != null) {
      throw new IllegalStateException(missing);
    }
    // Interface names have 15 characters at most.
    long pid = ProcessHandle.current().pid() % 1_000_000;
    String suffix = pid + "-" + NEXT.getAndIncrement();
    BadNetwork network = new BadNetwork(suffix, AddressBlock.free(firstBlock));
    Runtime.getRuntime().addShutdownHook(network.atExit);
    try {
      network.make(seed);
      return network;
    } catch (IOException e) {
      network.close();
      throw new IllegalStateException("cannot make a bad network: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** The name for {@code ip netns exec}: a process started so is the client. */
  public String namespace() {
    return namespace;
  }

  /** This machine's end: what a server binds to and names in its candidates. */
  public String hostAddress() {
    return block.host();
  }

  /** The far end: the address of programs in the namespace. */
  public String clientAddress() {
    return block.client();
  }

  /** A command line that starts this one in the namespace. */
  public List<String> command(List<String> program) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(program);
    return List.copyOf(all);
  }

  /** From now on that direction is like this; a script that runs may change it again. */
  public void set(Direction direction, Impairment impairment) {
    path(direction).set(impairment);
  }

  /** From now on both directions are like this. */
  public void setBoth(Impairment impairment) {
    for (Direction direction : Direction.values()) {
      set(direction, impairment);
    }
  }

  /** What a direction is like now. */
  public Impairment impairment(Direction direction) {
    return path(direction).impairment();
  }

  /**
   * What became of a direction's packets so far.
   *
   * @throws IllegalStateException when the line broke by a failure of its own
   */
  public LineCounts counts(Direction direction) {
    return path(direction).counts();
  }

  /** Follows a script, whose time begins now; one that ran before is given up. */
  public synchronized void follow(NetworkScript script) {
    ScriptPlayer before = player;
    if (before != null) {
      before.close();
    }
    ScriptPlayer next = new ScriptPlayer(this, script);
    player = next;
    next.start();
  }

  /** Takes all away. Programs that still run in the namespace have no network from then on. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // We are exiting, and the hook does it.
    }
    remove();
  }

  private ImpairedPath path(Direction direction) {
    ImpairedPath path = direction == Direction.UP ? up : down;
    if (path == null) {
      throw new IllegalStateException("the bad network is not there");
    }
    return path;
  }

  private void make(long seed) throws IOException {
    WarmUp.run();
    Command.run("ip", "netns", "add", namespace);
    // IPv6 addresses come up seconds later, and a browser drops its requests when one does.
    in("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
    in("ip", "link", "set", "dev", "lo", "up");

    TunDevice host = TunDevice.open("bn" + suffix + "h");
    hostDevice = host;
    Command.run(
        "ip", "link", "set", "dev", host.name(), "txqueuelen", DEVICE_QUEUE, "addrgenmode", "none");
    Command.run("ip", "addr", "add", hostAddress() + "/30", "dev", host.name());

    TunDevice client = TunDevice.open("bn" + suffix + "c");
    clientDevice = client;
    Command.run("ip", "link", "set", "dev", client.name(), "netns", namespace);
    in("ip", "link", "set", "dev", client.name(), "txqueuelen", DEVICE_QUEUE);
    in("ip", "addr", "add", clientAddress() + "/30", "dev", client.name());

    up = new ImpairedPath("bad-network-up", client, host, seed);
    down = new ImpairedPath("bad-network-down", host, client, ~seed);
    Command.run("ip", "link", "set", "dev", host.name(), "up");
    in("ip", "link", "set", "dev", client.name(), "up");
    in("ip", "route", "add", "default", "via", hostAddress(), "dev", client.name());
  }

  private synchronized void remove() {
    // The threads before what they read from.
    closeIfThere(player);
    closeIfThere(up);
    closeIfThere(down);
    // An interface goes with its device's last descriptor.
    closeIfThere(hostDevice);
    closeIfThere(clientDevice);
    player = null;
    hostDevice = null;
    clientDevice = null;
    try {
      Command.run("ip", "netns", "del", namespace);
    } catch (IllegalStateException e) {
      // It was never made, or is gone already.
    }
  }

  private static void closeIfThere(@Nullable AutoCloseable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String in(String... command) {
    return Command.run(command(List.of(command)).toArray(String[]::new));
  }
}
