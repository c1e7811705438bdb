package org.consultrelay.relay.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.consultrelay.relay.net.TimerWheel;
import org.junit.jupiter.api.Test;

/** Others may be on a new room's loop before whoever made it: it is heard of first all the same. */
class AnnouncementTest {
  private final List<String> heard = new ArrayList<>();
  private final Queue<Runnable> loop = new ArrayDeque<>();
  private Runnable quicker = () -> {};
  private final Rooms rooms =
      new Rooms(
          List.of(new RoomLoop(this::execute, () -> 0, new TimerWheel(0), null, List.of())),
          new RoomLimits(Duration.ofMinutes(1), Duration.ofMinutes(5), 100, 100, 100, false, 0, 0),
          new Listener(),
          new SecureRandom());

  /** Between the making of a room and its first task somebody else is quicker. */
  private void execute(Runnable task) {
    Runnable first = quicker;
    quicker = () -> {};
    first.run();
    loop.add(task);
  }

  private void runLoop() {
    for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
      task.run();
    }
  }

  private void enter(String identity) {
    CompletableFuture<?> _ =
        rooms.inRoom(
            "r",
            room ->
                room.enter(
                    new ParticipantProfile(
                        identity,
                        "",
                        "",
                        Map.of(),
                        ParticipantKind.STANDARD,
                        Permission.STANDARD)));
  }

  /** What comes of it is seen in what was heard. */
  private static void ask(CompletableFuture<?> asked) {
    assertThat(asked).isNotNull();
  }

  private void make() {
    CompletableFuture<?> _ = rooms.inRoom("r", RoomResult.Done::new);
    runLoop();
  }

  @Test
  void whoIsQuickerJoinsARoomThatIsHeardOf() {
    quicker = () -> enter("ann");
    make();
    assertThat(heard).containsExactly("opened", "joined ann");
    CompletableFuture<?> _ = rooms.closeAll();
    runLoop();
    assertThat(heard).endsWith("left ann", "closed");
  }

  @Test
  void whoAsksAllRoomsIsNotTheFirst() {
    quicker = () -> rooms.everywhere(_ -> heard.add("everywhere"));
    make();
    assertThat(heard).containsExactly("opened", "everywhere");
    CompletableFuture<?> _ = rooms.inEach(_ -> true, _ -> heard.add("each"));
    runLoop();
    assertThat(heard).containsExactly("opened", "everywhere", "each");
  }

  @Test
  void aSurveyIsNotTheFirstEither() {
    quicker = () -> ask(rooms.inEach(_ -> true, _ -> heard.add("each")));
    make();
    assertThat(heard).containsExactly("opened", "each");
  }

  @Test
  void aRoomThatNobodyHeardOfEndsUnheard() {
    quicker = () -> ask(rooms.closeAll());
    CompletableFuture<?> _ = rooms.inRoom("r", RoomResult.Done::new);
    // The first room is gone; what was to be done in it makes another one.
    runLoop();
    assertThat(heard).containsExactly("opened");
    assertThat(rooms.roomCount()).isEqualTo(1);
  }

  private final class Listener implements RoomEvents {
    @Override
    public void roomOpened(Room room) {
      heard.add("opened");
    }

    @Override
    public void roomClosed(Room room) {
      heard.add("closed");
    }

    @Override
    public void participantJoined(Participant participant) {
      heard.add("joined " + participant.identity());
    }

    @Override
    public void participantLeft(Participant participant) {
      heard.add("left " + participant.identity());
    }
  }
}
