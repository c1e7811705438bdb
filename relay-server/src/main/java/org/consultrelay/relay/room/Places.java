package org.consultrelay.relay.room;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The places that the relay has for rooms and participants: how many are taken, whether one more
 * may come, and how often none could. Any thread.
 */
final class Places {
  private final LongAdder[] refusals = new LongAdder[RoomRefusal.Reason.values().length];
  private final AtomicInteger rooms = new AtomicInteger();
  private final AtomicInteger participants = new AtomicInteger();
  private volatile RoomLimits limits;
  private volatile Admission admission = Admission.OPEN;

  /** All free. */
  Places(RoomLimits limits) {
    this.limits = limits;
    Arrays.setAll(refusals, _ -> new LongAdder());
  }

  /** From now on this says who is let in. */
  void admission(Admission from) {
    admission = from;
  }

  /** How many and how long. */
  RoomLimits limits() {
    return limits;
  }

  /** From now on so many and so long; whoever is in stays. */
  void limits(RoomLimits from) {
    limits = from;
  }

  /** How many rooms there are. */
  int rooms() {
    return rooms.get();
  }

  /** How many participants there are. */
  int participants() {
    return participants.get();
  }

  /** Whether no participant at all could come now. */
  boolean isFull() {
    return participants.get() >= limits.maxParticipants();
  }

  /**
   * Why there could be no room more now, or null; an estimate.
   *
   * @param tenant whose it would be
   * @param urgent whether a share of the relay is kept for it
   */
  @Nullable RoomRefusal mayMake(@Nullable Tenant tenant, boolean urgent) {
    if (isFull() || rooms.get() >= limits.maxRooms()) {
      return RoomRefusal.RELAY_FULL;
    }
    return tenant != null && tenant.isFull() ? RoomRefusal.TENANT_FULL : admission.room(urgent);
  }

  /** Why nobody could come into a room now, or null; an estimate. */
  @Nullable RoomRefusal mayCome(Room room) {
    Tenant tenant = room.tenant();
    return tenant != null && tenant.hasNoPlace()
        ? RoomRefusal.TENANT_FULL
        : admission.participant(room.loop());
  }

  /** Takes the place of one room, of the tenant's too; false when there is none. */
  boolean takeRoom(@Nullable Tenant tenant) {
    if (rooms.incrementAndGet() > limits.maxRooms() || (tenant != null && !tenant.admitRoom())) {
      rooms.decrementAndGet();
      return false;
    }
    return true;
  }

  /** A room is gone, or was not made after all. */
  void freeRoom(@Nullable Tenant tenant) {
    rooms.decrementAndGet();
    if (tenant != null) {
      tenant.roomClosed();
    }
  }

  /**
   * Takes the place of one more in a room, or says why not.
   *
   * @param replaces whether they come in the place of somebody who has just left for them
   */
  @Nullable RoomRefusal takeParticipant(Room room, boolean replaces) {
    RoomRefusal refusal = replaces ? null : admission.participant(room.loop());
    if (refusal != null) {
      return refusal;
    }
    if (participants.incrementAndGet() > limits.maxParticipants()) {
      participants.decrementAndGet();
      return RoomRefusal.RELAY_FULL;
    }
    Tenant tenant = room.tenant();
    if (tenant != null && !tenant.admitParticipant()) {
      participants.decrementAndGet();
      return RoomRefusal.TENANT_FULL;
    }
    return null;
  }

  /** Somebody left a room. */
  void freeParticipant(Room room) {
    participants.decrementAndGet();
    Tenant tenant = room.tenant();
    if (tenant != null) {
      tenant.participantLeft();
    }
  }

  /** How often somebody was not let in, by reason. */
  long refusals(RoomRefusal.Reason reason) {
    return refusals[reason.ordinal()].sum();
  }

  /** Counts a refusal, for the relay and for whose the room is or would be. */
  <T> RoomResult<T> refused(RoomRefusal refusal, @Nullable Tenant tenant) {
    if (tenant != null && refusal.reason() == RoomRefusal.Reason.TENANT_FULL) {
      tenant.refused();
    }
    refusals[refusal.reason().ordinal()].increment();
    return new RoomResult.Refused<>(refusal);
  }
}
