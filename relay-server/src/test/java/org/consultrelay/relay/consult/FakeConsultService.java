package org.consultrelay.relay.consult;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketRoute;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.api.Grants;
import org.jspecify.annotations.Nullable;

/**
 * The consult service's side of one consultation, within the test: what pages say to {@code
 * /consult/v1/visit} comes here, and the room is a real one. A test of a screen need not wait for
 * clocks and stores, and can make happen what seldom does.
 */
final class FakeConsultService {
  static final String CLINICIAN = "clinician-link-0123456789";
  static final String COLLEAGUE = "clinician-other-012345678";
  static final String PATIENT = "patient-link-0123456789ab";
  static final String GUEST = "guest-link-0123456789abcd";
  private static final String ROOM = "consultation-1";

  private final TestRelay relay;
  private final Map<String, Seat> seats = new LinkedHashMap<>();
  private final List<JsonObject> heard = new ArrayList<>();
  private String patientName = "Pat Smith";
  private @Nullable String phone = "0161 496 0123";
  private boolean audioOnly;
  private boolean locked;
  private boolean oldTokens;
  private boolean renewing = true;
  private @Nullable JsonObject refusal;

  /** One person's place. */
  private static final class Seat {
    final String visit;
    final String role;
    final Instant since = Instant.now();
    String name;
    String mode = "video";
    boolean admitted;
    @Nullable WebSocketRoute socket;

    Seat(String visit, String role, String name) {
      this.visit = visit;
      this.role = role;
      this.name = name;
    }
  }

  FakeConsultService(TestRelay relay) {
    this.relay = relay;
  }

  /** The patient's link brings no name. */
  FakeConsultService withoutName() {
    patientName = "";
    return this;
  }

  /** The practice wants no pictures. */
  FakeConsultService withSoundOnly() {
    audioOnly = true;
    return this;
  }

  /** Call tokens are of yesterday until somebody asks for another. */
  FakeConsultService withOldTokens() {
    oldTokens = true;
    return this;
  }

  /** Whether who asks for another token gets a better one. */
  void renewing(boolean now) {
    renewing = now;
  }

  /** Every hello is answered with this error; null: with a welcome. */
  void refuse(@Nullable JsonObject error) {
    refusal = error;
  }

  /** An error as the service says it. */
  static JsonObject error(String code) {
    return new JsonObject().put("type", "error").put("code", code).put("message", "No.");
  }

  /** What pages are told to call; null: nothing is said of it. */
  void phone(@Nullable String number) {
    phone = number;
  }

  /** Answers this page. */
  Page serve(Page page) {
    page.routeWebSocket(url -> url.endsWith("/consult/v1/visit"), this::open);
    return page;
  }

  /** The address of a link. */
  String link(String token) {
    return relay.pageUrl() + "#j=" + token;
  }

  /** Messages of this type that came, without the pings. */
  List<JsonObject> heard(String type) {
    return heard.stream().filter(message -> type.equals(message.getString("type"))).toList();
  }

  /** Breaks the line of whoever came by this link; the page comes back by itself. */
  void breakLine(String token) {
    Seat seat = seats.get(token);
    if (seat != null && seat.socket != null) {
      seat.socket.close();
      seat.socket = null;
      told();
    }
  }

  /** Ends the visit of whoever came by this link. */
  void end(String token, String reason) {
    Seat seat = seats.remove(token);
    if (seat != null) {
      send(seat, new JsonObject().put("type", "ended").put("reason", reason));
      told();
    }
  }

  /** The service has forgotten whoever came by this link: their line breaks, and they begin anew. */
  void lose(String token) {
    breakLine(token);
    seats.remove(token);
    told();
  }

  private void open(WebSocketRoute socket) {
    socket.onMessage(frame -> {
      JsonObject message = new JsonObject(frame.text());
      if ("hello".equals(message.getString("type"))) {
        hello(socket, message);
      } else {
        seats.values().stream()
            .filter(seat -> socket.equals(seat.socket))
            .findFirst()
            .ifPresent(seat -> take(seat, message));
      }
    });
  }

  private void hello(WebSocketRoute socket, JsonObject message) {
    heard.add(message);
    String token = message.getString("token");
    String role = token.substring(0, token.indexOf('-'));
    if (refusal != null || !List.of("clinician", "patient", "guest").contains(role)) {
      socket.send((refusal == null ? error("not_found") : refusal).encode());
      socket.close();
      return;
    }
    Seat seat =
        seats.computeIfAbsent(token, link -> new Seat("v" + (seats.size() + 1), role, name(role)));
    if (seat.socket != null) {
      send(seat, new JsonObject().put("type", "ended").put("reason", "elsewhere"));
    }
    seat.socket = socket;
    seat.name = seat.name.isEmpty() ? message.getString("name", "") : seat.name;
    seat.admitted |= "clinician".equals(role);
    welcome(seat);
    if (seat.admitted) {
      admitted(seat);
    }
    told();
  }

  private String name(String role) {
    return switch (role) {
      case "clinician" -> "Dr Jones";
      case "patient" -> patientName;
      default -> "Anna Nowak";
    };
  }

  private void welcome(Seat seat) {
    send(
        seat,
        new JsonObject()
            .put("type", "welcome")
            .put("role", seat.role)
            .put("visit", seat.visit)
            .put("name", seat.name)
            .put("phone", phone)
            .put("others", new JsonArray().add("Dr Jones"))
            .put(
                "consultation",
                new JsonObject()
                    .put("opensAt", Instant.now().minusSeconds(600).toString())
                    .put("endsAt", Instant.now().plusSeconds(3600).toString())
                    .put("state", "running")
                    .put("locked", locked)
                    .put("audioOnly", audioOnly)
                    .put("urgent", false)));
  }

  private void admitted(Seat seat) {
    Grants grants = Grants.join(seat.name.isEmpty() ? seat.role : seat.name, ROOM);
    InstantSource clock =
        oldTokens
            ? InstantSource.fixed(Instant.now().minus(Duration.ofDays(1)))
            : InstantSource.system();
    send(
        seat,
        new JsonObject()
            .put("type", "admitted")
            .put("url", "")
            .put("room", ROOM)
            .put("mode", seat.mode)
            .put("token", relay.token(grants, TestRelay.SECRET, clock)));
  }

  private void take(Seat seat, JsonObject message) {
    switch (message.getString("type")) {
      case "ping" -> send(seat, new JsonObject().put("type", "pong"));
      default -> {
        heard.add(message);
        act(seat, message);
      }
    }
    told();
  }

  private void act(Seat seat, JsonObject message) {
    switch (message.getString("type")) {
      case "name" -> {
        seat.name = message.getString("name");
        welcome(seat);
      }
      case "admit" -> {
        Seat other = byVisit(message.getString("visit"));
        other.admitted = true;
        admitted(other);
      }
      case "remove" -> end(linkOf(byVisit(message.getString("visit"))), "removed");
      case "lock" -> locked = message.getBoolean("locked");
      case "message" -> say(byVisit(message.getString("visit")), message.getString("text"));
      case "message-all" -> waiting().forEach(other -> say(other, message.getString("text")));
      case "invite" ->
          send(
              seat,
              new JsonObject()
                  .put("type", "invited")
                  .put("linkId", "l1")
                  .put("link", link(GUEST))
                  .put("token", GUEST)
                  .put("role", "guest")
                  .put("name", message.getString("name")));
      case "mode" -> {
        seat.mode = message.getString("mode");
        JsonObject told = message.copy().put("visit", seat.visit).put("name", seat.name);
        seats.values().stream().filter(other -> other != seat).forEach(other -> send(other, told));
      }
      case "video-failed" -> send(seat, new JsonObject().put("type", "phone").put("number", phone));
      case "refresh" -> {
        oldTokens &= !renewing;
        admitted(seat);
      }
      case "end" -> List.copyOf(seats.keySet()).forEach(link -> end(link, "ended"));
      case "leave" -> seats.values().remove(seat);
      default -> throw new IllegalStateException("not in the contract: " + message);
    }
  }

  private void say(Seat seat, String text) {
    send(
        seat,
        new JsonObject()
            .put("type", "message")
            .put("text", text)
            .put("at", Instant.now().toString()));
  }

  /** Everybody learns what changed. */
  private void told() {
    List<Seat> queue = waiting();
    boolean present =
        seats.values().stream()
            .anyMatch(seat -> seat.role.equals("clinician") && seat.socket != null);
    for (int i = 0; i < queue.size(); i++) {
      send(
          queue.get(i),
          new JsonObject()
              .put("type", "waiting")
              .put("position", i + 1)
              .put("of", queue.size())
              .put("since", queue.get(i).since.toString())
              .put("clinicianPresent", present)
              .put("locked", locked));
    }
    JsonObject people =
        new JsonObject()
            .put("type", "people")
            .put("locked", locked)
            .put("waiting", described(queue))
            .put("present", described(seats.values().stream().filter(s -> s.admitted).toList()))
            .put(
                "links",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("linkId", "l1")
                            .put("role", "guest")
                            .put("name", "Interpreter")
                            .put("used", seats.containsKey(GUEST))));
    seats.values().stream()
        .filter(seat -> seat.role.equals("clinician"))
        .forEach(seat -> send(seat, people));
  }

  private List<Seat> waiting() {
    return seats.values().stream().filter(seat -> !seat.admitted).toList();
  }

  private static JsonArray described(List<Seat> seats) {
    JsonArray all = new JsonArray();
    for (int i = 0; i < seats.size(); i++) {
      Seat seat = seats.get(i);
      all.add(
          new JsonObject()
              .put("visit", seat.visit)
              .put("role", seat.role)
              .put("name", seat.name)
              .put("since", seat.since.toString())
              .put("position", i + 1)
              .put("mode", seat.mode)
              .put("connected", seat.socket != null));
    }
    return all;
  }

  private Seat byVisit(String visit) {
    return seats.values().stream().filter(s -> s.visit.equals(visit)).findFirst().orElseThrow();
  }

  private String linkOf(Seat seat) {
    return seats.entrySet().stream()
        .filter(entry -> entry.getValue() == seat)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static void send(Seat seat, JsonObject message) {
    if (seat.socket != null) {
      seat.socket.send(message.encode());
    }
  }
}
