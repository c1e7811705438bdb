package org.consultrelay.relay;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.dtls.DtlsCounters;
import org.consultrelay.relay.dtls.DtlsEndpoint;
import org.consultrelay.relay.dtls.DtlsFailure;
import org.consultrelay.relay.dtls.DtlsKeys;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.ice.IceControllingAgent;
import org.consultrelay.relay.ice.IceControllingAgent.Nominating;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.ice.IceState;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.ice.OutgoingCheck;
import org.consultrelay.relay.ops.DeepCheck;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpHeaderWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.srtp.SrtpKeys;
import org.consultrelay.relay.srtp.SrtpProfile;
import org.consultrelay.relay.srtp.SrtpReceiver;
import org.consultrelay.relay.srtp.SrtpSender;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.wire.Bytes;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The far end of a {@link TrialCall}: a socket of its own, ICE, DTLS as the client, and a packet of
 * sound every 20 ms until one comes back. All on the calling thread, which it blocks.
 */
final class TrialPeer implements AutoCloseable, DtlsEndpoint.Listener {
  private static final int WAIT_MILLIS = 5;
  private static final long PACKET_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int MTU = 1_500;
  private static final int PAYLOAD = 20;

  /** By their first byte (RFC 7983 §7). */
  private static final int LAST_STUN = 3;

  private static final int FIRST_MEDIA = 128;

  private final DatagramSocket socket;
  private final TransportAddress relay;
  private final IceControllingAgent ice;
  private final DtlsEndpoint dtls;
  private final SrtpCiphers ciphers;
  private final MemorySegment memory;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private final RtpPacket rtp = new RtpPacket();
  private @Nullable SrtpSender sender;
  private @Nullable SrtpReceiver receiver;
  private @Nullable DtlsFailure refused;
  private long iceAt;
  private long dtlsAt;
  private long mediaAt;
  private long nextPacket;
  private long index;

  TrialPeer(
      TransportAddress bound,
      TrialCall.Invitation invitation,
      DtlsContext context,
      SrtpCiphers ciphers,
      SecureRandom random,
      Arena arena)
      throws IOException {
    InetAddress address = bound.toInetAddress();
    InetAddress to = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    this.relay = TransportAddress.of(to, bound.port());
    this.socket = new DatagramSocket(new InetSocketAddress(to, 0));
    socket.setSoTimeout(WAIT_MILLIS);
    this.ciphers = ciphers;
    this.memory = arena.allocate(SrtpSender.MAX_PACKET_LENGTH, 8);
    long now = System.nanoTime();
    this.ice =
        new IceControllingAgent(
            IceCredentials.random(random),
            invitation.credentials(),
            random.nextLong(),
            Nominating.SELECTED,
            IceTimeouts.DEFAULT,
            random,
            now);
    ice.addPair(0, relay, 1, now);
    this.dtls =
        new DtlsEndpoint(
            context,
            DtlsRole.CLIENT,
            invitation.fingerprint(),
            tasks::add,
            new DtlsCounters(),
            this);
  }

  /** Talks until sound has come back; throws with one line when it has not by the deadline. */
  DeepCheck.Stages talk(long begun, long deadline) throws IOException, InterruptedException {
    DatagramPacket packet = new DatagramPacket(new byte[MTU], MTU);
    while (mediaAt == 0) {
      long now = System.nanoTime();
      if (now - deadline > 0 || refused != null || ice.state() == IceState.FAILED) {
        throw new IOException(problem());
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      step(now);
      try {
        packet.setLength(MTU);
        socket.receive(packet);
        receive(packet.getData(), packet.getLength(), System.nanoTime());
      } catch (SocketTimeoutException nothing) {
        // On to the next step.
      }
    }
    return new DeepCheck.Stages(iceAt - begun, dtlsAt - begun, mediaAt - begun);
  }

  private String problem() {
    if (refused != null) {
      return "the DTLS handshake failed: " + refused;
    }
    if (iceAt == 0) {
      return "no answer to connectivity checks";
    }
    return dtlsAt == 0 ? "the DTLS handshake is not done in time" : "no sound has come back";
  }

  private void step(long now) throws IOException {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    ice.onDeadline(now);
    for (OutgoingCheck check = ice.poll(); check != null; check = ice.poll()) {
      send(check.bytes(), check.bytes().length);
    }
    if (iceAt == 0 && ice.selectedPath() >= 0) {
      iceAt = now;
      dtls.start(now);
    }
    if (dtls.deadline() <= now) {
      dtls.onDeadline(now);
    }
    if (sender != null && now - nextPacket >= 0) {
      nextPacket = now + PACKET_NANOS;
      speak(sender);
    }
  }

  private void speak(SrtpSender keys) throws IOException {
    index++;
    writer.begin(
        memory,
        0,
        MTU,
        index == 1,
        TrialCall.OPUS,
        (int) index & 0xFFFF,
        (int) index * 960,
        TrialCall.SENT_SSRC);
    int header = writer.finish();
    memory.asSlice(header, PAYLOAD).fill((byte) index);
    int length =
        keys.protectRtp(memory, 0, header, memory, header, PAYLOAD, TrialCall.SENT_SSRC, index);
    send(Bytes.toArray(memory, 0, length), length);
  }

  private void receive(byte[] bytes, int length, long now) {
    int first = length == 0 ? LAST_STUN + 1 : bytes[0] & 0xFF;
    if (first <= LAST_STUN) {
      byte[] message = java.util.Arrays.copyOf(bytes, length);
      if (StunCodec.decode(message) instanceof StunMessage decoded) {
        ice.onMessage(decoded, relay, 0, now);
      }
    } else if (first < FIRST_MEDIA) {
      dtls.onDatagram(MemorySegment.ofArray(bytes), 0, length, now);
    } else if (receiver != null) {
      hear(receiver, bytes, length, now);
    }
  }

  private void hear(SrtpReceiver keys, byte[] bytes, int length, long now) {
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, 0, length);
    if (RtcpReader.isRtcp(memory, 0) || !rtp.parse(memory, 0, length)) {
      return;
    }
    int plain =
        keys.unprotectRtp(memory, 0, length, rtp.headerLength(), rtp.ssrc(), rtp.sequenceNumber());
    if (plain > 0 && rtp.ssrc() == TrialCall.RETURNED_SSRC) {
      mediaAt = now;
    }
  }

  @Override
  public void send(byte[] datagram, int length) {
    try {
      socket.send(
          new DatagramPacket(
              datagram, length, new InetSocketAddress(relay.toInetAddress(), relay.port())));
    } catch (IOException e) {
      // As if lost on the way: what waits for an answer says so.
    }
  }

  @Override
  public void connected(DtlsKeys keys) {
    SrtpProfile profile = SrtpProfile.of(keys.srtpProfile());
    if (profile == null) {
      refused = DtlsFailure.INTERNAL;
      return;
    }
    dtlsAt = System.nanoTime();
    nextPacket = dtlsAt;
    sender = ciphers.sender(new SrtpKeys(profile, keys.localKey(), keys.localSalt()));
    receiver = ciphers.receiver(new SrtpKeys(profile, keys.remoteKey(), keys.remoteSalt()));
  }

  @Override
  public void failed(DtlsFailure reason) {
    refused = reason;
  }

  @Override
  public void data(MemorySegment data, long offset, int length) {
    // None is sent.
  }

  @Override
  public void closed() {
    if (mediaAt == 0) {
      refused = DtlsFailure.INTERNAL;
    }
  }

  @Override
  public void close() {
    dtls.close();
    if (sender != null) {
      sender.close();
    }
    if (receiver != null) {
      receiver.close();
    }
    socket.close();
  }
}
