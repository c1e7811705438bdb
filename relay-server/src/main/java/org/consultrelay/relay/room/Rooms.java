package org.consultrelay.relay.room;

import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.consultrelay.relay.transport.TransportEnd;
import org.jspecify.annotations.Nullable;

/**
 * All rooms of the relay, and on which loop each lives. Any thread asks; what is asked runs on the
 * room's own loop.
 */
public final class Rooms {
  private final List<RoomLoop> loops;
  private final Places places;
  private final Tenants tenants = new Tenants();
  private final RoomEvents events;
  private final RandomNames names;
  private final ConcurrentMap<String, Room> byName = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, PeerSession> sessions = new ConcurrentHashMap<>();
  private volatile Doorkeeper doorkeeper = Doorkeeper.OPEN;

  /**
   * A relay without rooms.
   *
   * @param loops where rooms may live, one at least
   * @param limits how many and how long
   * @param events hears what happens
   * @param random for names that must not be guessed
   */
  public Rooms(List<RoomLoop> loops, RoomLimits limits, RoomEvents events, SecureRandom random) {
    this.loops = List.copyOf(loops);
    this.places = new Places(limits);
    this.events = events;
    this.names = new RandomNames(random);
  }

  /** From now on this says who is let in. */
  public void admission(Admission from) {
    places.admission(from);
  }

  /** From now on this says who may be in which room. Whoever is in stays. */
  public void doorkeeper(Doorkeeper from) {
    doorkeeper = from;
  }

  /**
   * Why somebody may not be in a room, nor learn of it, whatever their token says; it is asked
   * again when they enter. Any thread.
   */
  public Optional<RoomRefusal> closedTo(String roomName, String identity) {
    return doorkeeper.mayEnter(roomName, identity);
  }

  /** How often somebody was not let in, by reason. */
  public long refusals(RoomRefusal.Reason reason) {
    return places.refusals(reason);
  }

  /** Where rooms live. */
  public List<RoomLoop> loops() {
    return loops;
  }

  /** How many rooms there are. */
  public int roomCount() {
    return places.rooms();
  }

  /** The rooms there are now, in the order of their sids. Any thread. */
  public List<Room> all() {
    return byName.values().stream().sorted(Comparator.comparing(Room::sid)).toList();
  }

  /** Sessions whose id begins so, a few at most. Any thread. */
  public List<PeerSession> sessions(String beginning, int most) {
    return sessions.values().stream()
        .filter(session -> session.id().startsWith(beginning))
        .limit(most)
        .toList();
  }

  /** How many participants there are. */
  public int participantCount() {
    return places.participants();
  }

  /** How many and how long. */
  public RoomLimits limits() {
    return places.limits();
  }

  /** From now on so many and so long; whoever is in stays. */
  public void limits(RoomLimits from) {
    places.limits(from);
  }

  /** Who shares the relay. */
  public Tenants tenants() {
    return tenants;
  }

  /** 128 random bits as a word for URLs. */
  public String randomName() {
    return names.word();
  }

  /** As {@link #inRoom(String, boolean, Function)}, for a room like any other. */
  public <T> CompletableFuture<RoomResult<T>> inRoom(
      String name, Function<Room, RoomResult<T>> task) {
    return inRoom(name, false, task);
  }

  /**
   * Does something in a room, which is made if it is not there.
   *
   * @param urgent whether a share of the relay is kept for it
   */
  public <T> CompletableFuture<RoomResult<T>> inRoom(
      String name, boolean urgent, Function<Room, RoomResult<T>> task) {
    return run(name, urgent ? Making.URGENT : Making.USUAL, task);
  }

  /** Whether a room that is not there is made. */
  private enum Making {
    NONE,
    USUAL,
    URGENT
  }

  /** Does something in a room if it is there. */
  public <T> CompletableFuture<RoomResult<T>> inExistingRoom(
      String name, Function<Room, RoomResult<T>> task) {
    return run(name, Making.NONE, task);
  }

  /** Does something in every room that there is now, on its loop. */
  public void everywhere(Consumer<Room> task) {
    byName
        .values()
        .forEach(room ->
            room.loop()
                .execute(() -> {
                  if (!room.isClosed()) {
                    room.announce();
                    task.accept(room);
                  }
                }));
  }

  /**
   * Asks every room whose name is such; rooms that end meanwhile are left out. It is done in small
   * portions, so that no loop's media waits for many rooms.
   *
   * @param names any thread
   * @param task on the room's loop
   */
  public <T> CompletableFuture<List<T>> inEach(Predicate<String> names, Function<Room, T> task) {
    return Survey.of(
        byName.values().stream().filter(room -> names.test(room.name())).toList(), task);
  }

  /** Ends every room. Completes when all are gone. */
  public CompletableFuture<Void> closeAll() {
    return CompletableFuture.allOf(
        byName.values().stream()
            .map(room -> {
              CompletableFuture<Void> gone = new CompletableFuture<>();
              room.loop()
                  .execute(() -> {
                    try {
                      room.close(DepartureReason.SERVER_SHUTDOWN);
                    } finally {
                      // One room that does not end well must not keep the others.
                      gone.complete(null);
                    }
                  });
              return gone;
            })
            .toArray(CompletableFuture<?>[]::new));
  }

  private <T> CompletableFuture<RoomResult<T>> run(
      String name, Making make, Function<Room, RoomResult<T>> task) {
    CompletableFuture<RoomResult<T>> result = new CompletableFuture<>();
    attempt(name, make, task, result);
    return result;
  }

  private <T> void attempt(
      String name,
      Making make,
      Function<Room, RoomResult<T>> task,
      CompletableFuture<RoomResult<T>> result) {
    Room room = byName.get(name);
    if (room == null && make == Making.NONE) {
      result.complete(new RoomResult.Refused<>(RoomRefusal.NO_ROOM));
      return;
    }
    if (room == null) {
      Tenant tenant = tenants.of(name);
      RoomRefusal refusal = places.mayMake(tenant, make == Making.URGENT);
      room = refusal == null ? make(name, tenant) : null;
      if (room == null) {
        result.complete(places.refused(refusal == null ? RoomRefusal.RELAY_FULL : refusal, tenant));
        return;
      }
    }
    run(room, name, make, task, result);
  }

  private <T> void run(
      Room room,
      String name,
      Making make,
      Function<Room, RoomResult<T>> task,
      CompletableFuture<RoomResult<T>> result) {
    room.loop()
        .execute(() -> {
          if (room.isClosed()) {
            // It went between the look-up and now: once more, with a new one.
            attempt(name, make, task, result);
          } else {
            room.announce();
            runOnLoop(room, task, result);
          }
        });
  }

  private static <T> void runOnLoop(
      Room room, Function<Room, RoomResult<T>> task, CompletableFuture<RoomResult<T>> result) {
    try {
      result.complete(task.apply(room));
    } catch (RuntimeException failure) {
      result.completeExceptionally(failure);
    } finally {
      room.waitForSomebody();
    }
  }

  /**
   * Why nobody could be let in now, if so; an estimate, for those who only ask.
   *
   * @param urgent whether a share of the relay is kept for the room
   */
  public Optional<RoomRefusal> refusal(String roomName, boolean urgent) {
    if (places.isFull()) {
      return Optional.of(RoomRefusal.RELAY_FULL);
    }
    Room present = byName.get(roomName);
    return Optional.ofNullable(
        present == null ? places.mayMake(tenants.of(roomName), urgent) : places.mayCome(present));
  }

  /** A refusal, counted. */
  public <T> RoomResult<T> refused(RoomRefusal refusal) {
    return places.refused(refusal, null);
  }

  /** A session by its id, or null. */
  public @Nullable PeerSession session(String id) {
    return sessions.get(id);
  }

  void opened(PeerSession session) {
    sessions.put(session.id(), session);
    events.sessionOpened(session);
  }

  void ended(PeerSession session, TransportEnd reason) {
    sessions.remove(session.id());
    events.sessionEnded(session, reason);
  }

  /** The room of that name, made unless somebody was quicker; null when the relay is full. */
  private @Nullable Room make(String name, @Nullable Tenant tenant) {
    if (!places.takeRoom(tenant)) {
      return null;
    }
    Room fresh = new Room(name, RoomLoop.emptiest(loops), this, tenant);
    Room other = byName.putIfAbsent(name, fresh);
    if (other != null) {
      places.freeRoom(tenant);
      return other;
    }
    fresh.loop().placed();
    // Somebody quicker may have found it and be on its loop before this.
    fresh.loop().execute(fresh::announce);
    return fresh;
  }

  void closed(Room room) {
    if (byName.get(room.name()) == room) {
      // Before there can be another one of its name, on another loop: its beginning is heard later.
      if (room.isAnnounced()) {
        events.roomClosed(room);
      }
      byName.remove(room.name(), room);
      places.freeRoom(room.tenant());
      room.loop().vacated();
    }
  }

  /** Who may come, and how many are there. */
  Places places() {
    return places;
  }

  /** Names for what there is in rooms. */
  RandomNames names() {
    return names;
  }

  RoomEvents events() {
    return events;
  }
}
