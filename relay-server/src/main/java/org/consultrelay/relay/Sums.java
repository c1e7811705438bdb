package org.consultrelay.relay;

import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.consultrelay.relay.net.DatagramPort;
import org.consultrelay.relay.net.PortCounters;
import org.consultrelay.relay.sfu.MediaCounters;
import org.consultrelay.relay.transport.TransportCounters;

/** Sums over what counts apart: media loops, their sockets, TURN. They are taken when read. */
final class Sums {
  private Sums() {}

  /** Over all parts of a list, those too that it comes to have later. */
  static <T> LongSupplier of(List<T> parts, ToLongFunction<? super T> value) {
    return () -> {
      long sum = 0;
      for (T part : parts) {
        sum += value.applyAsLong(part);
      }
      return sum;
    };
  }

  /** Over the numbers from 0 to below a count. */
  static LongSupplier of(int count, IntToLongFunction value) {
    return () -> {
      long sum = 0;
      for (int i = 0; i < count; i++) {
        sum += value.applyAsLong(i);
      }
      return sum;
    };
  }

  /** Over what each host's media counts. */
  static LongSupplier ofMedia(List<MediaHost> hosts, ToLongFunction<MediaCounters> value) {
    return of(hosts, host -> value.applyAsLong(host.demultiplexer().mediaCounters()));
  }

  /** Over what each host's peer connections count. */
  static LongSupplier ofTransports(List<MediaHost> hosts, ToLongFunction<TransportCounters> value) {
    return of(hosts, host -> value.applyAsLong(host.demultiplexer().counters()));
  }

  /** Over what sockets count. */
  static LongSupplier ofPorts(List<DatagramPort> ports, ToLongFunction<PortCounters> value) {
    return of(ports, port -> value.applyAsLong(port.counters()));
  }

  /** Over what all sockets of each host count. */
  static LongSupplier ofHostPorts(List<MediaHost> hosts, ToLongFunction<PortCounters> value) {
    return of(hosts, host -> ofPorts(host.loop().ports(), value).getAsLong());
  }
}
