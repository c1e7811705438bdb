package org.consultrelay.relay.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.consultrelay.relay.turn.TurnFixture.Received;
import org.consultrelay.relay.turn.TurnFixture.User;
import org.junit.jupiter.api.Test;

/**
 * Whatever clients and peers send in whatever order, the server does what {@link TurnModel} says:
 * nothing throws, nothing is relayed that may not be, and nothing stays when all is over. Each seed
 * is one life of a server.
 */
class TurnModelTest {
  private static final int SEEDS = 200;
  private static final int STEPS = 500;

  private TurnLife life;
  private TurnLifeRequests requests;
  private TurnLifeData data;

  @Test
  void theServerDoesWhatTheModelSays() {
    for (long seed = 0; seed < SEEDS; seed++) {
      life = new TurnLife(seed);
      requests = new TurnLifeRequests(life);
      data = new TurnLifeData(life);
      int step = 0;
      try {
        for (; step < STEPS; step++) {
          step();
          life.check();
        }
        end();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", step " + step + ": " + life.doing, e);
      }
    }
  }

  private void step() {
    TurnLife.Client client = life.any(life.clients);
    User user = life.usual(client);
    int kind = life.random.nextInt(16);
    if (kind >= 3 && kind <= 12 && !life.model.leases.containsKey(client.from)) {
      // Who has no allocation is drawn again: too little would be relayed otherwise.
      client = life.any(life.clients);
      user = life.usual(client);
    }
    switch (kind) {
      case 0, 1 -> requests.allocate(client, user);
      case 2 -> requests.refresh(client, user);
      case 3, 4 -> requests.permit(client, user);
      case 5, 6 -> requests.bind(client, user);
      case 7, 8 -> data.sendTo(client);
      case 9, 10 -> data.channelData(client);
      case 11 -> data.fromPeer();
      case 12 -> data.shortWay(client);
      case 13 -> data.nonsense(client, user);
      case 14 -> {
        if (life.random.nextInt(3) == 0) {
          pass();
        }
      }
      default -> {
        if (life.random.nextInt(4) == 0) {
          seldom(client);
        }
      }
    }
  }

  private void pass() {
    if (life.random.nextInt(4) != 0) {
      life.clients.stream()
          .filter(each -> life.model.leases.containsKey(each.from))
          .forEach(each -> requests.refresh(each, life.usual(each), 1_200L, null));
    }
    pass(life.any(List.of(1, 1, 1, 1, 5, 10, 31, 60, 120, 299, 301, 601)));
  }

  private void pass(int seconds) {
    life.doing = seconds + " s";
    life.turn.pass(Duration.ofSeconds(seconds));
    life.model.sweep(life.turn.now);
    while (!life.turn.isSilent()) {
      // A connection is closed, for its allocation is over or there never was one.
      Received end = life.turn.next();
      assertThat(end.bytes()).isEmpty();
      assertThat(life.model.leases).doesNotContainKey(end.to());
      life.clients.stream()
          .filter(each -> each.stream && each.from.equals(end.to()))
          .forEach(TurnLife.Client::disconnect);
    }
  }

  private void seldom(TurnLife.Client client) {
    if (client.stream && life.random.nextInt(4) == 0) {
      life.doing = client.from + " disconnects";
      client.disconnect();
      life.model.leases.remove(client.from);
    } else if (!client.stream && (!life.sessionLives || life.random.nextInt(4) == 0)) {
      life.sessionLives = !life.sessionLives;
      life.doing = "the session " + (life.sessionLives ? "begins" : "ends");
      if (life.sessionLives) {
        var _ = life.turn.service.credential("PA_1");
      } else {
        life.turn.service.sessionEnded("PA_1");
        life.model.leases.values().removeIf(lease -> lease.user.startsWith("session-"));
        pass(1);
      }
    }
  }

  private void end() {
    int relayed = life.model.leases.size();
    for (int seconds : new int[] {31, 600, 570}) {
      pass(seconds);
      life.check();
    }
    assertThat(life.model.leases).as("of %s", relayed).isEmpty();
    assertThat(life.turn.opened).isEmpty();
    // Streams that are open hold a session each, and nothing else is held.
    life.clients.stream()
        .filter(each -> each.stream)
        .forEach(each -> each.users.getFirst().stream.onClosed(life.turn.now));
    assertThat(life.turn.server.held()).isZero();
    assertThat(life.turn.service.quota().held()).isZero();
  }
}
