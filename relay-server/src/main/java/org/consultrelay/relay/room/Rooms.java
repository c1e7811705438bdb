package org.consultrelay.relay.room;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
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
  private volatile RoomLimits limits;
  private final Tenants tenants = new Tenants();
  private final RoomEvents events;
  private final SecureRandom random;
  private final ConcurrentMap<String, Room> byName = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, PeerSession> sessions = new ConcurrentHashMap<>();
  private final LongAdder[] refusals = new LongAdder[RoomRefusal.Reason.values().length];
  private volatile Admission admission = Admission.OPEN;
  private volatile Doorkeeper doorkeeper = Doorkeeper.OPEN;
  private final AtomicInteger roomCount = new AtomicInteger();
  private final AtomicInteger participantCount = new AtomicInteger();

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
    this.limits = limits;
    this.events = events;
    this.random = random;
    Arrays.setAll(refusals, _ -> new LongAdder());
  }

  /** From now on this says who is let in. */
  public void admission(Admission from) {
    admission = from;
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
    return refusals[reason.ordinal()].sum();
  }

  /** Where rooms live. */
  public List<RoomLoop> loops() {
    return loops;
  }

  /** How many rooms there are. */
  public int roomCount() {
    return roomCount.get();
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
    return participantCount.get();
  }

  /** How many and how long. */
  public RoomLimits limits() {
    return limits;
  }

  /** From now on so many and so long; whoever is in stays. */
  public void limits(RoomLimits from) {
    limits = from;
  }

  /** Who shares the relay. */
  public Tenants tenants() {
    return tenants;
  }

  /** 128 random bits as a word for URLs. */
  public String randomName() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A name for what clients see: the prefix and 72 random bits. */
  String randomSid(String prefix) {
    byte[] bytes = new byte[9];
    random.nextBytes(bytes);
    // Words of letters and digits alone, as clients expect them.
    return prefix
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(bytes)
            .replace('-', 'x')
            .replace('_', 'y');
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
      RoomRefusal refusal = mayMake(tenant, make == Making.URGENT);
      room = refusal == null ? make(name, tenant) : null;
      if (room == null) {
        result.complete(refused(refusal == null ? RoomRefusal.RELAY_FULL : refusal, tenant));
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
    if (participantCount.get() >= limits.maxParticipants()) {
      return Optional.of(RoomRefusal.RELAY_FULL);
    }
    Room present = byName.get(roomName);
    return Optional.ofNullable(
        present == null ? mayMake(tenants.of(roomName), urgent) : mayCome(present));
  }

  private @Nullable RoomRefusal mayMake(@Nullable Tenant tenant, boolean urgent) {
    if (participantCount.get() >= limits.maxParticipants()
        || roomCount.get() >= limits.maxRooms()) {
      return RoomRefusal.RELAY_FULL;
    }
    return tenant != null && tenant.isFull() ? RoomRefusal.TENANT_FULL : admission.room(urgent);
  }

  private @Nullable RoomRefusal mayCome(Room room) {
    Tenant tenant = room.tenant();
    return tenant != null && tenant.hasNoPlace()
        ? RoomRefusal.TENANT_FULL
        : admission.participant(room.loop());
  }

  /** A refusal, counted. */
  public <T> RoomResult<T> refused(RoomRefusal refusal) {
    return refused(refusal, null);
  }

  /** Counts a refusal, for the relay and for whose the room is or would be. */
  <T> RoomResult<T> refused(RoomRefusal refusal, @Nullable Tenant tenant) {
    if (tenant != null && refusal.reason() == RoomRefusal.Reason.TENANT_FULL) {
      tenant.refused();
    }
    refusals[refusal.reason().ordinal()].increment();
    return new RoomResult.Refused<>(refusal);
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
    if (roomCount.incrementAndGet() > limits.maxRooms()) {
      roomCount.decrementAndGet();
      return null;
    }
    if (tenant != null && !tenant.admitRoom()) {
      roomCount.decrementAndGet();
      return null;
    }
    Room fresh = new Room(name, emptiest(), this, tenant);
    Room other = byName.putIfAbsent(name, fresh);
    if (other != null) {
      roomCount.decrementAndGet();
      if (tenant != null) {
        tenant.roomClosed();
      }
      return other;
    }
    fresh.loop().placed();
    // Somebody quicker may have found it and be on its loop before this.
    fresh.loop().execute(fresh::announce);
    return fresh;
  }

  private RoomLoop emptiest() {
    RoomLoop best = loops.getFirst();
    for (RoomLoop loop : loops) {
      // What one loop has too much of others may have to spare, whatever the numbers say.
      boolean rather = loop.isBusy() == best.isBusy() ? loop.load() < best.load() : best.isBusy();
      if (rather) {
        best = loop;
      }
    }
    return best;
  }

  /**
   * Lets one more in, or says why not.
   *
   * @param replaces whether they come in the place of somebody who has just left for them
   */
  @Nullable RoomRefusal admitParticipant(Room room, boolean replaces) {
    RoomRefusal refusal = replaces ? null : admission.participant(room.loop());
    if (refusal != null) {
      return refusal;
    }
    if (participantCount.incrementAndGet() > limits.maxParticipants()) {
      participantCount.decrementAndGet();
      return RoomRefusal.RELAY_FULL;
    }
    Tenant tenant = room.tenant();
    if (tenant != null && !tenant.admitParticipant()) {
      participantCount.decrementAndGet();
      return RoomRefusal.TENANT_FULL;
    }
    return null;
  }

  void participantLeft(Room room) {
    participantCount.decrementAndGet();
    Tenant tenant = room.tenant();
    if (tenant != null) {
      tenant.participantLeft();
    }
  }

  void closed(Room room) {
    if (byName.get(room.name()) == room) {
      // Before there can be another one of its name, on another loop: its beginning is heard later.
      if (room.isAnnounced()) {
        events.roomClosed(room);
      }
      byName.remove(room.name(), room);
      roomCount.decrementAndGet();
      Tenant tenant = room.tenant();
      if (tenant != null) {
        tenant.roomClosed();
      }
      room.loop().vacated();
    }
  }

  RoomEvents events() {
    return events;
  }
}
