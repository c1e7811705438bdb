package org.consultrelay.relay.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the ICE and DTLS attributes of one level while its lines are read. */
final class TransportAttributes {
  private static final int MOST_FINGERPRINTS = 16;
  private static final int MOST_OPTIONS = 32;

  private final List<String> iceOptions = new ArrayList<>();
  private final List<Fingerprint> fingerprints = new ArrayList<>();
  private @Nullable String ufrag;
  private @Nullable String pwd;
  private @Nullable DtlsSetup setup;

  static boolean knows(String name) {
    return switch (name) {
      case "ice-ufrag", "ice-pwd", "ice-options", "fingerprint", "setup" -> true;
      default -> false;
    };
  }

  /** Takes an attribute that {@link #knows} names; returns what is wrong with it, or null. */
  @Nullable String accept(String name, String value) {
    switch (name) {
      case "ice-ufrag" -> {
        if (!IceCredentials.isUfrag(value)) {
          return "a=ice-ufrag must be 4 to 256 letters, digits, + or /";
        }
        ufrag = value;
      }
      case "ice-pwd" -> {
        if (!IceCredentials.isPwd(value)) {
          return "a=ice-pwd must be 22 to 256 letters, digits, + or /";
        }
        pwd = value;
      }
      case "ice-options" -> {
        return acceptIceOptions(value);
      }
      case "fingerprint" -> {
        Fingerprint fingerprint = Fingerprint.parse(value);
        if (fingerprint == null) {
          return "a=fingerprint is not a hash name and its digest in hexadecimal";
        }
        if (fingerprints.size() == MOST_FINGERPRINTS) {
          return "too many a=fingerprint lines";
        }
        fingerprints.add(fingerprint);
      }
      default -> {
        setup = DtlsSetup.parse(value);
        if (setup == null) {
          return "a=setup must be actpass, active, passive or holdconn, not "
              + SdpText.quote(value);
        }
      }
    }
    return null;
  }

  // Spaces separate the options (RFC 8839 §5.6); libdatachannel, and so OBS, once wrote commas.
  private @Nullable String acceptIceOptions(String value) {
    for (String option : SdpText.split(value.replace(',', ' '), ' ')) {
      if (!SdpText.isToken(option)) {
        return "a=ice-options has an option that is not a token";
      }
      if (iceOptions.size() == MOST_OPTIONS) {
        return "too many a=ice-options";
      }
      iceOptions.add(option);
    }
    return null;
  }

  /** What is wrong with the attributes taken together, or null. */
  @Nullable String problem() {
    if ((ufrag == null) != (pwd == null)) {
      return ufrag == null ? "a=ice-pwd without a=ice-ufrag" : "a=ice-ufrag without a=ice-pwd";
    }
    return null;
  }

  TransportDescription description() {
    IceCredentials ice = ufrag == null || pwd == null ? null : new IceCredentials(ufrag, pwd);
    return new TransportDescription(ice, iceOptions, fingerprints, setup);
  }
}
