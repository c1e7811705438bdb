package org.consultrelay.relay.ice;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.stun.IntegrityAlgorithm;
import org.consultrelay.relay.stun.IntegrityKey;
import org.consultrelay.relay.stun.StunAttribute;
import org.consultrelay.relay.stun.StunAttribute.IceControlling;
import org.consultrelay.relay.stun.StunAttribute.Priority;
import org.consultrelay.relay.stun.StunAttribute.UseCandidate;
import org.consultrelay.relay.stun.StunAttribute.Username;
import org.consultrelay.relay.stun.StunCodec;
import org.consultrelay.relay.stun.StunMessage;
import org.consultrelay.relay.stun.StunMethod;
import org.consultrelay.relay.stun.StunWriter;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;

/** Writes the checks of a peer, one by one, as a test wants them. */
final class Peer {
  static final TransportAddress WIFI = TransportAddress.ipv4(0xC0A80005, 50_000);
  static final TransportAddress MOBILE = TransportAddress.ipv4(0x0A400007, 31_000);
  static final TransportAddress STRANGER = TransportAddress.ipv4(0xCB007109, 6_666);
  static final long HIGH = 0x7E00_00FFL;
  static final long LOW = 0x6400_00FFL;

  private final RandomGenerator random = new SplittableRandom(11);

  static long seconds(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  static StunMessage message(byte[] bytes) {
    return (StunMessage) StunCodec.decode(bytes);
  }

  /** A check that does not nominate. */
  StunMessage check(IceCredentials to, long priority) {
    return message(bytes(to, to.password(), new IceControlling(9), new Priority(priority)));
  }

  /** A check that nominates. */
  StunMessage nominating(IceCredentials to, long priority) {
    return message(
        bytes(
            to, to.password(), new IceControlling(9), new Priority(priority), new UseCandidate()));
  }

  /** A check with attributes of the test's choice. */
  byte[] bytes(IceCredentials to, String password, StunAttribute... attributes) {
    StunWriter writer =
        StunWriter.request(StunMethod.BINDING, TransactionId.random(random))
            .add(new Username(to.ufrag() + ":peer"));
    for (StunAttribute attribute : attributes) {
      writer.add(attribute);
    }
    return writer.signed(IntegrityKey.shortTerm(password), IntegrityAlgorithm.SHA1);
  }
}
