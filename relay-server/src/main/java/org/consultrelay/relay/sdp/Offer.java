package org.consultrelay.relay.sdp;

import java.util.List;

/**
 * An offer of the relay's, kept until its answer comes.
 *
 * @param description to be written and sent
 * @param sections what it was made of
 * @param local the relay's side of the transport
 */
public record Offer(
    SessionDescription description, List<OfferSection> sections, LocalTransport local) {
  /** Copies the list. */
  public Offer {
    sections = List.copyOf(sections);
  }
}
