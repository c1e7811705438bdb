package org.consultrelay.load.peer;

import java.util.List;
import org.consultrelay.relay.dtls.Fingerprint;
import org.consultrelay.relay.ice.CandidateLine;
import org.consultrelay.relay.ice.IceCandidate;
import org.consultrelay.relay.ice.IceCredentials;
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
 * @param address its first UDP candidate
 * @param sections what it says of the media
 */
public record RemoteDescription(
    IceCredentials ice,
    Fingerprint fingerprint,
    TransportAddress address,
    List<MediaSection> sections) {
  /** Copies the sections. */
  public RemoteDescription {
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
        address(section.candidates()),
        description.sections());
  }

  private static TransportAddress address(List<String> candidates) {
    for (String line : candidates) {
      if (CandidateLine.parse(line) instanceof CandidateLine.Usable(IceCandidate candidate)
          && candidate.transport() == IceCandidate.Transport.UDP) {
        return candidate.address();
      }
    }
    throw new IllegalArgumentException("the answer has no UDP candidate");
  }
}
