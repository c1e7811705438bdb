package org.consultrelay.relay.ice;

import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute.UnknownAttributes;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunAttribute.XorMappedAddress;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;

/** The responses to an authenticated Binding request (RFC 8445 §7.3), signed as it was. */
final class BindingAnswers {
  private BindingAnswers() {}

  static byte[] success(StunMessage request, TransportAddress from, IntegrityKey key) {
    return StunWriter.success(request)
        .add(new XorMappedAddress(from))
        .signed(key, algorithm(request));
  }

  static byte[] roleConflict(StunMessage request, IntegrityKey key) {
    return StunWriter.error(request, 487, "Role Conflict").signed(key, algorithm(request));
  }

  static byte[] unknownAttributes(StunMessage request, IntegrityKey key) {
    return StunWriter.error(request, 420, "Unknown Attribute")
        .add(new UnknownAttributes(request.unknownRequired()))
        .signed(key, algorithm(request));
  }

  /** The part of USERNAME before the colon: the receiver's fragment (RFC 8445 §7.2.2). */
  static @Nullable String addressedUfrag(StunMessage request) {
    Username username = request.get(Username.class);
    if (username == null) {
      return null;
    }
    int colon = username.value().indexOf(':');
    return colon < 0 ? null : username.value().substring(0, colon);
  }

  private static IntegrityAlgorithm algorithm(StunMessage request) {
    IntegrityAlgorithm algorithm = request.integrityAlgorithm();
    return algorithm == null ? IntegrityAlgorithm.SHA1 : algorithm;
  }
}
