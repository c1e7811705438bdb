package org.consultrelay.relay.signal.livekit.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.consultrelay.relay.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * The undelivered events in the store: each under its number, which counts up, and the receiver's
 * mark. Thread-safe; away from the loops.
 */
final class Backlog {
  /** What an entry costs beside its text: its key and its place in memory. */
  static final int ENTRY_BYTES = 256;

  /**
   * An entry without its text.
   *
   * @param number its place in the order of all events
   * @param receiver the mark of the receiver
   * @param name what it tells
   * @param room the name of the room that it is of
   * @param createdAtMillis when it happened, in milliseconds since 1970
   * @param bytes what it costs to keep
   */
  record Entry(
      long number,
      String receiver,
      EventName name,
      String room,
      long createdAtMillis,
      long bytes) {}

  private final Store store;
  private final ConcurrentMap<String, String> map;
  private long last;

  /** What the store has of an earlier time is there at once. */
  Backlog(Store store) {
    this.store = store;
    this.map = store.map("webhooks");
  }

  /** All entries, in the order of their numbers. What cannot be read is removed. */
  synchronized List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, String> each : map.entrySet()) {
      Entry entry = read(each.getKey(), each.getValue());
      if (entry == null) {
        map.remove(each.getKey());
      } else {
        entries.add(entry);
        last = Math.max(last, entry.number());
      }
    }
    return entries;
  }

  /** Keeps an event for a receiver; it outlives the process from the next {@link #commit} on. */
  synchronized Entry add(WebhookEvent event, String json, String receiver) {
    long number = ++last;
    String room = event.room().getName();
    map.put(
        key(number, receiver),
        event.createdAtMillis()
            + " "
            + event.name().name()
            + " "
            + room.length()
            + "\n"
            + room
            + json);
    return new Entry(
        number, receiver, event.name(), room, event.createdAtMillis(), bytes(room, json));
  }

  /** What an event of such a text costs to keep; a letter may take two bytes. */
  static long bytes(String room, String json) {
    return ENTRY_BYTES + 2L * (room.length() + json.length());
  }

  /** Writes all that was added and removed. */
  void commit() {
    store.commit();
  }

  /** The text of an event, or null when it is not there any more. */
  @Nullable String json(long number, String receiver) {
    String value = map.get(key(number, receiver));
    if (value == null) {
      return null;
    }
    Header header = Header.of(value);
    return header == null ? null : value.substring(header.end);
  }

  /** Forgets an event; the store writes that down by itself a moment later. */
  void remove(long number, String receiver) {
    map.remove(key(number, receiver));
  }

  private static String key(long number, String receiver) {
    return "%016x.%s".formatted(number, receiver);
  }

  private static @Nullable Entry read(String key, String value) {
    Header header = Header.of(value);
    if (header == null || !key.matches("[0-9a-f]{16}\\..+")) {
      return null;
    }
    String room = value.substring(header.start, header.end);
    return new Entry(
        Long.parseUnsignedLong(key.substring(0, 16), 16),
        key.substring(17),
        header.name,
        room,
        header.createdAtMillis,
        ENTRY_BYTES + 2L * (value.length() - header.start));
  }

  /**
   * What stands before the event's text: time, name and the length of the room's name, the name.
   */
  private record Header(long createdAtMillis, EventName name, int start, int end) {
    static @Nullable Header of(String value) {
      int line = value.indexOf('\n');
      String[] fields = line < 0 ? new String[0] : value.substring(0, line).split(" ", -1);
      if (fields.length != 3) {
        return null;
      }
      try {
        int end = line + 1 + Integer.parseInt(fields[2]);
        return end < line + 1 || end > value.length()
            ? null
            : new Header(Long.parseLong(fields[0]), EventName.valueOf(fields[1]), line + 1, end);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }
}
