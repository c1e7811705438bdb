package org.consultrelay.relay.sctp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data channels of an association by their streams, ours and the peer's (RFC 8832 §6). */
final class ChannelTable {
  private final boolean evenStreams;
  private final SctpCounters counters;
  private final DataChannels.Listener listener;
  private final Map<Integer, DataChannel> channels = new HashMap<>();
  private int ours;
  private int theirs;

  /**
   * None yet.
   *
   * @param evenStreams whether those of ours have even numbers
   */
  ChannelTable(boolean evenStreams, SctpCounters counters, DataChannels.Listener listener) {
    this.evenStreams = evenStreams;
    this.counters = counters;
    this.listener = listener;
  }

  @Nullable DataChannel get(int stream) {
    return channels.get(stream);
  }

  /** All as of now; they may be ended meanwhile. */
  List<DataChannel> all() {
    return List.copyOf(channels.values());
  }

  /** How many we have opened. */
  int ours() {
    return ours;
  }

  /** How many the peer has opened. */
  int theirs() {
    return theirs;
  }

  /** Whether a stream is one that the peer may open. */
  boolean isTheirs(int stream) {
    return (stream & 1) == (evenStreams ? 1 : 0);
  }

  /** The lowest stream for a channel of ours that none has. */
  int freeStream() {
    int stream = evenStreams ? 0 : 1;
    while (channels.containsKey(stream)) {
      stream += 2;
    }
    return stream;
  }

  void add(DataChannel channel) {
    channels.put(channel.streamId(), channel);
    if (channel.isOurs()) {
      ours++;
    } else {
      theirs++;
    }
  }

  /** A channel is over, and the listener hears of it. */
  void finish(DataChannel channel) {
    channel.state = DataChannel.State.CLOSED;
    channels.remove(channel.streamId());
    if (channel.isOurs()) {
      ours--;
    } else {
      theirs--;
    }
    counters.channelsClosed++;
    listener.closed(channel);
  }

  /** All are over, and nobody hears of it. */
  void forgetAll() {
    for (DataChannel channel : channels.values()) {
      channel.state = DataChannel.State.CLOSED;
    }
    channels.clear();
  }
}
