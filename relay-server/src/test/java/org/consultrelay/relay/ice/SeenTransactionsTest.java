package org.consultrelay.relay.ice;

import static org.assertj.core.api.Assertions.assertThat;

import org.consultrelay.relay.ice.SeenTransactions.Sighting;
import org.consultrelay.relay.stun.TransactionId;
import org.consultrelay.relay.wire.TransportAddress;
import org.junit.jupiter.api.Test;

class SeenTransactionsTest {
  private final SeenTransactions seen = new SeenTransactions();

  private Sighting note(int id, TransportAddress from) {
    return seen.note(new TransactionId(id, ~id), from, 0);
  }

  @Test
  void remembersTheLatestAndForgetsTheOldest() {
    for (int i = 0; i < 3 * SeenTransactions.MAX; i++) {
      assertThat(note(i, Peer.WIFI)).as("%d", i).isEqualTo(Sighting.FIRST);
      assertThat(seen.size()).isEqualTo(Math.min(i + 1, SeenTransactions.MAX));
    }
    for (int i = 2 * SeenTransactions.MAX; i < 3 * SeenTransactions.MAX; i++) {
      assertThat(note(i, Peer.WIFI)).isEqualTo(Sighting.AGAIN_FROM_THERE);
      assertThat(note(i, Peer.MOBILE)).isEqualTo(Sighting.FROM_ELSEWHERE);
      assertThat(note(i, Peer.WIFI.withPort(1))).isEqualTo(Sighting.FROM_ELSEWHERE);
    }
    assertThat(note(0, Peer.WIFI)).isEqualTo(Sighting.FIRST);
  }

  @Test
  void tellsPathsApart() {
    TransactionId id = new TransactionId(5, 6);
    assertThat(seen.note(id, Peer.WIFI, 1)).isEqualTo(Sighting.FIRST);
    assertThat(seen.note(id, Peer.WIFI, 2)).isEqualTo(Sighting.FROM_ELSEWHERE);
    assertThat(seen.note(id, Peer.WIFI, 1)).isEqualTo(Sighting.AGAIN_FROM_THERE);
  }
}
