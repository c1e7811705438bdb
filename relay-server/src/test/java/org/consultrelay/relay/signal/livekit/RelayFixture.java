package org.consultrelay.relay.signal.livekit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.VideoGrant;
import org.consultrelay.relay.consult.TestRelay;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomResult;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands every test of the run the same relay, and stops it after the last. */
final class RelayFixture implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(RelayFixture.class);
  private static final AtomicInteger ROOMS = new AtomicInteger();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestRelay.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            TestRelay.class, type -> TestRelay.start("127.0.0.1"), TestRelay.class);
  }

  /** A room's name that no other test has. */
  static String freshRoom() {
    return "lk-" + ROOMS.incrementAndGet();
  }

  /** Does something in a room that is there, on its loop; what it throws is thrown here. */
  static void inRoom(TestRelay relay, String name, Consumer<Room> task) {
    RoomResult<Optional<Error>> result =
        relay
            .relay()
            .rooms()
            .inExistingRoom(
                name,
                room -> {
                  try {
                    task.accept(room);
                    return new RoomResult.Done<>(Optional.<Error>empty());
                  } catch (AssertionError failure) {
                    // The loop hands on exceptions only.
                    return new RoomResult.Done<>(Optional.<Error>of(failure));
                  }
                })
            .join();
    if (!(result instanceof RoomResult.Done<Optional<Error>>(Optional<Error> failure))) {
      throw new AssertionError("there is no room " + name);
    }
    failure.ifPresent(error -> {
      throw error;
    });
  }

  /** What a token may say beside who and where. */
  static final class May {
    private Boolean canPublish;
    private Boolean canSubscribe;
    private Boolean canPublishData;
    private List<String> sources = List.of();
    private boolean canUpdateOwnMetadata;
    private boolean hidden;

    May canPublish(boolean value) {
      canPublish = value;
      return this;
    }

    May canSubscribe(boolean value) {
      canSubscribe = value;
      return this;
    }

    May canPublishData(boolean value) {
      canPublishData = value;
      return this;
    }

    May sources(String... names) {
      sources = List.of(names);
      return this;
    }

    May canUpdateOwnMetadata() {
      canUpdateOwnMetadata = true;
      return this;
    }

    May hidden() {
      hidden = true;
      return this;
    }
  }

  static String token(TestRelay relay, String room, String identity, UnaryOperator<May> may) {
    May said = may.apply(new May());
    return relay.token(
        new Grants(
            identity,
            "Name of " + identity,
            "",
            Map.of("role", "patient"),
            "",
            new VideoGrant(
                room,
                true,
                said.canPublish,
                said.canSubscribe,
                said.canPublishData,
                said.sources,
                said.canUpdateOwnMetadata,
                false,
                said.hidden,
                false,
                false,
                false,
                false,
                false,
                false,
                "")));
  }
}
