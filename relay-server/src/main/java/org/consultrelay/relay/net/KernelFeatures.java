package org.consultrelay.relay.net;

import io.netty.channel.epoll.Epoll;
import java.util.Optional;

/**
 * What the kernel offers to media sockets, for people to know before a relay starts.
 *
 * @param whyNotEpoll why Linux's own sockets cannot be used here; empty when they can
 * @param segmentation whether a run of packets goes out and comes in as one message
 */
public record KernelFeatures(Optional<String> whyNotEpoll, boolean segmentation) {
  /** Finds out by trying, over loopback. Blocking, a second at most. */
  public static KernelFeatures probe() {
    String whyNot = LinuxSupport.whyNot();
    if (whyNot == null && !Epoll.isAvailable()) {
      whyNot = "Netty has no epoll here: " + Epoll.unavailabilityCause().getMessage();
    }
    return whyNot == null
        ? new KernelFeatures(Optional.empty(), SegmentationProbe.works())
        : new KernelFeatures(Optional.of(whyNot), false);
  }
}
