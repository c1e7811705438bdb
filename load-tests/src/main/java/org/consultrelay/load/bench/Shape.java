package org.consultrelay.load.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.consultrelay.load.local.RelayProcess;

/**
 * A kind of traffic.
 *
 * @param name for people
 * @param rooms how many
 * @param pair whether each room has two who publish and play each other, else one publisher
 * @param subscribers of each publisher
 * @param packetsPerFrame what a publisher sends at once, {@link #FRAMES_PER_SECOND} times a second
 */
record Shape(String name, int rooms, boolean pair, int subscribers, int packetsPerFrame) {
  static final int FRAMES_PER_SECOND = 30;

  private static final int JOINING = 8;

  /** What the bench measures of that kind. */
  static Shape of(Bench.Traffic traffic) {
    return switch (traffic) {
      case FAN_OUT -> new Shape("1 to 50", 6, false, 50, 9);
      case PAIRS -> new Shape("two-person rooms", 200, true, 1, 4);
    };
  }

  int peers() {
    return pair ? rooms * 4 : rooms * (1 + subscribers);
  }

  /** Lets everybody in; nothing is sent yet. */
  void join(RelayProcess relay, TestTraffic traffic) throws Exception {
    try (ExecutorService joining = Executors.newFixedThreadPool(JOINING)) {
      List<Future<Void>> joins = new ArrayList<>();
      for (int i = 0; i < rooms; i++) {
        String room = "bench-" + i;
        joins.add(
            joining.submit(() -> {
              join(relay, traffic, room);
              return null;
            }));
      }
      for (Future<Void> join : joins) {
        join.get();
      }
    }
  }

  private void join(RelayProcess relay, TestTraffic traffic, String room) throws Exception {
    traffic.publish(relay, room, "a");
    if (pair) {
      traffic.publish(relay, room, "b");
      traffic.play(relay, room, "b", "a");
      traffic.play(relay, room, "a", "b");
    } else {
      for (int s = 0; s < subscribers; s++) {
        traffic.play(relay, room, "s" + s, "a");
      }
    }
  }
}
