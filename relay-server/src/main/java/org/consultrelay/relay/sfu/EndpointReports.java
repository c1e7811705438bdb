package org.consultrelay.relay.sfu;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.consultrelay.relay.rtp.HeaderExtension;
import org.consultrelay.relay.rtp.RtcpWriter;
import org.consultrelay.relay.rtp.RtpPacket;
import org.consultrelay.relay.rtp.TransportFeedbackRecorder;
import org.consultrelay.relay.wire.Bytes;

/**
 * The RTCP that one endpoint sends: reports about once a second for what it sends us and what we
 * send it (RFC 3550 §6.4), transport-wide feedback while packets come, and requests as they arise.
 */
final class EndpointReports {
  /** Between two reports, in nanoseconds. */
  private static final long INTERVAL_NANOS = 1_000_000_000L;

  /** The most bytes of one compound, before encryption. */
  private static final int CAPACITY = 1_200;

  /** Room for a report of its own: sender report, 31 blocks would not fit, so they come in turn. */
  private static final int NEEDED = 28 + 24;

  /** What a peer without transport-cc is told that the line carries, in bits a second. */
  private static final long REMB_BITRATE = 5_000_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final MediaEndpoint endpoint;
  private final MediaOutlet outlet;
  private final int ssrc;
  private final byte[] cname;
  private final RtcpWriter writer = new RtcpWriter();
  private final TransportFeedbackRecorder feedback = new TransportFeedbackRecorder();
  private final int[] rembSsrcs = new int[16];
  private boolean reducedSize = true;
  private boolean remb;
  private boolean hasTransportSequence;
  private long nextReport = NEVER;

  EndpointReports(MediaEndpoint endpoint, MediaOutlet outlet, int ssrc, String cname) {
    this.endpoint = endpoint;
    this.outlet = outlet;
    this.ssrc = ssrc;
    this.cname = cname.getBytes(StandardCharsets.UTF_8);
  }

  void negotiated(boolean mayBeReducedSize, boolean wantsRemb) {
    this.reducedSize = mayBeReducedSize;
    this.remb = wantsRemb;
  }

  /** Reports begin. */
  void start(long nowNanos) {
    if (nextReport == NEVER) {
      // Half an interval at first, so that a sender soon has a report to adapt to.
      nextReport = nowNanos + INTERVAL_NANOS / 2;
    }
  }

  /** Notes the arrival of a packet with a transport-wide sequence number. */
  void onTransportSequence(RtpPacket rtp, long nowNanos) {
    long at = rtp.extensionOffset(HeaderExtension.TRANSPORT_CC);
    if (at >= 0 && rtp.extensionLength(HeaderExtension.TRANSPORT_CC) == 2) {
      hasTransportSequence = true;
      feedback.record(Bytes.u16(rtp.memory(), at), nowNanos);
    }
  }

  long deadline() {
    return Math.min(nextReport, feedback.deadline());
  }

  /** Sends what is due. Returns true when this was the time of a report. */
  boolean onDeadline(long nowNanos) {
    if (!outlet.isOpen()) {
      return false;
    }
    if (feedback.deadline() <= nowNanos) {
      sendFeedback();
    }
    if (nextReport > nowNanos) {
      return false;
    }
    nextReport = nowNanos + INTERVAL_NANOS;
    sendReports(nowNanos);
    return true;
  }

  private void sendFeedback() {
    List<Layer> layers = endpoint.layers();
    int media = layers.isEmpty() ? 0 : layers.get(0).ssrc();
    // Bounded: a feedback covers hundreds of packets, and the recorder's window is a thousand.
    for (int i = 0; i < 8 && feedback.pending() > 0; i++) {
      long at = begin();
      if (!feedback.write(writer, ssrc, media)) {
        return;
      }
      send(at);
    }
  }

  private void sendReports(long nowNanos) {
    long at = outlet.claim(CAPACITY);
    writer.begin(outlet.memory(), at, CAPACITY);
    List<Subscription> subscriptions = endpoint.subscriptions();
    boolean any = false;
    for (int i = 0; i < subscriptions.size(); i++) {
      Subscription subscription = subscriptions.get(i);
      Layer layer = subscription.current();
      if (layer == null || !layer.hasSenderReport()) {
        continue;
      }
      if (writer.remaining() < NEEDED + cname.length) {
        send(at);
        at = outlet.claim(CAPACITY);
        writer.begin(outlet.memory(), at, CAPACITY);
      }
      SenderState sender = subscription.sender();
      int media = subscription.parameters().ssrc();
      long ntp = layer.ntpAt(nowNanos);
      writer.senderReport(
          media,
          ntp,
          layer.timestampAt(nowNanos) + subscription.timestampOffset(),
          sender.packets(),
          sender.octets());
      sender.reportSent(ntp, nowNanos);
      writer.sdesCname(media, cname);
      any = true;
    }
    if (!any || !endpoint.layers().isEmpty()) {
      at = appendReceiverReport(at, nowNanos);
    }
    send(at);
  }

  private long appendReceiverReport(long begun, long nowNanos) {
    long at = begun;
    List<Layer> layers = endpoint.layers();
    if (writer.remaining() < 8 + 24 * Math.min(layers.size(), 31) + 12 + cname.length + 100) {
      send(at);
      at = outlet.claim(CAPACITY);
      writer.begin(outlet.memory(), at, CAPACITY);
    }
    writer.receiverReport(ssrc);
    for (int i = 0; i < layers.size() && i < 31; i++) {
      Layer layer = layers.get(i);
      layer.statistics().takeReport();
      writer.reportBlock(layer.ssrc(), layer.statistics(), nowNanos);
    }
    writer.sdesCname(ssrc, cname);
    if (remb && !hasTransportSequence && !layers.isEmpty()) {
      int count = Math.min(layers.size(), rembSsrcs.length);
      for (int i = 0; i < count; i++) {
        rembSsrcs[i] = layers.get(i).ssrc();
      }
      writer.remb(ssrc, REMB_BITRATE, rembSsrcs, count);
    }
    return at;
  }

  /** Asks for a key frame (RFC 4585 §6.3.1). False when nothing can be sent now. */
  boolean sendPli(int mediaSsrc) {
    if (!outlet.isOpen()) {
      return false;
    }
    long at = begin();
    writer.pli(ssrc, mediaSsrc);
    send(at);
    return true;
  }

  /** Asks for packets again (RFC 4585 §6.2.1). */
  void sendNack(int mediaSsrc, int[] sequenceNumbers, int count) {
    if (outlet.isOpen()) {
      long at = begin();
      writer.nack(ssrc, mediaSsrc, sequenceNumbers, count);
      send(at);
    }
  }

  private long begin() {
    long at = outlet.claim(CAPACITY);
    writer.begin(outlet.memory(), at, CAPACITY);
    if (!reducedSize) {
      writer.receiverReport(ssrc);
      writer.sdesCname(ssrc, cname);
    }
    return at;
  }

  private void send(long at) {
    if (writer.length() > 0) {
      outlet.sendRtcp(at, writer.length());
      endpoint.counters().rtcpSent++;
    }
  }
}
