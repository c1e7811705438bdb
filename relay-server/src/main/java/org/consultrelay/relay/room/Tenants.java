package org.consultrelay.relay.room;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who shares the relay. A room is that tenant's whose prefix its name has, whoever makes it; where
 * there are no tenants it is nobody's. Any thread.
 */
public final class Tenants {
  /**
   * What a tenant may have.
   *
   * @param name theirs alone
   * @param roomPrefix what the names of their rooms begin with; empty: what is nobody else's
   * @param maxRooms the most rooms
   * @param maxParticipants the most participants in all of them
   */
  public record Share(String name, String roomPrefix, int maxRooms, int maxParticipants) {}

  private record Entry(String roomPrefix, Tenant tenant) {}

  private final Map<String, Tenant> known = new LinkedHashMap<>();
  private volatile List<Entry> now = List.of();

  /**
   * From now on these. Who was there before keeps what they have, also when it is more than they
   * may now; rooms stay whose they were when they were made.
   */
  public synchronized void replace(List<Share> shares) {
    List<Entry> next = new ArrayList<>();
    for (Share share : shares) {
      Tenant tenant = known.computeIfAbsent(share.name(), Tenant::new);
      tenant.limit(share.maxRooms(), share.maxParticipants());
      next.add(new Entry(share.roomPrefix(), tenant));
    }
    now = List.copyOf(next);
  }

  /** All there are now. */
  public List<Tenant> all() {
    return now.stream().map(Entry::tenant).toList();
  }

  /** Whose a room of that name is; null when nobody's. */
  public @Nullable Tenant of(String roomName) {
    Entry best = null;
    for (Entry entry : now) {
      if (roomName.startsWith(entry.roomPrefix())
          && (best == null || entry.roomPrefix().length() > best.roomPrefix().length())) {
        best = entry;
      }
    }
    return best == null ? null : best.tenant();
  }
}
