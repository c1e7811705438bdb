package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What both sides agreed on for one section, seen from the relay.
 *
 * @param index the section's place, from 0
 * @param mid its identifier; empty when the peer gave none
 * @param kind what it carries
 * @param rejected whether it is closed (port 0); the place may be used again later
 * @param direction the relay's: {@link Direction#sends()} means that the relay sends
 * @param codecs agreed codecs, the first being the one to use; empty when rejected or not RTP
 * @param extensionIds header extension ids by URI; also those of no use in the present direction
 * @param remoteSsrcs sources that the peer announced; may be empty (simulcast by RID)
 * @param remoteSsrcGroups groups of them
 * @param rids simulcast streams accepted from the peer, in the peer's order of preference; empty
 *     without simulcast
 * @param remoteMsid the peer's stream and track, or null
 * @param reducedSizeRtcp whether RTCP may be reduced-size (RFC 5506)
 * @param remoteSctp the peer's data channel parameters, or null
 * @param track what the relay sends, or null
 * @param problem why less was agreed on than the caller wanted, or null
 */
public record NegotiatedSection(
    int index,
    String mid,
    MediaKind kind,
    boolean rejected,
    Direction direction,
    List<NegotiatedCodec> codecs,
    Map<String, Integer> extensionIds,
    List<SsrcDescription> remoteSsrcs,
    List<SsrcGroup> remoteSsrcGroups,
    List<String> rids,
    @Nullable Msid remoteMsid,
    boolean reducedSizeRtcp,
    @Nullable SctpDescription remoteSctp,
    @Nullable SendTrack track,
    @Nullable Refusal problem) {
  /** Copies the collections. */
  public NegotiatedSection {
    codecs = List.copyOf(codecs);
    extensionIds = Collections.unmodifiableMap(new LinkedHashMap<>(extensionIds));
    remoteSsrcs = List.copyOf(remoteSsrcs);
    remoteSsrcGroups = List.copyOf(remoteSsrcGroups);
    rids = List.copyOf(rids);
  }

  /** The id of a header extension, or 0 when it is not agreed on. */
  public int extensionId(String uri) {
    return extensionIds.getOrDefault(uri, 0);
  }

  /** The codec of a payload type (its own or its retransmissions'), or null. */
  public @Nullable NegotiatedCodec codecOf(int payloadType) {
    for (NegotiatedCodec codec : codecs) {
      if (codec.payloadType() == payloadType || codec.rtxPayloadType() == payloadType) {
        return codec;
      }
    }
    return null;
  }

  /** The announced retransmission source of a media source ({@code FID}), or -1. */
  public long rtxSsrcOf(long ssrc) {
    for (SsrcGroup group : remoteSsrcGroups) {
      List<Long> members = group.ssrcs();
      if (group.semantics().equals(SsrcGroup.FID)
          && members.size() == 2
          && members.getFirst() == ssrc) {
        return members.get(1);
      }
    }
    return -1;
  }

  /** The announced media sources: all but retransmission and repair sources, in order. */
  public List<Long> remoteMediaSsrcs() {
    List<Long> repair = new ArrayList<>();
    for (SsrcGroup group : remoteSsrcGroups) {
      if (!group.semantics().equals(SsrcGroup.SIM)) {
        repair.addAll(group.ssrcs().subList(1, group.ssrcs().size()));
      }
    }
    return remoteSsrcs.stream()
        .map(SsrcDescription::ssrc)
        .filter(ssrc -> !repair.contains(ssrc))
        .toList();
  }
}
