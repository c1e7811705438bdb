package org.consultrelay.relay.dtls;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An {@code openssl} process, its output line by line. Closing ends it for sure. */
final class OpenSsl implements AutoCloseable {
  private static final String END = "\0";

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();
  private final Writer input;

  OpenSsl(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    input = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::read);
  }

  /** Runs to the end and returns what it printed. */
  static String run(String... arguments) throws Exception {
    try (OpenSsl openSsl = new OpenSsl(arguments)) {
      openSsl.input.close();
      openSsl.await(END);
      openSsl.seen.removeLast();
      return openSsl.seen();
    }
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        lines.add(line);
      }
    } catch (IOException e) {
      // It was ended.
    }
    lines.add(END);
  }

  /** Waits for a line with this in it; an error shows all that came instead. */
  String await(String part) throws InterruptedException {
    while (true) {
      String line = lines.poll(8, TimeUnit.SECONDS);
      if (line == null || (line.equals(END) && !part.equals(END))) {
        throw new AssertionError("no \"" + part + "\" in\n" + String.join("\n", seen));
      }
      seen.add(line);
      if (line.contains(part)) {
        return line;
      }
    }
  }

  /** All that it printed up to the line last waited for. */
  String seen() {
    return String.join("\n", seen);
  }

  /** Types a line. */
  void type(String line) throws IOException {
    input.write(line + "\n");
    input.flush();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(5, TimeUnit.SECONDS).join();
  }

  /** A UDP socket on the loopback address for a peer of ours. */
  static final class Socket implements AutoCloseable {
    private final DatagramChannel channel;

    Socket(TestPeer peer) throws IOException {
      channel = DatagramChannel.open();
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofVirtual().start(() -> read(peer));
    }

    int port() throws IOException {
      return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    /** Makes our peer send to a port. */
    void sendTo(TestPeer peer, int port) {
      InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      peer.wire =
          bytes -> {
            try {
              channel.send(ByteBuffer.wrap(bytes), to);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
    }

    private void read(TestPeer peer) {
      ByteBuffer buffer = ByteBuffer.allocate(2_048);
      try {
        while (true) {
          buffer.clear();
          InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
          if (from == null) {
            return;
          }
          byte[] bytes = new byte[buffer.flip().remaining()];
          buffer.get(bytes);
          peer.loop.execute(() -> {
            sendTo(peer, from.getPort());
            peer.take(bytes);
          });
        }
      } catch (AsynchronousCloseException e) {
        // The end.
      } catch (ClosedChannelException e) {
        // The end, just before.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
