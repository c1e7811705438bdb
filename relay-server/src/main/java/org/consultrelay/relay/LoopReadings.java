package org.consultrelay.relay;

import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.DropReason;
import org.consultrelay.relay.net.LoopCounters;
import org.consultrelay.relay.net.PortCounters;
import org.consultrelay.relay.ops.LoopReading;

/** Reads what a media loop counts. Any thread, a moment late. */
final class LoopReadings {
  private LoopReadings() {}

  static LoopReading of(MediaHost host) {
    LoopCounters counters = host.loop().counters();
    long packets = 0;
    long drops = 0;
    for (DatagramPort port : host.loop().ports()) {
      PortCounters each = port.counters();
      packets += each.receivedPackets() + each.sentPackets();
      drops +=
          each.drops(DropReason.NO_SLOT)
              + each.drops(DropReason.RECEIVE_BUFFER_FULL)
              + each.drops(DropReason.SEND_BUFFER_FULL);
    }
    int slots = host.loop().slots().slots();
    return new LoopReading(
        counters.busyNanos(),
        counters.ticks(),
        counters.latenessSumNanos(),
        packets,
        drops,
        slots - host.loop().slots().available(),
        slots,
        host.demultiplexer().videoCap().number() > 0);
  }
}
