package org.consultrelay.relay.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A question to many rooms at once, put in portions: media goes on in between. */
final class Survey<T> {
  /** Rooms that are asked in one turn of a loop. */
  private static final int PORTION = 32;

  private final RoomLoop loop;
  private final List<Room> rooms;
  private final Function<Room, T> question;
  private final List<T> answers = new ArrayList<>();
  private final CompletableFuture<List<T>> result = new CompletableFuture<>();

  private Survey(RoomLoop loop, List<Room> rooms, Function<Room, T> question) {
    this.loop = loop;
    this.rooms = rooms;
    this.question = question;
  }

  /** Any thread; the question is put on each room's loop. */
  static <T> CompletableFuture<List<T>> of(List<Room> rooms, Function<Room, T> question) {
    Map<RoomLoop, List<Room>> byLoop = rooms.stream().collect(Collectors.groupingBy(Room::loop));
    List<CompletableFuture<List<T>>> parts = new ArrayList<>();
    byLoop.forEach((loop, its) -> {
      Survey<T> part = new Survey<>(loop, its, question);
      parts.add(part.result);
      part.goOn(0);
    });
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> parts.stream().flatMap(part -> part.join().stream()).toList());
  }

  private void goOn(int from) {
    loop.execute(() -> ask(from, Math.min(rooms.size(), from + PORTION)));
  }

  private void ask(int from, int to) {
    try {
      for (Room room : rooms.subList(from, to)) {
        if (!room.isClosed()) {
          room.announce();
          answers.add(question.apply(room));
        }
      }
    } catch (RuntimeException failure) {
      result.completeExceptionally(failure);
      return;
    }
    if (to == rooms.size()) {
      result.complete(answers);
    } else {
      goOn(to);
    }
  }
}
