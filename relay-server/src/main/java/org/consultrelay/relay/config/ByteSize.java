package org.consultrelay.relay.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,12})\\s?(B|KiB|MiB|GiB)");

  /** Checks the sign. */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size of " + bytes + " bytes");
    }
  }

  /** So many times 1,048,576 bytes. */
  public static ByteSize ofMebibytes(long mebibytes) {
    return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  /**
   * Reads a size such as {@code 512KiB} or {@code 4MiB}; empty when the text is none. The unit is
   * required, and only those that mean one thing are taken (not MB).
   */
  public static Optional<ByteSize> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int shift =
        switch (matcher.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    long count = Long.parseLong(matcher.group(1));
    return count > Long.MAX_VALUE >> shift
        ? Optional.empty()
        : Optional.of(new ByteSize(count << shift));
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** In the largest unit that leaves a whole number, as {@link #parse} reads it. */
  @Override
  public String toString() {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    long count = bytes;
    int unit = 0;
    while (unit < 3 && count != 0 && count % 1024 == 0) {
      count /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%d%s", count, units[unit]);
  }
}
