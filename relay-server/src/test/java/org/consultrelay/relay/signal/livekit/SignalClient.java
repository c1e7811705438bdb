package org.consultrelay.relay.signal.livekit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import livekit.LivekitRtc.JoinRequest;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.WrappedJoinRequest;
import org.consultrelay.relay.consult.TestRelay;

/** The signalling half of a client SDK: sends what it is told to, and hands out what comes. */
final class SignalClient implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final LinkedBlockingDeque<SignalResponse> received = new LinkedBlockingDeque<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket socket;
  private int offers;

  private SignalClient(String url, String... headers) {
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    socket = builder.buildAsync(URI.create(url), new Listener()).join();
  }

  /** Connects to this path and query. Throws what the handshake failed with. */
  static SignalClient open(TestRelay relay, String pathAndQuery, String... headers) {
    return open(relay.url(), pathAndQuery, headers);
  }

  /** As above, for a relay whose HTTP door is at this URL. */
  static SignalClient open(String url, String pathAndQuery, String... headers) {
    return new SignalClient(url.replace("http", "ws") + pathAndQuery, headers);
  }

  /** Generation v0. */
  static SignalClient v0(TestRelay relay, String token, String... query) {
    return open(
        relay,
        "/rtc?access_token=%s&auto_subscribe=1&protocol=16&sdk=android&%s"
            .formatted(token, String.join("&", query)));
  }

  /** Generation v1. */
  static SignalClient v1(TestRelay relay, String token, JoinRequest request) {
    return open(relay, v1Query(token, request));
  }

  /** Generation v1, with all by default. */
  static SignalClient v1(TestRelay relay, String token) {
    return v1(relay, token, JoinRequest.getDefaultInstance());
  }

  static String v1Query(String token, JoinRequest request) {
    return "/rtc/v1?access_token=" + token + "&join_request=" + wrapped(request.toByteArray());
  }

  /** As clients send it: compressed, base64url. */
  static String wrapped(byte[] request) {
    WrappedJoinRequest wrapper =
        WrappedJoinRequest.newBuilder()
            .setCompression(WrappedJoinRequest.Compression.GZIP)
            .setJoinRequest(ByteString.copyFrom(gzip(request)))
            .build();
    return URLEncoder.encode(
        Base64.getUrlEncoder().encodeToString(wrapper.toByteArray()), StandardCharsets.US_ASCII);
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Sends a message. */
  void send(SignalRequest.Builder message) {
    send(message.build().toByteArray());
  }

  /** Sends bytes. */
  void send(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  /** Sends a message in frames of this many bytes. */
  void sendInFrames(byte[] bytes, int frame) {
    for (int at = 0; at < bytes.length; at += frame) {
      int length = Math.min(frame, bytes.length - at);
      socket.sendBinary(ByteBuffer.wrap(bytes, at, length), at + length == bytes.length).join();
    }
  }

  /** Sends text. */
  void sendText(String text) {
    socket.sendText(text, true).join();
  }

  /** Sends an offer; returns its id. */
  int offer(String sdp) {
    int id = ++offers;
    send(
        SignalRequest.newBuilder()
            .setOffer(SessionDescription.newBuilder().setType("offer").setSdp(sdp).setId(id)));
    return id;
  }

  /** Offers, and waits for the answer to that. */
  SessionDescription negotiate(String sdp) {
    int id = offer(sdp);
    return await(m -> m.hasAnswer() && m.getAnswer().getId() == id, "answer " + id).getAnswer();
  }

  /** The first message, which must be that of a join. */
  JoinResponse joined() {
    SignalResponse first = next();
    if (!first.hasJoin()) {
      throw new AssertionError("the first message is " + first.getMessageCase());
    }
    return first.getJoin();
  }

  /** The next message, whatever it is. */
  SignalResponse next() {
    try {
      SignalResponse next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came in " + PATIENCE_SECONDS + " s");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The next message of a type; what comes before it is passed over. */
  SignalResponse await(MessageCase type) {
    return await(m -> m.getMessageCase() == type, type.name());
  }

  /** The next message that is such; what comes before it is passed over. */
  SignalResponse await(Predicate<SignalResponse> condition, String what) {
    StringBuilder passed = new StringBuilder();
    while (true) {
      try {
        SignalResponse next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("waited for " + what + ", what came:" + passed);
        }
        if (condition.test(next)) {
          return next;
        }
        passed.append(' ').append(next.getMessageCase());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** All that has come until an answer to a ping sent now: it is behind all that came before. */
  java.util.List<SignalResponse> settled() {
    long stamp = System.nanoTime();
    send(
        SignalRequest.newBuilder()
            .setPingReq(livekit.LivekitRtc.Ping.newBuilder().setTimestamp(stamp)));
    java.util.List<SignalResponse> before = new java.util.ArrayList<>();
    while (true) {
      SignalResponse next = next();
      if (next.hasPongResp() && next.getPongResp().getLastPingTimestamp() == stamp) {
        return before;
      }
      before.add(next);
    }
  }

  /** The status that the socket was closed with by the relay. */
  int closeStatus() {
    return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Cuts the connection without a word. */
  void cut() {
    socket.abort();
  }

  @Override
  public void close() {
    if (!socket.isOutputClosed()) {
      CompletableFuture<WebSocket> _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    }
  }

  /** Puts messages together again. */
  private final class Listener implements WebSocket.Listener {
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      partial.writeBytes(bytes);
      if (last) {
        try {
          received.add(SignalResponse.parseFrom(partial.toByteArray()));
        } catch (InvalidProtocolBufferException e) {
          throw new UncheckedIOException(e);
        }
        partial.reset();
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
      closed.complete(statusCode);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      closed.complete(1_006);
    }
  }
}
