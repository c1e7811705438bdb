package org.consultrelay.load.middle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consultrelay.load.local.RelayProcess;
import org.consultrelay.load.run.Target;
import org.consultrelay.relay.Relay;
import org.consultrelay.relay.api.Grants;
import org.consultrelay.relay.api.TokenIssuer;
import org.consultrelay.relay.config.ConfigLoader;
import org.consultrelay.relay.room.DepartureReason;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.RoomResult;

/** A real relay in this process, on free ports of one address. */
public final class LocalRelay implements AutoCloseable {
  private static final String KEY = "testkey";
  private static final String SECRET = "a-secret-that-is-long-enough-for-hs256";

  private final TokenIssuer tokens = new TokenIssuer(KEY, SECRET, InstantSource.system());
  private final String address;
  private final Relay relay;

  private LocalRelay(String address, Relay relay) {
    this.address = address;
    this.relay = relay;
  }

  /** Starts one on loopback, with these settings besides. */
  public static LocalRelay start(String... more) {
    return startAt("127.0.0.1", more);
  }

  /** Starts one at an IPv4 address of this machine, as the near end of a bad network. */
  public static LocalRelay startAt(String address, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "keys." + KEY + "=" + SECRET,
                "http.host=" + address,
                "http.port=0",
                "ops.port=0",
                "net.bind=" + address,
                "net.mediaPort=0",
                "turn.udpPort=0",
                "turn.tcpPort=0",
                "turn.tlsPort=0",
                "tcp.icePort=0",
                "net.packetMemory=64MiB",
                // A test machine that is busy with something else must not decide.
                "admission.enabled=false",
                "admission.busyLimit=100%",
                "admission.latenessLimit=1s"));
    settings.addAll(List.of(more));
    try {
      return new LocalRelay(
          address,
          Relay.start(new ConfigLoader(false, Optional.empty(), settings, Map.of(), 2).load()));
    } catch (Exception e) {
      throw new IllegalStateException("the relay does not start", e);
    }
  }

  /** Where its doors are, without a slash at the end. */
  public URI url() {
    return URI.create("http://" + address + ":" + relay.httpPort());
  }

  /** A token that lets this identity into this room. */
  public String token(String room, String identity) {
    return tokens.issue(Grants.join(identity, room), Duration.ofHours(1));
  }

  /** It as a target of load. */
  public Target target() {
    return targetThrough(url());
  }

  /** It as a target of load through the LiveKit protocol. */
  public Target liveKitTarget() {
    URI signal = URI.create(url().toString().replace("http", "ws"));
    return new Target(new Target.LiveKit(signal), this::token, null, -1);
  }

  /** How many participants a room has. */
  public int participants(String room) {
    return switch (relay
        .rooms()
        .inExistingRoom(room, there -> new RoomResult.Done<>(there.participants().size()))
        .join()) {
      case RoomResult.Done<Integer>(Integer count) -> count;
      case RoomResult.Refused<Integer> gone -> 0;
    };
  }

  /** Puts somebody out of a room, as an app's back end does. */
  public void putOut(String room, String identity) {
    relay
        .rooms()
        .inExistingRoom(
            room,
            there -> {
              Participant who = there.participant(identity);
              if (who == null) {
                throw new IllegalStateException(identity + " is not in");
              }
              who.remove(DepartureReason.REMOVED);
              return new RoomResult.Done<>(true);
            })
        .join();
  }

  /** The sum of all series of the relay's metrics whose line begins so. */
  public double metric(String prefix) throws IOException, InterruptedException {
    URI metrics = URI.create("http://127.0.0.1:" + relay.opsPort() + "/metrics");
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(metrics).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    return new RelayProcess.Reading(response.body(), 0).sum(prefix);
  }

  /** It as a target of load, by way of something in front of it. */
  public Target targetThrough(URI front) {
    return new Target(
        new Target.Whip(front.resolve("/whip/v1"), front.resolve("/whep/v1")),
        this::token,
        null,
        -1);
  }

  @Override
  public void close() {
    try {
      relay.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
