package org.consultrelay.load.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpKeys;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.srtp.SrtpReceiver;
import org.consultrelay.relay.srtp.SrtpSender;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** SRTP, per packet of 1,000 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CipherBenchmark {
  private static final int PACKETS = 512;
  private static final int STRIDE = 1_216;
  private static final int HEADER = 12;
  private static final int PAYLOAD = 988;
  private static final int SSRC = 9;

  /** The profile's name. */
  @Param({"AEAD_AES_128_GCM", "AES_CM_128_HMAC_SHA1_80"})
  public String profile = "";

  private final Arena arena = Arena.ofShared();
  private final MemorySegment source = arena.allocate(STRIDE);
  private final MemorySegment packets = arena.allocate((long) PACKETS * STRIDE);
  private final int[] lengths = new int[PACKETS];
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private SrtpSender sender = sender(SrtpProfile.AES_CM_128_HMAC_SHA1_80);
  private SrtpReceiver receiver = receiver(SrtpProfile.AES_CM_128_HMAC_SHA1_80);
  private long index = 1;
  private long first;

  /** Makes the keys. */
  @Setup(Level.Trial)
  public void setUp() {
    sender.close();
    receiver.close();
    sender = sender(SrtpProfile.valueOf(profile));
    receiver = receiver(SrtpProfile.valueOf(profile));
  }

  private static SrtpSender sender(SrtpProfile chosen) {
    return SrtpCiphers.detect().sender(keys(chosen));
  }

  private static SrtpReceiver receiver(SrtpProfile chosen) {
    return SrtpCiphers.detect().receiver(keys(chosen));
  }

  private static SrtpKeys keys(SrtpProfile chosen) {
    return new SrtpKeys(chosen, new byte[chosen.keyLength()], new byte[chosen.saltLength()]);
  }

  /** Encrypts what {@link #unprotect} decrypts. */
  @Setup(Level.Invocation)
  public void encrypt() {
    first = index;
    protectAll();
  }

  private void protectAll() {
    for (int i = 0; i < PACKETS; i++) {
      long at = (long) i * STRIDE;
      writer.begin(packets, at, HEADER, false, 96, (int) index & 0xFFFF, 0, SSRC);
      writer.finish();
      lengths[i] = sender.protectRtp(packets, at, HEADER, source, 0, PAYLOAD, SSRC, index++);
    }
  }

  /** From a source slot into a send slot. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public void protect() {
    protectAll();
  }

  /** In place. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public void unprotect() {
    for (int i = 0; i < PACKETS; i++) {
      int sequenceNumber = (int) (first + i) & 0xFFFF;
      if (receiver.unprotectRtp(
              packets, (long) i * STRIDE, lengths[i], HEADER, SSRC, sequenceNumber)
          < 0) {
        throw new IllegalStateException("a packet was refused");
      }
    }
  }

  /** Gives the memory back. */
  @TearDown
  public void tearDown() {
    sender.close();
    receiver.close();
    arena.close();
  }
}
