package org.consultrelay.load.peer;

import java.util.ArrayList;
import java.util.List;
import org.consultrelay.relay.dtls.DtlsRole;
import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.ice.CandidateLine;
import org.consultrelay.relay.ice.IceCandidate;
import org.consultrelay.relay.ice.IceCredentials;
import org.consultrelay.relay.sdp.DtlsSetup;
import org.consultrelay.relay.sdp.MediaSection;
import org.consultrelay.relay.sdp.SdpParser;
import org.consultrelay.relay.sdp.SdpResult;
import org.consultrelay.relay.sdp.SessionDescription;
import org.consultrelay.relay.sdp.TransportDescription;
import org.consultrelay.relay.wire.TransportAddress;

/**
 * What a participant needs of a relay's answer.
 *
 * @param ice the relay's credentials
 * @param fingerprint of the relay's certificate
 * @param dtlsRole ours, as it wants it
 * @param addresses its UDP candidates of one address family, the first ones first
 * @param sections what it says of the media
 */
public record RemoteDescription(
    IceCredentials ice,
    Fingerprint fingerprint,
    DtlsRole dtlsRole,
    List<TransportAddress> addresses,
    List<MediaSection> sections) {
  /** More are not tried. */
  private static final int MOST_ADDRESSES = 8;

  /** Copies the lists. */
  public RemoteDescription {
    addresses = List.copyOf(addresses);
    sections = List.copyOf(sections);
  }

  /**
   * Reads an answer.
   *
   * @throws IllegalArgumentException when it lacks something, in one line
   */
  public static RemoteDescription of(String answer) {
    if (!(SdpParser.parse(answer) instanceof SdpResult.Parsed(SessionDescription description))) {
      throw new IllegalArgumentException("the answer does not parse");
    }
    MediaSection section = description.taggedSection();
    if (section == null) {
      throw new IllegalArgumentException("the answer accepts nothing");
    }
    TransportDescription transport = description.transportOf(section);
    if (transport.ice() == null || transport.fingerprints().isEmpty()) {
      throw new IllegalArgumentException("the answer has no ICE credentials or no fingerprint");
    }
    org.consultrelay.relay.sdp.Fingerprint first = transport.fingerprints().getFirst();
    return new RemoteDescription(
        new IceCredentials(transport.ice().ufrag(), transport.ice().pwd()),
        new Fingerprint(first.hash(), first.digest()),
        // Servers of other make may want to be the client.
        transport.setup() == DtlsSetup.ACTIVE ? DtlsRole.SERVER : DtlsRole.CLIENT,
        addresses(section.candidates()),
        description.sections());
  }

  private static List<TransportAddress> addresses(List<String> candidates) {
    List<TransportAddress> addresses = new ArrayList<>();
    for (String line : candidates) {
      if (CandidateLine.parse(line) instanceof CandidateLine.Usable(IceCandidate candidate)
          && candidate.transport() == IceCandidate.Transport.UDP) {
        addresses.add(candidate.address());
      }
    }
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("the answer has no UDP candidate");
    }
    // A participant has one socket: IPv4 if that is offered, for it goes everywhere.
    boolean ipv4 = addresses.stream().anyMatch(TransportAddress::isIpv4);
    return addresses.stream()
        .filter(address -> address.isIpv4() == ipv4)
        .limit(MOST_ADDRESSES)
        .toList();
  }
}
