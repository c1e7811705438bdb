package org.consultrelay.relay.signal.livekit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.RpcError;
import livekit.LivekitModels.RpcRequest;
import livekit.LivekitModels.RpcResponse;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.room.Participant;
import org.jspecify.annotations.Nullable;

/**
 * Calls that a server makes to one participant (remote procedure calls of the client SDKs) and that
 * are not answered yet. The client takes the call's id for the identity of whoever calls, and
 * answers to it; so nobody of the room is taken for the server. On the room's loop.
 */
public final class RemoteCalls {
  /** The longest method, in bytes of UTF-8, as in the SDKs. */
  public static final int MOST_METHOD = 64;

  /** The longest payload, in bytes of UTF-8, as in the SDKs. */
  public static final int MOST_PAYLOAD = 15 << 10;

  /** Nobody answers to the method. */
  public static final int UNSUPPORTED_METHOD = 1_400;

  /** The client did not acknowledge. */
  public static final int CONNECTION_TIMEOUT = 1_501;

  /** The client did not answer. */
  public static final int RESPONSE_TIMEOUT = 1_502;

  /** The participant left. */
  public static final int RECIPIENT_DISCONNECTED = 1_503;

  private static final int RESPONSE_TOO_LARGE = 1_504;
  private static final int MOST_OPEN = 64;
  private static final int VERSION = 1;

  /** How long a client has to say that it has heard, in nanoseconds. */
  private static final long ACKNOWLEDGE_NANOS = 7_000_000_000L;

  /** What came of a call. */
  public sealed interface Outcome {
    /** The client's answer. */
    record Answered(String payload) implements Outcome {}

    /** It failed: the SDKs' code for why, in words, and what the client adds. */
    record Failed(int code, String text, String data) implements Outcome {}

    /** The participant does not speak this protocol. */
    record Deaf() implements Outcome {}

    /** Too many calls to the participant are open. */
    record Busy() implements Outcome {}
  }

  private final LiveKitSession session;
  private final Map<String, Call> open = new HashMap<>();

  RemoteCalls(LiveKitSession session) {
    this.session = session;
  }

  /**
   * Calls somebody.
   *
   * @param id unguessable
   * @param patience how long to wait for the answer
   * @return completes on the room's loop
   */
  public static CompletableFuture<Outcome> call(
      Participant participant, String id, String method, String payload, Duration patience) {
    return participant.door() instanceof LiveKitSession session
        ? session.calls().begin(id, method, payload, patience)
        : CompletableFuture.completedFuture(new Outcome.Deaf());
  }

  private CompletableFuture<Outcome> begin(
      String id, String method, String payload, Duration patience) {
    if (open.size() >= MOST_OPEN) {
      return CompletableFuture.completedFuture(new Outcome.Busy());
    }
    long now = session.nowNanos();
    Call call = new Call(id, now + patience.toNanos());
    open.put(id, call);
    session.timers().schedule(call, Math.min(call.deadline, now + ACKNOWLEDGE_NANOS));
    DataPacket packet =
        DataPacket.newBuilder()
            .setParticipantIdentity(id)
            .setRpcRequest(
                RpcRequest.newBuilder()
                    .setId(id)
                    .setMethod(method)
                    .setPayload(payload)
                    .setResponseTimeoutMs((int) patience.toMillis())
                    .setVersion(VERSION))
            .build();
    session.data().deliver(true, "", 0, packet.toByteArray());
    return call.outcome;
  }

  /** Whether any is open: then the client may answer even if it may not send data otherwise. */
  boolean isWaiting() {
    return !open.isEmpty();
  }

  /** Whether a packet of the client's belongs to a call. */
  boolean concerns(DataPacket packet) {
    return call(packet) != null;
  }

  private @Nullable Call call(DataPacket packet) {
    return switch (packet.getValueCase()) {
      case RPC_ACK -> open.get(packet.getRpcAck().getRequestId());
      case RPC_RESPONSE -> open.get(packet.getRpcResponse().getRequestId());
      default -> null;
    };
  }

  /** A packet that belongs to a call. */
  void take(DataPacket packet) {
    Call call = call(packet);
    if (call == null) {
      return;
    }
    if (packet.hasRpcAck()) {
      call.acknowledged = true;
      session.timers().schedule(call, call.deadline);
    } else {
      end(call, outcome(packet.getRpcResponse()));
    }
  }

  private static Outcome outcome(RpcResponse response) {
    return switch (response.getValueCase()) {
      case PAYLOAD -> new Outcome.Answered(response.getPayload());
      case ERROR -> {
        RpcError error = response.getError();
        yield new Outcome.Failed(error.getCode(), error.getMessage(), error.getData());
      }
      case COMPRESSED_PAYLOAD ->
          new Outcome.Failed(RESPONSE_TOO_LARGE, "the answer is compressed", "");
      case VALUE_NOT_SET -> new Outcome.Answered("");
    };
  }

  private void end(Call call, Outcome outcome) {
    session.timers().cancel(call);
    open.remove(call.id);
    call.outcome.complete(outcome);
  }

  /** The session is over. */
  void close() {
    for (Call call : List.copyOf(open.values())) {
      end(call, new Outcome.Failed(RECIPIENT_DISCONNECTED, "Recipient disconnected", ""));
    }
  }

  /** One that is open; its timer ends it. */
  private final class Call extends TimerWheel.Timer {
    private final String id;
    private final long deadline;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private boolean acknowledged;

    Call(String id, long deadline) {
      this.id = id;
      this.deadline = deadline;
    }

    @Override
    protected void onTimer(long nowNanos) {
      end(
          this,
          acknowledged
              ? new Outcome.Failed(RESPONSE_TIMEOUT, "Response timeout", "")
              : new Outcome.Failed(CONNECTION_TIMEOUT, "Connection timeout", ""));
    }
  }
}
