package org.consultrelay.relay.ice;

import java.nio.charset.StandardCharsets;
import org.consultrelay.relay.stun.IntegrityKey;

/** One set of local credentials, from one restart to the next (RFC 8445 §9). */
final class LocalGeneration {
  final int number;
  final IceCredentials local;
  final byte[] ufrag;
  final IntegrityKey key;
  final SeenTransactions seen = new SeenTransactions();

  /**
   * A generation in which nothing has been seen.
   *
   * @param number how many there were before it
   */
  LocalGeneration(int number, IceCredentials local) {
    this.number = number;
    this.local = local;
    this.ufrag = local.ufrag().getBytes(StandardCharsets.US_ASCII);
    this.key = IntegrityKey.shortTerm(local.password());
  }
}
