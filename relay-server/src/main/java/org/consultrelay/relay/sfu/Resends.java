package org.consultrelay.relay.sfu;

import org.consultrelay.relay.layers.PacketFacts;
import org.consultrelay.relay.layers.StreamSwitch;
import org.consultrelay.relay.layers.Verdict;
import org.consultrelay.relay.rtp.RtcpReader;
import org.consultrelay.relay.rtp.RtpPacket;

/**
 * Sends packets of a subscription again: those that the subscriber misses (RFC 4585 §6.2.1), and
 * some that it does not, to see whether its line carries more.
 */
final class Resends {
  /** The same packet is sent again at most this often, in nanoseconds, when no RTT is known. */
  private static final long MIN_RESEND_NANOS = 20_000_000L;

  private static final int MEMORY = 128;

  private static final int MAX_PADDING_PACKETS = 64;

  /** How many packets back a probe reaches for something to send. */
  private static final int PROBE_REACH = 64;

  /**
   * Each packet sent entitles to one sent again, and so many may be saved up: enough for an outage
   * of a second, and whoever asks for everything over and over doubles his rate at most.
   */
  private static final int MAX_CREDIT = RetransmissionStore.CAPACITY;

  private static final int FIRST_CREDIT = 64;

  private final Publication publication;
  private final MediaEndpoint subscriber;
  private final StreamSwitch streams;
  private final PacketSender sender;
  private final SenderState state;
  private final long[] resentAt = new long[MEMORY];
  private final int[] resentSequence = new int[MEMORY];
  private long credit = FIRST_CREDIT;
  private long creditedPackets;
  private int probed;

  Resends(
      Publication publication,
      MediaEndpoint subscriber,
      StreamSwitch streams,
      PacketSender sender,
      SenderState state) {
    this.publication = publication;
    this.subscriber = subscriber;
    this.streams = streams;
    this.sender = sender;
    this.state = state;
  }

  /** Answers a generic NACK of the subscriber from the stores of the track's streams. */
  void onNack(RtcpReader nack, long nowNanos) {
    credit = Math.min(credit + state.packets() - creditedPackets, MAX_CREDIT);
    creditedPackets = state.packets();
    for (int i = 0; i < nack.nackCount(); i++) {
      int first = nack.nackPacketId(i);
      resend(first, nowNanos);
      for (int mask = nack.nackBitmask(i); mask != 0; mask &= mask - 1) {
        resend(first + 1 + Integer.numberOfTrailingZeros(mask) & 0xFFFF, nowNanos);
      }
    }
  }

  private void resend(int sequenceNumber, long nowNanos) {
    if (streams.source() < 0 || !keepsPackets()) {
      return;
    }
    MediaCounters counters = subscriber.counters();
    counters.nackReceived++;
    if (wasJustResent(sequenceNumber, nowNanos)) {
      return;
    }
    RtpPacket rtp = subscriber.scratchPacket();
    PacketFacts facts = subscriber.scratchFacts();
    Verdict verdict = find(sequenceNumber, rtp, facts);
    if (verdict == Verdict.DROP) {
      counters.retransmissionMisses++;
      return;
    }
    if (credit == 0) {
      counters.retransmissionsRefused++;
      return;
    }
    credit--;
    int at = sequenceNumber & (MEMORY - 1);
    resentSequence[at] = sequenceNumber + 1;
    resentAt[at] = nowNanos;
    boolean fills = verdict == Verdict.FILL;
    if (sender.hasRtx()) {
      sender.sendRtx(rtp, facts, fills, nowNanos);
    } else {
      // The same bytes under the same index: nothing that varies may stand in the header.
      sender.send(rtp, facts, fills, nowNanos);
    }
    counters.retransmitted++;
  }

  private boolean keepsPackets() {
    Layer any = publication.highest();
    return any != null && any.store() != null;
  }

  /** Finds and reads what went out under a number; the switch then knows how it goes out. */
  Verdict find(int sequenceNumber, RtpPacket rtp, PacketFacts facts) {
    if (!streams.locate(sequenceNumber)) {
      return Verdict.DROP;
    }
    Layer layer = publication.layer(streams.locatedSource());
    RetransmissionStore store = layer == null ? null : layer.store();
    if (layer == null || store == null || !store.read(streams.locatedIndex(), rtp)) {
      return Verdict.DROP;
    }
    rtp.indexExtensions(publication.publisher().extensions());
    layer.reader().readAgain(rtp, streams.locatedIndex(), facts);
    return streams.again(facts);
  }

  /**
   * Sends packets again that the subscriber has, the newest first, to see whether its line carries
   * more: they do no harm, and may fill a gap. Where there are none, padding.
   *
   * @param bytes about how many
   * @return how many bytes were sent; 0 when it cannot be told apart
   */
  int probe(int bytes, long nowNanos) {
    if (!sender.isNumbered() || !sender.hasRtx() || !subscriber.outlet().isOpen()) {
      return 0;
    }
    RtpPacket rtp = subscriber.scratchPacket();
    PacketFacts facts = subscriber.scratchFacts();
    int sent = 0;
    for (int i = 0; streams.source() >= 0 && i < PROBE_REACH && sent < bytes; i++) {
      long out = streams.highestOut() - probed;
      probed = (probed + 1) % PROBE_REACH;
      if (out >= 0 && find((int) out & 0xFFFF, rtp, facts) == Verdict.FORWARD) {
        sent += sender.sendRtx(rtp, facts, false, nowNanos);
      }
    }
    for (int i = 0; i < MAX_PADDING_PACKETS && sent < bytes; i++) {
      sent += sender.sendPadding(bytes - sent, nowNanos);
    }
    subscriber.counters().probeBytes += sent;
    return sent;
  }

  private boolean wasJustResent(int sequenceNumber, long nowNanos) {
    int at = sequenceNumber & (MEMORY - 1);
    // The stored number is one up, so that an empty place matches nothing.
    return resentSequence[at] == sequenceNumber + 1
        && nowNanos - resentAt[at] < Math.max(MIN_RESEND_NANOS, state.rttNanos());
  }
}
