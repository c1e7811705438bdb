package org.consultrelay.relay.sctp;

/** What an association tells, as what it means for its data channels (RFC 8832). */
final class ChannelEvents implements AssociationListener {
  private final DataChannels owner;
  private final ChannelTable channels;
  private final SctpLimits limits;
  private final SctpCounters counters;
  private final DataChannels.Listener listener;

  ChannelEvents(
      DataChannels owner,
      ChannelTable channels,
      SctpLimits limits,
      SctpCounters counters,
      DataChannels.Listener listener) {
    this.owner = owner;
    this.channels = channels;
    this.limits = limits;
    this.counters = counters;
    this.listener = listener;
  }

  @Override
  public void established() {
    for (DataChannel channel : channels.all()) {
      if (channel.streamId() >= owner.outgoingStreams()) {
        owner.streams().drop(channel.streamId());
        channels.finish(channel);
      }
    }
  }

  @Override
  public void message(int stream, int payloadProtocol, byte[] payload) {
    if (payloadProtocol == Dcep.CONTROL) {
      onControl(stream, payload);
      return;
    }
    DataChannel channel = channels.get(stream);
    if (channel == null) {
      counters.dropped(SctpDrop.STREAM);
      return;
    }
    if (channel.state == DataChannel.State.OPENING) {
      opened(channel); // its ACK is overtaken (RFC 8832 §6)
    }
    if (!channel.isOpen()) {
      return;
    }
    switch (payloadProtocol) {
      case Dcep.STRING -> deliver(channel, false, payload);
      case Dcep.BINARY -> deliver(channel, true, payload);
      case Dcep.STRING_EMPTY -> deliver(channel, false, new byte[0]);
      case Dcep.BINARY_EMPTY -> deliver(channel, true, new byte[0]);
      default -> {
        channel.skipping =
            payloadProtocol == Dcep.BINARY_PARTIAL || payloadProtocol == Dcep.STRING_PARTIAL;
        counters.dropped(SctpDrop.PAYLOAD_PROTOCOL);
      }
    }
  }

  private void deliver(DataChannel channel, boolean binary, byte[] payload) {
    if (channel.skipping) {
      channel.skipping = false;
      counters.dropped(SctpDrop.PAYLOAD_PROTOCOL);
      return;
    }
    counters.messagesReceived++;
    counters.bytesReceived += payload.length;
    listener.message(channel, binary, payload);
  }

  private void onControl(int stream, byte[] payload) {
    DataChannel channel = channels.get(stream);
    if (payload[0] == Dcep.ACK) {
      if (channel != null && channel.state == DataChannel.State.OPENING) {
        opened(channel);
      }
      return;
    }
    if (channel != null && channel.state == DataChannel.State.CLOSING && channel.incomingReset) {
      // The number is free for the peer; the answer to our reset is still on its way.
      channels.finish(channel);
      channel = null;
    }
    Dcep.Open open = Dcep.read(payload, limits.labelLength());
    if (channel != null) {
      counters.dropped(SctpDrop.OPEN);
    } else if (open == null || !channels.isTheirs(stream) || stream >= owner.outgoingStreams()) {
      counters.dropped(SctpDrop.OPEN);
      owner.reset(stream);
    } else if (channels.theirs() >= limits.channels()) {
      counters.dropped(SctpDrop.CHANNEL_LIMIT);
      owner.reset(stream);
    } else {
      accept(stream, open);
    }
  }

  private void accept(int stream, Dcep.Open open) {
    DataChannel channel = new DataChannel(owner, owner.streams().get(stream), false, open);
    channels.add(channel);
    owner.control(channel, Dcep.ack());
    counters.channelsOpened++;
    listener.opened(channel);
  }

  private void opened(DataChannel channel) {
    channel.state = DataChannel.State.OPEN;
    counters.channelsOpened++;
    listener.opened(channel);
  }

  @Override
  public void incomingReset(int stream) {
    DataChannel channel = channels.get(stream);
    if (channel != null) {
      channel.incomingReset = true;
      if (channel.state != DataChannel.State.CLOSING) {
        owner.streams().drop(stream); // nobody would hear it
        owner.reset(channel);
      } else {
        finishIfReset(channel);
      }
    }
  }

  @Override
  public void incomingResetAll() {
    channels.all().forEach(channel -> incomingReset(channel.streamId()));
  }

  @Override
  public void resetWanted(int stream) {
    DataChannel channel = channels.get(stream);
    if (channel != null && channel.state != DataChannel.State.CLOSING) {
      owner.reset(channel);
    }
  }

  @Override
  public void outgoingReset(int stream) {
    DataChannel channel = channels.get(stream);
    if (channel == null) {
      owner.streams().forget(stream);
    } else if (channel.resetAsked) {
      channel.outgoingReset = true;
      finishIfReset(channel);
    }
  }

  @Override
  public void failed(SctpFailure reason) {
    channels.forgetAll();
    listener.failed(reason);
  }

  private void finishIfReset(DataChannel channel) {
    if (channel.incomingReset && channel.outgoingReset) {
      owner.streams().forget(channel.streamId());
      channels.finish(channel);
    }
  }
}
