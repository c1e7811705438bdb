package org.consultrelay.load.bench;

import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.transport.PacketPathTrial;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The whole path but the sockets, AES-GCM where there is libcrypto, a frame of packets at a time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PathBenchmark {
  /** Packets of a frame: what one invocation carries to each subscriber. */
  static final int FRAME = 9;

  /** Publishers, and the subscribers of each: what one uses is in the cache, of many it is not. */
  @Param({"1x1", "1x50", "400x1"})
  public String rooms = "";

  private @Nullable PacketPathTrial trial;

  /** Connects everybody. */
  @Setup(Level.Trial)
  public void setUp() {
    SrtpCiphers ciphers = SrtpCiphers.detect();
    SrtpProfile best = ciphers.profiles().getFirst();
    String[] shape = rooms.split("x", 2);
    trial =
        new PacketPathTrial(
            ciphers, best, Integer.parseInt(shape[0]), Integer.parseInt(shape[1]), 988);
  }

  /** A frame's packets arrive. */
  @Setup(Level.Invocation)
  public void arrive() {
    trial().arrive(FRAME);
  }

  /** From a received frame to all subscribers' send batches. */
  @Benchmark
  public void forward() {
    trial().turn();
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void tearDown() {
    trial().close();
  }

  private PacketPathTrial trial() {
    PacketPathTrial made = trial;
    if (made == null) {
      throw new IllegalStateException("not set up");
    }
    return made;
  }
}
