package org.consultrelay.relay.store;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * A map in memory that knows what of it has yet to be written to a file. Its iterators never fail
 * because of others' changes. Thread-safe; touches no file by itself.
 */
final class KeptMap extends AbstractMap<String, String> implements ConcurrentMap<String, String> {
  private final ConcurrentSkipListMap<String, String> content = new ConcurrentSkipListMap<>();
  private final Set<String> unwritten = ConcurrentHashMap.newKeySet();

  /** Whether something has changed since it was last written. */
  boolean isChanged() {
    return !unwritten.isEmpty();
  }

  /** Takes what a file has. */
  void readFrom(Map<String, String> file) {
    content.putAll(file);
  }

  /** Writes what has changed. One thread at a time. */
  void writeTo(MVMap<String, String> file) {
    for (Iterator<String> keys = unwritten.iterator(); keys.hasNext(); ) {
      String key = keys.next();
      // First this: a change from now on is one for the next time.
      keys.remove();
      String value = content.get(key);
      if (value == null) {
        file.remove(key);
      } else {
        file.put(key, value);
      }
    }
  }

  /** Writes all of it, and removes what is not of it. One thread at a time. */
  void writeAllTo(MVMap<String, String> file) {
    unwritten.addAll(file.keySet());
    unwritten.addAll(content.keySet());
    writeTo(file);
  }

  @Override
  public @Nullable String get(Object key) {
    return content.get(key);
  }

  @Override
  public boolean containsKey(Object key) {
    return content.containsKey(key);
  }

  @Override
  public @Nullable String put(String key, String value) {
    String before = content.put(key, value);
    unwritten.add(key);
    return before;
  }

  @Override
  public @Nullable String putIfAbsent(String key, String value) {
    String before = content.putIfAbsent(key, value);
    if (before == null) {
      unwritten.add(key);
    }
    return before;
  }

  @Override
  public @Nullable String remove(Object key) {
    String before = content.remove(key);
    if (before != null) {
      unwritten.add((String) key);
    }
    return before;
  }

  @Override
  public boolean remove(Object key, Object value) {
    return changed((String) key, content.remove(key, value));
  }

  @Override
  public boolean replace(String key, String old, String value) {
    return changed(key, content.replace(key, old, value));
  }

  @Override
  public @Nullable String replace(String key, String value) {
    String before = content.replace(key, value);
    changed(key, before != null);
    return before;
  }

  private boolean changed(String key, boolean really) {
    if (really) {
      unwritten.add(key);
    }
    return really;
  }

  /** Entries cannot be set; in the order of their keys. */
  @Override
  public Set<Entry<String, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, String>> iterator() {
        Iterator<Entry<String, String>> all = content.entrySet().iterator();
        return new Iterator<>() {
          private @Nullable String last;

          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public Entry<String, String> next() {
            Entry<String, String> next = all.next();
            last = next.getKey();
            return next;
          }

          @Override
          public void remove() {
            all.remove();
            if (last != null) {
              unwritten.add(last);
            }
          }
        };
      }

      @Override
      public int size() {
        return content.size();
      }
    };
  }
}
