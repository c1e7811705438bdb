package org.consultrelay.relay.signal.livekit;

import java.util.List;
import livekit.LivekitModels.ServerInfo;
import livekit.LivekitRtc.ICEServer;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.ReconnectResponse;
import livekit.LivekitRtc.SignalResponse;
import org.consultrelay.relay.room.Participant;

/** The first message of a session, and that of one that is resumed. */
final class Joins {
  /**
   * What clients are told to be talking to: they switch features on and off by it, and read it as
   * three numbers.
   */
  static final String VERSION = "1.9.0";

  /** The generation of the protocol. */
  static final int PROTOCOL = 16;

  /** How often clients say that they are there, in seconds; never 0, which some cannot bear. */
  static final int PING_INTERVAL = 5;

  /** After how many seconds of silence clients give a connection up. */
  static final int PING_TIMEOUT = 15;

  private Joins() {}

  // Old clients read the version from the field that the server information replaced.
  @SuppressWarnings("deprecation")
  static SignalResponse join(LiveKitSession session) {
    Participant self = session.participant();
    boolean single = session.options().singleConnection();
    JoinResponse.Builder join =
        JoinResponse.newBuilder()
            .setRoom(Infos.room(self.room()))
            .setParticipant(Infos.self(self))
            .setServerVersion(VERSION)
            .setServerInfo(serverInfo())
            .setSubscriberPrimary(session.isSubscriberPrimary())
            .setFastPublish(!single && self.permission().mayPublish())
            .setPingInterval(PING_INTERVAL)
            .setPingTimeout(PING_TIMEOUT)
            .addAllIceServers(iceServers(session))
            .addAllEnabledPublishCodecs(Codecs.ENABLED);
    for (Participant other : self.room().participants()) {
      if (other != self && !other.permission().hidden()) {
        join.addOtherParticipants(Infos.participant(other));
      }
    }
    return SignalResponse.newBuilder().setJoin(join).build();
  }

  static SignalResponse reconnect(LiveKitSession session) {
    return SignalResponse.newBuilder()
        .setReconnect(
            ReconnectResponse.newBuilder()
                .addAllIceServers(iceServers(session))
                .setServerInfo(serverInfo())
                .setLastMessageSeq(session.data().lastSequence()))
        .build();
  }

  private static List<ICEServer> iceServers(LiveKitSession session) {
    return session.iceServers().stream()
        .map(server ->
            ICEServer.newBuilder()
                .addAllUrls(server.urls())
                .setUsername(server.username())
                .setCredential(server.credential())
                .build())
        .toList();
  }

  private static ServerInfo serverInfo() {
    return ServerInfo.newBuilder().setVersion(VERSION).setProtocol(PROTOCOL).build();
  }
}
