package org.consultrelay.relay.signal.livekit.webhook;

/**
 * An event that a receiver has not taken yet. Its text is in the {@link Backlog}.
 *
 * @param number its place in the order of all events
 * @param name what it tells
 * @param room the name of the room that it is of
 * @param takenNanos when it happened, on the clock of this process; may lie before its start
 * @param bytes what it costs to keep
 */
record Pending(long number, EventName name, String room, long takenNanos, long bytes) {}
