package org.consultrelay.relay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starting and closing gives everything back to the system. */
@EnabledOnOs(OS.LINUX)
class LoopLeakTest {
  private static final long SLOT_BYTES = 64L << 20;

  private static long descriptors() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.count();
    }
  }

  /** How many mappings of just the size of our slots there are. */
  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .map(line -> line.substring(0, line.indexOf(' ')).split("-"))
          .mapToLong(
              range -> Long.parseUnsignedLong(range[1], 16) - Long.parseUnsignedLong(range[0], 16))
          .filter(size -> size >= SLOT_BYTES)
          .count();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IoMode.class,
      names = {"EPOLL", "NIO"})
  void fiftyStartsLeaveNothingBehind(IoMode io) throws IOException {
    try (LoopFixture fixture = new LoopFixture(io)) {
      LoopOptions options = fixture.options().withSlotBytes(SLOT_BYTES);
      startAndClose(fixture, options, 4); // classes, event loops and the JDK's own descriptors
      long descriptors = descriptors();
      long mappings = mappings();
      startAndClose(fixture, options, 50);
      // NIO closes a descriptor when its selector comes round, so the last ones may still be there.
      assertThat(descriptors()).isBetween(descriptors - 2, descriptors + 2);
      // Neighbouring mappings are merged by the kernel, so an upper bound is all there is to say.
      assertThat(mappings()).isLessThanOrEqualTo(mappings + 1);
    }
  }

  private static void startAndClose(LoopFixture fixture, LoopOptions options, int times) {
    for (int i = 0; i < times; i++) {
      MediaLoop loop = fixture.start(options, (_, port) -> LoopFixture.echo(port));
      assertThat(loop.slots().slots()).isEqualTo(41_943);
      LoopFixture.await(loop.close().toCompletionStage());
      LoopFixture.await(loop.close().toCompletionStage());
    }
  }
}
