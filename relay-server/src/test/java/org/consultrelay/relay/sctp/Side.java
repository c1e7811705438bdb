package org.consultrelay.relay.sctp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One end of a {@link SimulatedPair}, with everything that it was told. */
final class Side implements DataChannels.Listener {
  /** A message as it came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Message(boolean binary, byte[] payload) {}

  /** What a test does when something happens. */
  interface Reaction {
    void to(DataChannel channel);
  }

  final SctpCounters counters = new SctpCounters();
  final DataChannels channels;
  final List<DataChannel> opened = new ArrayList<>();
  final List<DataChannel> closed = new ArrayList<>();
  final Map<DataChannel, List<Message>> messages = new HashMap<>();
  @Nullable SctpFailure failure;
  Reaction onOpened = _ -> {};
  Reaction onMessage = _ -> {};
  Reaction onClosed = _ -> {};

  Side(
      boolean even,
      long remoteMaxMessageSize,
      SctpLimits limits,
      RandomGenerator random,
      DataChannels.Outlet outlet) {
    channels =
        new DataChannels(
            even,
            DataChannels.PORT,
            remoteMaxMessageSize,
            limits,
            random,
            counters,
            outlet,
            _ -> {},
            this);
  }

  /** The one channel that was opened with this label. */
  DataChannel channel(String label) {
    List<DataChannel> found =
        opened.stream().filter(channel -> channel.label().equals(label)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " channels " + label);
    }
    return found.getFirst();
  }

  List<Message> messages(DataChannel channel) {
    return messages.getOrDefault(channel, List.of());
  }

  List<Message> messages(String label) {
    return messages(channel(label));
  }

  @Override
  public void opened(DataChannel channel) {
    if (opened.contains(channel) || closed.contains(channel) || !channel.isOpen()) {
      throw new AssertionError("opened at the wrong time");
    }
    opened.add(channel);
    onOpened.to(channel);
  }

  @Override
  public void message(DataChannel channel, boolean binary, byte[] payload) {
    if (!opened.contains(channel) || closed.contains(channel) || failure != null) {
      throw new AssertionError("a message at the wrong time");
    }
    messages.computeIfAbsent(channel, _ -> new ArrayList<>()).add(new Message(binary, payload));
    onMessage.to(channel);
  }

  @Override
  public void closed(DataChannel channel) {
    if (closed.contains(channel) || channel.isOpen() || failure != null) {
      throw new AssertionError("closed at the wrong time");
    }
    closed.add(channel);
    onClosed.to(channel);
  }

  @Override
  public void failed(SctpFailure reason) {
    if (failure != null) {
      throw new AssertionError("failed twice");
    }
    failure = reason;
  }
}
