package org.consultrelay.relay.rtp;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which local identifier stands for which header extension within one bundle (RFC 8285 §5).
 * Immutable; both directions are an array look-up.
 */
public final class HeaderExtensionMap {
  /** The greatest local identifier, in the two-byte form (RFC 8285 §4.3). */
  public static final int MAX_ID = 255;

  /** So many different maps are shared; those beyond are made for each who asks. */
  private static final int MAX_SHARED = 256;

  private static final Map<HeaderExtensionMap, HeaderExtensionMap> SHARED =
      new ConcurrentHashMap<>();

  /** A map in which nothing is negotiated. */
  public static final HeaderExtensionMap EMPTY = new Builder().build();

  private final byte[] indexOfId;
  private final int[] idOfIndex;
  private final long mask;

  private HeaderExtensionMap(Builder builder) {
    indexOfId = builder.indexOfId.clone();
    idOfIndex = builder.idOfIndex.clone();
    long bits = 0;
    for (int i = 0; i < idOfIndex.length; i++) {
      bits |= idOfIndex[i] == 0 ? 0 : 1L << i;
    }
    mask = bits;
  }

  /** A builder without entries. */
  public static Builder builder() {
    return new Builder();
  }

  /** The local identifier, 1 to 255; 0 if the extension is not negotiated. */
  public int id(HeaderExtension extension) {
    return idOfIndex[extension.index()];
  }

  /** The extension of a local identifier; null if none has it. */
  public @Nullable HeaderExtension extension(int id) {
    int index = index(id);
    return index < 0 ? null : HeaderExtension.at(index);
  }

  /** Whether the extension is negotiated. */
  public boolean has(HeaderExtension extension) {
    return idOfIndex[extension.index()] != 0;
  }

  /** The negotiated extensions, as {@link HeaderExtension#bit()}s. */
  public long mask() {
    return mask;
  }

  /** The index of the extension with that local identifier, or -1. */
  int index(int id) {
    return indexOfId[id & MAX_ID];
  }

  /** The local identifier of the extension with that index, or 0. */
  int idOfIndex(int index) {
    return idOfIndex[index];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HeaderExtensionMap map && Arrays.equals(idOfIndex, map.idOfIndex);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(idOfIndex);
  }

  /** Collects the {@code a=extmap} lines of a bundle. */
  public static final class Builder {
    private final byte[] indexOfId = new byte[MAX_ID + 1];
    private final int[] idOfIndex = new int[HeaderExtension.count()];

    private Builder() {
      Arrays.fill(indexOfId, (byte) -1);
    }

    /**
     * Gives an extension its identifier. Both must be new, or the same as before: within a bundle
     * an identifier has one meaning (RFC 9143 §9.1).
     *
     * @param id 1 to 255
     * @return false, with nothing changed, when the identifier is out of range, is another
     *     extension's, or the extension has another
     */
    public boolean put(HeaderExtension extension, int id) {
      int index = extension.index();
      if (id < 1 || id > MAX_ID) {
        return false;
      }
      if (indexOfId[id] == index) {
        return true;
      }
      if (indexOfId[id] >= 0 || idOfIndex[index] != 0) {
        return false;
      }
      indexOfId[id] = (byte) index;
      idOfIndex[index] = id;
      return true;
    }

    /**
     * The map as collected so far. Those who negotiated the same get the same map, as nearly all do
     * who use the same client: one for all is in the cache, one for each is not.
     */
    public HeaderExtensionMap build() {
      HeaderExtensionMap map = new HeaderExtensionMap(this);
      HeaderExtensionMap known = SHARED.get(map);
      if (known == null && SHARED.size() < MAX_SHARED) {
        known = SHARED.putIfAbsent(map, map);
      }
      return known == null ? map : known;
    }
  }
}
