package org.consultrelay.relay.room;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One of those who share the relay: how much of it is theirs and how much they may have. */
public final class Tenant {
  private final String name;
  private final AtomicInteger rooms = new AtomicInteger();
  private final AtomicInteger participants = new AtomicInteger();
  private final LongAdder refusals = new LongAdder();
  private volatile int maxRooms;
  private volatile int maxParticipants;

  Tenant(String name) {
    this.name = name;
  }

  /** Theirs alone: fit for a metric's label. */
  public String name() {
    return name;
  }

  /** How many rooms they have. */
  public int rooms() {
    return rooms.get();
  }

  /** How many participants their rooms have, all together. */
  public int participants() {
    return participants.get();
  }

  /** How often somebody was not let in because they have as much as they may. */
  public long refusals() {
    return refusals.sum();
  }

  void limit(int mostRooms, int mostParticipants) {
    maxRooms = mostRooms;
    maxParticipants = mostParticipants;
  }

  /** Whether no room can be added now; an estimate. */
  boolean isFull() {
    return rooms.get() >= maxRooms || hasNoPlace();
  }

  /** Whether no participant can be added now; an estimate. */
  boolean hasNoPlace() {
    return participants.get() >= maxParticipants;
  }

  boolean admitRoom() {
    return admit(rooms, maxRooms);
  }

  void roomClosed() {
    rooms.decrementAndGet();
  }

  boolean admitParticipant() {
    return admit(participants, maxParticipants);
  }

  void participantLeft() {
    participants.decrementAndGet();
  }

  void refused() {
    refusals.increment();
  }

  private static boolean admit(AtomicInteger count, int most) {
    if (count.incrementAndGet() > most) {
      count.decrementAndGet();
      return false;
    }
    return true;
  }
}
