package org.consultrelay.relay.transport;

import org.consultrelay.relay.net.BatchSink;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.wire.PacketSink;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Where packets to remote addresses leave, on one path of a loop. */
public interface PathSinks {
  /**
   * What leaves for a remote address. To be kept: it may be costly to make.
   *
   * @param loop the loop whose media sends: this one, or another that hands over
   * @return null when there is no way there, or none any more
   */
  @Nullable PacketSink sink(TransportAddress remote, int loop);

  /**
   * Whether only this loop can send there, as over a connection that it holds. Then others hand
   * over what they send. A UDP port that is shared can be sent from by each of them.
   */
  boolean isOfOneLoop();

  /**
   * Where a client really is.
   *
   * @param way how it comes: the kind of its path, behind {@code turn} a slash and its transport
   * @param address its own address, not that of a relay or a load balancer in between
   */
  record Origin(String way, TransportAddress address) {}

  /** Where the client behind a remote address of this path is. Any loop's thread. */
  default Origin origin(TransportAddress remote) {
    return new Origin(kind().label(), remote);
  }

  /** What sort of path it is. */
  PathKind kind();

  /** A participant, on whichever loop, has shown that it is at this address. */
  default void bound(TransportAddress remote) {}

  /** Nobody is at this address any more. */
  default void unbound(TransportAddress remote) {}

  /** Those of a UDP port. */
  static PathSinks of(SendBatch batch) {
    return new PathSinks() {
      @Override
      public PacketSink sink(TransportAddress remote, int loop) {
        return new BatchSink(batch, remote);
      }

      @Override
      public boolean isOfOneLoop() {
        return false;
      }

      @Override
      public PathKind kind() {
        return PathKind.UDP;
      }
    };
  }
}
