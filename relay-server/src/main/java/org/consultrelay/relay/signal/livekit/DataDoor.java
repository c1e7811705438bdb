package org.consultrelay.relay.signal.livekit;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitRtc.DataChannelReceiveState;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.sctp.DataChannel;
import org.consultrelay.relay.sctp.DataChannels;
import org.consultrelay.relay.sctp.Reliability;
import org.consultrelay.relay.sctp.SctpFailure;
import org.consultrelay.relay.sdp.SctpDescription;
import org.jspecify.annotations.Nullable;

/**
 * A participant's data: what it sends is stamped and goes to the others of the room, what they send
 * comes out here. Two channels carry it, one reliable and one lossy. On the room's loop.
 */
final class DataDoor {
  static final String RELIABLE = "_reliable";
  static final String LOSSY = "_lossy";

  private final LiveKitSession session;
  private final DataCounters counters;
  private final DataOutlet outlet;
  private int lastSequence;

  DataDoor(LiveKitSession session) {
    this.session = session;
    this.counters = session.context().data();
    this.outlet = new DataOutlet(session);
  }

  /** The highest number of a reliable packet that came from the client; 0 for none. */
  int lastSequence() {
    return lastSequence;
  }

  /** Data channels were negotiated on one of the client's connections. */
  void open(PeerSession carrier, SctpDescription remote) {
    boolean delivers = carrier == session.downlink().session();
    boolean ours = delivers && !session.options().singleConnection();
    DataChannels channels =
        carrier
            .transport()
            .acceptDataChannels(
                remote.port(), remote.maxMessageSize(), new Listener(delivers, ours));
    if (ours) {
      long now = session.nowNanos();
      channels.open(RELIABLE, "", Reliability.RELIABLE, now);
      channels.open(LOSSY, "", Reliability.LOSSY, now);
    }
  }

  /** A packet of another participant's, or of the server's. */
  void deliver(boolean reliable, String publisherSid, int sequence, byte[] packet) {
    outlet.deliver(reliable, publisherSid, sequence, packet);
  }

  /** What the client may have missed while it was away is sent again; it knows what it has. */
  void replay(List<DataChannelReceiveState> states) {
    outlet.replay(states);
  }

  void close() {
    outlet.close();
  }

  private void received(boolean reliable, byte[] payload) {
    boolean allowed = session.participant().permission().canPublishData();
    if (!allowed && !session.calls().isWaiting()) {
      counters.notAllowed.increment();
      return;
    }
    DataPacket packet;
    try {
      packet = DataPacket.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      counters.malformed.increment();
      return;
    }
    boolean answers = session.calls().concerns(packet);
    if (!allowed && !answers) {
      counters.notAllowed.increment();
      return;
    }
    if (!DataRouting.isForwarded(packet, session.participant())) {
      counters.notForwarded.increment();
      return;
    }
    if (reliable && packet.getSequence() != 0) {
      if (Integer.compareUnsigned(packet.getSequence(), lastSequence) <= 0) {
        // Sent again after a resume, and here already.
        counters.repeated.increment();
        return;
      }
      lastSequence = packet.getSequence();
    }
    counters.received.increment();
    if (answers) {
      session.calls().take(packet);
    } else {
      DataRouting.route(session.participant(), packet, reliable);
    }
  }

  /** Hears of the channels of one connection. */
  private final class Listener implements DataChannels.Listener {
    private final boolean delivers;
    private final boolean ours;

    Listener(boolean delivers, boolean ours) {
      this.delivers = delivers;
      this.ours = ours;
    }

    @Override
    public void opened(DataChannel channel) {
      if (delivers) {
        outlet.opened(channel);
      }
    }

    @Override
    public void message(DataChannel channel, boolean binary, byte[] payload) {
      // On a connection that we opened the channels of, the client has nothing to say.
      Boolean reliable = (ours || !binary) ? null : reliability(channel);
      if (reliable == null) {
        counters.malformed.increment();
      } else {
        received(reliable, payload);
      }
    }

    @Override
    public void closed(DataChannel channel) {
      outlet.closed(channel);
    }

    @Override
    public void failed(SctpFailure reason) {
      // The connection itself is well: media goes on without data.
      outlet.failed(delivers);
    }
  }

  static @Nullable Boolean reliability(DataChannel channel) {
    return switch (channel.label()) {
      case RELIABLE -> true;
      case LOSSY -> false;
      default -> null;
    };
  }
}
