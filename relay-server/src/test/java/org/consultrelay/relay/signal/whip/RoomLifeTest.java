package org.consultrelay.relay.signal.whip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consultrelay.relay.signal.whip.Door.created;
import static org.consultrelay.relay.signal.whip.Door.header;
import static org.consultrelay.relay.signal.whip.Door.refused;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.Relay;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.sdp.ChromiumOffer;
import org.junit.jupiter.api.Test;

/** Rooms appear at the first join and go after the last leave; a full relay says so. */
class RoomLifeTest {
  @Test
  void aRoomGoesSomeTimeAfterTheLastHasLeft() {
    try (Door door = Door.open("rooms.departureTimeout=200ms")) {
      Rooms rooms = door.relay().relay().rooms();
      String patient = door.token("r", "patient");
      String clinician = door.token("r", "clinician");
      String publishing = created(door.publish(patient));
      String player = created(door.play(clinician, "patient"));
      assertThat(rooms.roomCount()).isEqualTo(1);
      assertThat(rooms.participantCount()).isEqualTo(2);
      door.delete(player, clinician);
      assertThat(rooms.participantCount()).isEqualTo(1);
      door.delete(publishing, patient);
      assertThat(rooms.participantCount()).isZero();
      Await.until("the room is gone", () -> rooms.roomCount() == 0);
      // It comes again when somebody does.
      created(door.publish(patient));
      assertThat(rooms.roomCount()).isEqualTo(1);
    }
  }

  @Test
  void aRoomStaysWhileSomebodyComesBackInTime() {
    try (Door door = Door.open("rooms.departureTimeout=1h")) {
      Rooms rooms = door.relay().relay().rooms();
      String patient = door.token("r", "patient");
      door.delete(created(door.publish(patient)), patient);
      assertThat(rooms.roomCount()).isEqualTo(1);
      created(door.publish(patient));
      assertThat(rooms.roomCount()).isEqualTo(1);
      assertThat(door.list(patient).body()).contains("\"publishing\":true");
    }
  }

  @Test
  void aFullRelayIs503AndSaysWhenToComeBack() {
    try (Door door = Door.open("rooms.maxParticipants=3", "rooms.maxParticipantsPerRoom=2")) {
      String first = created(door.publish(door.token("a", "1")));
      created(door.publish(door.token("a", "2")));
      full(door.publish(door.token("a", "3")), "the room has as many participants");
      full(door.play(door.token("a", "3"), "1"), "the room has as many participants");
      created(door.publish(door.token("b", "1")));
      // Full for a new room and for one that is there, but not for who is in.
      full(door.publish(door.token("c", "1")), "the relay is full");
      full(door.publish(door.token("b", "2")), "the relay is full");
      full(door.play(door.token("b", "2"), "1"), "the relay is full");
      created(door.play(door.token("a", "2"), "1"));
      created(door.publish(door.token("b", "1")));
      assertThat(door.relay().relay().rooms().roomCount()).isEqualTo(2);
      // Who leaves makes room.
      assertThat(door.delete(first, door.token("a", "1")).statusCode()).isEqualTo(200);
      created(door.publish(door.token("c", "1")));
    }
  }

  @Test
  void noMoreRoomsThanMayBe() {
    try (Door door = Door.open("rooms.maxRooms=1", "rooms.departureTimeout=0s")) {
      String token = door.token("a", "1");
      String session = created(door.publish(token));
      full(door.publish(door.token("b", "1")), "the relay is full");
      created(door.publish(door.token("a", "2")));
      assertThat(door.delete(session, token).statusCode()).isEqualTo(200);
      full(door.publish(door.token("b", "1")), "the relay is full");
    }
  }

  @Test
  void nobodyOpensSessionsWithoutEnd() {
    try (Door door = Door.open("rooms.maxParticipants=2", "rooms.maxParticipantsPerRoom=2")) {
      String token = door.token("a", "1");
      created(door.publish(token));
      List<String> players = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        players.add(created(door.play(token, "1")));
      }
      HttpResponse<String> refused = door.play(token, "1");
      refused(refused, 429, "as many sessions");
      assertThat(header(refused, "Retry-After")).matches("[1-9][0-9]*");
      assertThat(door.delete(players.getFirst(), token).statusCode()).isEqualTo(200);
      created(door.play(token, "1"));
    }
  }

  private static void full(HttpResponse<String> response, String words) {
    refused(response, 503, words);
    assertThat(header(response, "Retry-After")).matches("[1-9][0-9]*");
  }

  @Test
  void thoseWhoJoinAtOnceMeetInOneRoom() throws Exception {
    int people = 24;
    // A second room could not be had.
    try (Door door = Door.open("rooms.maxRooms=1")) {
      List<HttpResponse<String>> responses =
          atOnce(people, i -> door.publish(door.token("surgery", "p" + i)));
      responses.forEach(Door::created);
      assertThat(door.relay().relay().rooms().roomCount()).isEqualTo(1);
      assertThat(door.relay().relay().rooms().participantCount()).isEqualTo(people);
      String list = door.list(door.token("surgery", "p0")).body();
      for (int i = 0; i < people; i++) {
        assertThat(list).contains("\"p" + i + "\"");
      }
    }
  }

  @Test
  void anIdentityThatJoinsManyTimesAtOncePublishesOnce() throws Exception {
    try (Door door = Door.open()) {
      String token = door.token("surgery", "patient");
      List<HttpResponse<String>> responses = atOnce(16, i -> door.publish(token));
      List<String> open =
          responses.stream()
              .filter(each -> door.isOpen(created(each), token, header(each, "ETag")))
              .map(Door::created)
              .toList();
      assertThat(open).hasSize(1);
      assertThat(door.relay().relay().rooms().participantCount()).isEqualTo(1);
    }
  }

  @Test
  void comingAndGoingWhileTheRoomGoesLosesNobody() throws Exception {
    try (Door door = Door.open("rooms.departureTimeout=0s", "rooms.maxRooms=1")) {
      List<Integer> done =
          atOnce(
              6,
              i -> {
                String token = door.token("surgery", "p" + i);
                for (int round = 0; round < 40; round++) {
                  String session = created(door.publish(token));
                  assertThat(door.delete(session, token).statusCode()).isEqualTo(200);
                }
                return i;
              });
      assertThat(done).hasSize(6);
      Rooms rooms = door.relay().relay().rooms();
      assertThat(rooms.participantCount()).isZero();
      Await.until("the room is gone", () -> rooms.roomCount() == 0);
      assertThat(door.relay().relay().hosts())
          .allSatisfy(host -> assertThat(host.demultiplexer().transportCount()).isZero());
    }
  }

  @Test
  void roomsThatOpenAtOnceAreSpreadOverTheLoops() throws Exception {
    // HTTP has a loop of its own, or this could not be asked.
    try (Door door = Door.open("net.loops=2")) {
      Relay relay = door.relay().relay();
      // Nobody is in before every room is placed.
      CountDownLatch placed = new CountDownLatch(1);
      relay.hosts().forEach(host -> host.roomLoop().execute(() -> await(placed)));
      List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
      try {
        for (int i = 0; i < 16; i++) {
          responses.add(
              door.http()
                  .sendAsync(
                      door.request(
                              "/whip/v1", door.token("room" + i, "p"), "Content-Type", Door.SDP)
                          .POST(HttpRequest.BodyPublishers.ofString(ChromiumOffer.whip().text()))
                          .build(),
                      HttpResponse.BodyHandlers.ofString()));
        }
        Await.until("all are placed", () -> relay.rooms().roomCount() == 16);
      } finally {
        placed.countDown();
      }
      for (CompletableFuture<HttpResponse<String>> response : responses) {
        created(response.get(20, TimeUnit.SECONDS));
      }
      assertThat(relay.hosts())
          .extracting(host -> host.roomLoop().participants())
          .containsExactly(8, 8);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Task<T> {
    T run(int index) throws Exception;
  }

  private static <T> List<T> atOnce(int threads, Task<T> task) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int index = i;
        calls.add(() -> {
          start.await();
          return task.run(index);
        });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    }
  }
}
