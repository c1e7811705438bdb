import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Books a consultation and lists rooms, with nothing but the JDK: {@code java Book.java}. The
 * environment says RELAY_URL, RELAY_KEY and RELAY_SECRET.
 */
class Book {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  public static void main(String[] args) throws Exception {
    String url = System.getenv("RELAY_URL");
    String token = token(System.getenv("RELAY_KEY"), System.getenv("RELAY_SECRET"));

    String booked = post(url + "/consult/v1/consultations", token, "{\"minutes\": 15}");
    System.out.println("consultation: " + text(booked, "id"));
    Pattern.compile("\"link\"\\s*:\\s*\"([^\"]+)\"")
        .matcher(booked)
        .results()
        .map(MatchResult::group)
        .forEach(System.out::println);

    System.out.println(post(url + "/twirp/livekit.RoomService/ListRooms", token, "{}"));
  }

  /** A JSON Web Token (RFC 7519), signed with HS256. */
  private static String token(String key, String secret) throws Exception {
    String claims =
        """
        {"iss": "%s", "exp": %d, "video": {"roomCreate": true, "roomList": true}}"""
            .formatted(key, Instant.now().plusSeconds(300).getEpochSecond());
    String signed = encode("{\"alg\": \"HS256\", \"typ\": \"JWT\"}") + "." + encode(claims);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static String encode(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String post(String url, String token, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IllegalStateException(response.statusCode() + ": " + response.body());
    }
    return response.body();
  }

  /** A real program has a JSON library; one field needs none. */
  private static String text(String json, String field) {
    return Pattern.compile("\"" + field + "\"\\s*:\\s*\"([^\"]*)\"")
        .matcher(json)
        .results()
        .map(result -> result.group(1))
        .findFirst()
        .orElseThrow();
  }
}
