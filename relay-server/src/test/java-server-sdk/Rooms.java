import io.livekit.server.RoomServiceClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import livekit.LivekitModels;
import retrofit2.Call;
import retrofit2.Response;

/**
 * A back end on LiveKit's server SDK for Java and Kotlin, in a process and on a class path of its
 * own: {@code java -cp 'JARS/*' Rooms.java URL KEY SECRET ROOM}. Calls each method of the room
 * service, and says so as its twin on Node does.
 */
final class Rooms {
  private static final BufferedReader ORDERS =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private Rooms() {}

  public static void main(String[] args) throws IOException {
    String url = args[0];
    String key = args[1];
    String secret = args[2];
    String room = args[3];
    RoomServiceClient service = RoomServiceClient.createClient(url, key, secret);

    LivekitModels.Room made =
        ok(service.createRoom(room, 600, 10, null, "agenda", null, null, null, 60));
    equal(room, made.getName());
    equal(600, made.getEmptyTimeout());
    equal(60, made.getDepartureTimeout());
    equal(10, made.getMaxParticipants());
    equal("agenda", made.getMetadata());
    equal(made.getSid(), ok(service.createRoom(room)).getSid());
    say("created");

    List<LivekitModels.Room> listed = ok(service.listRooms(List.of(room)));
    equal(List.of(made.getSid()), listed.stream().map(LivekitModels.Room::getSid).toList());
    equal(2, listed.getFirst().getNumParticipants());
    equal(true, ok(service.listRooms()).stream().anyMatch(each -> each.getName().equals(room)));
    Stream<String> identities =
        ok(service.listParticipants(room)).stream()
            .map(LivekitModels.ParticipantInfo::getIdentity)
            .sorted();
    equal(List.of("ann", "bob"), identities.toList());
    LivekitModels.ParticipantInfo ann = ok(service.getParticipant(room, "ann"));
    equal(2, ann.getTracksCount());
    fails(service.getParticipant(room, "nobody"), 404, "not_found");
    String audio = track(ann, LivekitModels.TrackType.AUDIO);
    String video = track(ann, LivekitModels.TrackType.VIDEO);
    say("listed");

    equal("late", ok(service.updateRoomMetadata(room, "late")).getMetadata());
    done(
        service.sendData(
            room,
            "to all".getBytes(StandardCharsets.UTF_8),
            LivekitModels.DataPacket.Kind.RELIABLE,
            List.of(),
            List.of(),
            "queue"));
    done(
        service.sendData(
            room,
            "to bob".getBytes(StandardCharsets.UTF_8),
            LivekitModels.DataPacket.Kind.LOSSY,
            List.of(),
            List.of("bob")));
    say("sent");

    equal(true, ok(service.mutePublishedTrack(room, "ann", audio, true)).getMuted());
    fails(service.mutePublishedTrack(room, "ann", audio, false), 412, "failed_precondition");
    fails(service.mutePublishedTrack(room, "ann", "TR_none", true), 404, "not_found");
    say("muted");

    LivekitModels.ParticipantInfo updated =
        ok(
            service.updateParticipant(
                room, "ann", "Ann", "in the queue", null, Map.of("place", "3")));
    equal("Ann", updated.getName());
    equal("in the queue", updated.getMetadata());
    equal(Map.of("place", "3"), updated.getAttributesMap());
    equal(
        Map.of(),
        ok(service.updateParticipant(room, "ann", null, null, null, Map.of("place", "")))
            .getAttributesMap());
    say("updated");

    done(service.updateSubscriptions(room, "bob", List.of(video), false));
    say("unsubscribed");
    done(service.updateSubscriptions(room, "bob", List.of(video), true));
    say("subscribed");

    LivekitModels.ParticipantPermission permission =
        LivekitModels.ParticipantPermission.newBuilder()
            .setCanPublish(true)
            .setCanPublishData(true)
            .build();
    equal(
        false,
        ok(service.updateParticipant(room, "bob", null, null, permission))
            .getPermission()
            .getCanSubscribe());
    say("forbidden");

    fails(service.forwardParticipant(room, "bob", "elsewhere"), 501, "unimplemented");
    fails(service.moveParticipant(room, "bob", "elsewhere"), 501, "unimplemented");
    fails(
        RoomServiceClient.createClient(url, key, secret + "x").listRooms(),
        401,
        "unauthenticated");
    done(service.removeParticipant(room, "bob"));
    say("removed");

    done(service.deleteRoom(room));
    equal(List.of(), ok(service.listParticipants(room)));
    equal(List.of(), ok(service.listRooms(List.of(room))));
    fails(service.deleteRoom(room), 404, "not_found");
    say("done");
    // The SDK's HTTP client keeps threads.
    System.exit(0);
  }

  private static void say(String words) throws IOException {
    System.out.println(words);
    ORDERS.readLine();
  }

  private static String track(
      LivekitModels.ParticipantInfo participant, LivekitModels.TrackType type) {
    return participant.getTracksList().stream()
        .filter(track -> track.getType() == type)
        .findFirst()
        .orElseThrow()
        .getSid();
  }

  private static <T> T ok(Call<T> call) throws IOException {
    Response<T> response = call.execute();
    if (!response.isSuccessful()) {
      throw new AssertionError(response.code() + " " + response.errorBody().string());
    }
    return Objects.requireNonNull(response.body());
  }

  private static void done(Call<Void> call) throws IOException {
    Response<Void> response = call.execute();
    if (!response.isSuccessful()) {
      throw new AssertionError(response.code() + " " + response.errorBody().string());
    }
  }

  private static void fails(Call<?> call, int status, String code) throws IOException {
    Response<?> response = call.execute();
    equal(status, response.code());
    String body = response.errorBody().string();
    if (!body.contains("\"code\":\"" + code + "\"")) {
      throw new AssertionError(body);
    }
  }

  private static void equal(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + ", got " + actual);
    }
  }
}
