package org.consultrelay.load.turn;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.consultrelay.load.local.CoturnProcess;
import org.consultrelay.load.local.RelayProcess;

/** The kinds of servers that a bench sets against each other. */
public final class TurnServers {
  private static final String OUR_HOST = "127.0.0.5";

  /** Settings of ours that leave it without limits to speak of, as coturn is unless configured. */
  public static final List<String> WIDE_QUOTAS =
      List.of(
          "turn.quotas.perUser=1000000",
          "turn.quotas.perSource=1000000",
          "turn.quotas.total=1000000",
          "turn.quotas.bandwidth=16GiB",
          "turn.quotas.totalBandwidth=16GiB",
          "turn.quotas.strangers=1000000",
          "turn.quotas.strangersPerNetwork=1000000");

  private TurnServers() {}

  /**
   * Debian's coturn.
   *
   * @param launcher what stands in front of the command, as to pin it to a processor
   * @param threads that relay
   */
  public static TurnServer.Kind coturn(List<String> launcher, int threads) {
    return () -> {
      String version =
          CoturnProcess.version()
              .orElseThrow(
                  () -> new IOException("coturn is not installed (apt-get install coturn)"));
      CoturnProcess process = CoturnProcess.start(launcher, threads, null);
      return new TurnServer(
          "coturn",
          "coturn " + version + ", relay-threads=" + threads,
          TurnTarget.of(
              "turn:127.0.0.1:" + process.port(), new TurnLogin.Secret(CoturnProcess.SECRET)),
          process.processId(),
          process::close);
    };
  }

  /**
   * Ours.
   *
   * @param launcher what stands in front of the command
   * @param jvmFlags for its Java
   * @param loops its media loops
   * @param settings {@code key=value} pairs besides, as quotas that a bench needs wider
   */
  public static TurnServer.Kind ours(
      List<String> launcher, List<String> jvmFlags, int loops, List<String> settings) {
    return () -> {
      int port = freePort();
      List<String> all =
          new ArrayList<>(
              List.of(
                  "net.loops=" + loops,
                  "turn.udpPort=" + port,
                  // Peers of the bench are on 127.0.0.1, where no relay may let anybody in that is
                  // there itself.
                  "net.bind=" + OUR_HOST,
                  "turn.secrets=" + CoturnProcess.SECRET,
                  "turn.realm=bench",
                  "turn.allowPeers=127.0.0.0/8"));
      all.addAll(settings);
      RelayProcess process = RelayProcess.start(launcher, jvmFlags, all);
      return new TurnServer(
          "ours",
          "ours, net.loops=" + loops + ", Java " + Runtime.version().feature() + " " + jvmFlags,
          TurnTarget.of(
              "turn:" + OUR_HOST + ":" + port, new TurnLogin.Secret(CoturnProcess.SECRET)),
          process.processId(),
          process::close);
    };
  }

  /** One that others have started on this machine. */
  public static TurnServer.Kind running(TurnTarget target, long processId) {
    return () -> new TurnServer("given", "process " + processId, target, processId, () -> {});
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(OUR_HOST))) {
      return socket.getLocalPort();
    }
  }
}
