package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trickle ICE fragment, {@code application/trickle-ice-sdpfrag} (RFC 8840 §9), as WHIP and WHEP
 * carry it in PATCH requests and in answers to ICE restarts (RFC 9725 §4.3).
 *
 * @param iceLite {@code a=ice-lite}
 * @param iceOptions {@code a=ice-options}
 * @param bundle the mids of {@code a=group:BUNDLE}; empty when absent
 * @param ice credentials for all sections, or null; null also when only one of the two is given
 * @param candidates before the first section, from {@code candidate:} on
 * @param endOfCandidates said for all sections
 * @param sections pseudo media descriptions
 */
public record TrickleFragment(
    boolean iceLite,
    List<String> iceOptions,
    List<String> bundle,
    @Nullable IceCredentials ice,
    List<String> candidates,
    boolean endOfCandidates,
    List<Section> sections) {
  /** Media type of the text. */
  public static final String MEDIA_TYPE = "application/trickle-ice-sdpfrag";

  /** Copies the lists. */
  public TrickleFragment {
    iceOptions = List.copyOf(iceOptions);
    bundle = List.copyOf(bundle);
    candidates = List.copyOf(candidates);
    sections = List.copyOf(sections);
    iceOptions.forEach(option -> SdpText.requireToken(option, "an ICE option"));
    bundle.forEach(mid -> SdpText.requireToken(mid, "a mid"));
    candidates.forEach(candidate -> SdpText.requireLine(candidate, "a candidate"));
  }

  /**
   * The candidates of one media section.
   *
   * @param mediaLine the value of its {@code m=} line
   * @param mid {@code a=mid}; empty when absent
   * @param ice its credentials, or null
   * @param candidates from {@code candidate:} on, unparsed
   * @param endOfCandidates {@code a=end-of-candidates}
   */
  public record Section(
      String mediaLine,
      String mid,
      @Nullable IceCredentials ice,
      List<String> candidates,
      boolean endOfCandidates) {
    /** Copies the list. */
    public Section {
      SdpText.requireLine(mediaLine, "an m= line");
      if (!mid.isEmpty()) {
        SdpText.requireToken(mid, "a mid");
      }
      candidates = List.copyOf(candidates);
      candidates.forEach(candidate -> SdpText.requireLine(candidate, "a candidate"));
    }

    /** Kind and mid; no address. */
    @Override
    public String toString() {
      return SdpText.before(mediaLine, ' ') + ":" + mid;
    }
  }

  /**
   * What answers an ICE restart (RFC 9725 §4.3.3): the relay's new credentials and candidates, for
   * the sections of its answer that are open.
   */
  public static TrickleFragment restart(SessionDescription answer, LocalTransport local) {
    MediaSection tagged = answer.taggedSection();
    List<Section> sections =
        tagged == null
            ? List.of()
            : List.of(
                new Section(
                    SdpWriter.mediaLine(tagged).substring(2),
                    tagged.mid(),
                    local.ice(),
                    local.candidates(),
                    true));
    return new TrickleFragment(
        local.iceLite(),
        LocalTransport.ICE_OPTIONS,
        answer.bundleGroups().isEmpty() ? List.of() : answer.bundleGroups().getFirst(),
        null,
        List.of(),
        false,
        sections);
  }

  /** The credentials that hold for all: the fragment's own, else those of its first section. */
  public @Nullable IceCredentials credentials() {
    if (ice != null) {
      return ice;
    }
    for (Section section : sections) {
      if (section.ice() != null) {
        return section.ice();
      }
    }
    return null;
  }

  /** All candidates; with BUNDLE they are candidates of one transport. */
  public List<String> allCandidates() {
    List<String> all = new ArrayList<>(candidates);
    sections.forEach(section -> all.addAll(section.candidates()));
    return List.copyOf(all);
  }

  /** Whether the peer has no more candidates for the bundle: any end is the end of the one. */
  public boolean isLast() {
    return endOfCandidates || sections.stream().anyMatch(Section::endOfCandidates);
  }

  /** The fragment as text, lines ending with CRLF. */
  public String write() {
    StringBuilder out = new StringBuilder(512);
    if (iceLite) {
      out.append("a=ice-lite\r\n");
    }
    if (!iceOptions.isEmpty()) {
      out.append("a=ice-options:").append(String.join(" ", iceOptions)).append("\r\n");
    }
    if (!bundle.isEmpty()) {
      out.append("a=group:BUNDLE ").append(String.join(" ", bundle)).append("\r\n");
    }
    write(out, ice, candidates, endOfCandidates);
    for (Section section : sections) {
      out.append("m=").append(section.mediaLine()).append("\r\n");
      if (!section.mid().isEmpty()) {
        out.append("a=mid:").append(section.mid()).append("\r\n");
      }
      write(out, section.ice(), section.candidates(), section.endOfCandidates());
    }
    return out.toString();
  }

  private static void write(
      StringBuilder out, @Nullable IceCredentials ice, List<String> candidates, boolean end) {
    if (ice != null) {
      out.append("a=ice-ufrag:").append(ice.ufrag()).append("\r\n");
      out.append("a=ice-pwd:").append(ice.pwd()).append("\r\n");
    }
    for (String candidate : candidates) {
      out.append("a=").append(candidate).append("\r\n");
    }
    if (end) {
      out.append("a=end-of-candidates\r\n");
    }
  }

  /** Sections only; no address. */
  @Override
  public String toString() {
    return "TrickleFragment" + sections;
  }
}
