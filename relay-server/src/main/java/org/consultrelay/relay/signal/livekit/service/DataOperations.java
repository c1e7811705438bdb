package org.consultrelay.relay.signal.livekit.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.UserPacket;
import livekit.LivekitRoom.PerformRpcRequest;
import livekit.LivekitRoom.PerformRpcResponse;
import livekit.LivekitRoom.SendDataRequest;
import livekit.LivekitRoom.SendDataResponse;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.RoomRefusal;
import org.consultrelay.relay.room.RoomResult;
import org.consultrelay.relay.room.Rooms;
import org.consultrelay.relay.signal.livekit.DataRouting;
import org.consultrelay.relay.signal.livekit.RemoteCalls;
import org.consultrelay.relay.signal.livekit.RemoteCalls.Outcome;

/** Data to those in a room: sent, or asked for an answer. */
final class DataOperations {
  /** Of one message, in bytes: the most that all clients' channels take. */
  private static final int MOST_DATA = 64_000;

  /** Of receivers that are named. */
  private static final int MOST_NAMED = 1_000;

  /** In bytes: the SDKs make 16. */
  private static final int MOST_NONCE = 64;

  private static final int MOST_TOPIC = 256;

  /** How long an answer is waited for when the request does not say. */
  private static final Duration USUAL_PATIENCE = Duration.ofSeconds(10);

  /** The longest: below the time after which an idle HTTP connection is closed. */
  private static final Duration MOST_PATIENCE = Duration.ofSeconds(50);

  private final Rooms rooms;

  DataOperations(Rooms rooms) {
    this.rooms = rooms;
  }

  List<Operation<?>> all() {
    return List.of(
        new Operation<>(
            "SendData",
            SendDataRequest.getDefaultInstance(),
            Grant.ADMIN,
            false,
            SendDataRequest::getRoom,
            (_, request) -> send(request)),
        new Operation<>(
            "PerformRpc",
            PerformRpcRequest.getDefaultInstance(),
            Grant.ADMIN,
            false,
            PerformRpcRequest::getRoom,
            (_, request) -> call(request)));
  }

  private CompletableFuture<Answer> send(SendDataRequest request) {
    if (request.getData().size() > MOST_DATA) {
      return Operation.now(Answer.invalid("data is longer than " + MOST_DATA + " bytes"));
    }
    if (request.getNonce().size() > MOST_NONCE
        || bytes(request.getTopic()) > MOST_TOPIC
        || request.getDestinationIdentitiesCount() + sids(request).size() > MOST_NAMED) {
      return Operation.now(Answer.invalid("a nonce, topic or list of receivers is too long"));
    }
    DataPacket packet = packet(request);
    boolean reliable = request.getKind() != DataPacket.Kind.LOSSY;
    String nonce = HexFormat.of().formatHex(request.getNonce().toByteArray());
    return RoomOperations.inRoom(
        rooms,
        request.getRoom(),
        room -> {
          // An SDK that did not hear the answer sends the same again.
          if (nonce.isEmpty() || room.isFirst(nonce)) {
            DataRouting.send(room, packet, reliable);
          }
          return new Answer.Done(SendDataResponse.getDefaultInstance());
        });
  }

  // Old servers name receivers by sid, and old clients look for names in the user's packet.
  @SuppressWarnings("deprecation")
  private static DataPacket packet(SendDataRequest request) {
    UserPacket.Builder user =
        UserPacket.newBuilder()
            .setPayload(request.getData())
            .addAllDestinationSids(request.getDestinationSidsList())
            .addAllDestinationIdentities(request.getDestinationIdentitiesList())
            .setNonce(request.getNonce());
    if (request.hasTopic()) {
      user.setTopic(request.getTopic());
    }
    return DataPacket.newBuilder()
        .setKind(
            request.getKind() == DataPacket.Kind.LOSSY
                ? DataPacket.Kind.LOSSY
                : DataPacket.Kind.RELIABLE)
        .addAllDestinationIdentities(request.getDestinationIdentitiesList())
        .setUser(user)
        .build();
  }

  @SuppressWarnings("deprecation")
  private static List<String> sids(SendDataRequest request) {
    return request.getDestinationSidsList();
  }

  private CompletableFuture<Answer> call(PerformRpcRequest request) {
    if (request.getMethod().isEmpty()
        || bytes(request.getMethod()) > RemoteCalls.MOST_METHOD
        || bytes(request.getPayload()) > RemoteCalls.MOST_PAYLOAD) {
      return Operation.now(
          Answer.invalid(
              "a method has 1 to %d bytes and a payload at most %d"
                  .formatted(RemoteCalls.MOST_METHOD, RemoteCalls.MOST_PAYLOAD)));
    }
    Duration asked = Duration.ofMillis(Integer.toUnsignedLong(request.getResponseTimeoutMs()));
    Duration patience = asked.isZero() ? USUAL_PATIENCE : asked;
    if (patience.compareTo(MOST_PATIENCE) > 0) {
      return Operation.now(
          Answer.invalid("response_timeout_ms is more than " + MOST_PATIENCE.toMillis()));
    }
    String id = UUID.randomUUID().toString();
    return rooms
        .<CompletableFuture<Answer>>inExistingRoom(
            request.getRoom(),
            room -> {
              Participant participant = room.participant(request.getDestinationIdentity());
              return new RoomResult.Done<>(
                  participant == null
                      ? Operation.now(Answer.NO_PARTICIPANT)
                      : RemoteCalls.call(
                              participant, id, request.getMethod(), request.getPayload(), patience)
                          .thenApply(DataOperations::answer));
            })
        .thenCompose(result ->
            switch (result) {
              case RoomResult.Done<CompletableFuture<Answer>>(CompletableFuture<Answer> answer) ->
                  answer;
              case RoomResult.Refused<CompletableFuture<Answer>>(RoomRefusal refusal) ->
                  Operation.now(Answer.refused(refusal));
            });
  }

  private static Answer answer(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered(String payload) ->
          new Answer.Done(PerformRpcResponse.newBuilder().setPayload(payload).build());
      case Outcome.Failed failed -> failed(failed);
      case Outcome.Deaf() ->
          Answer.failed(
              TwirpCode.FAILED_PRECONDITION, "the participant came by WHIP: it hears no calls");
      case Outcome.Busy() ->
          Answer.failed(TwirpCode.RESOURCE_EXHAUSTED, "too many calls to the participant are open");
    };
  }

  /** What the client's method throws is no fault of ours that an SDK should try again over. */
  private static Answer failed(Outcome.Failed failed) {
    TwirpCode code =
        switch (failed.code()) {
          case RemoteCalls.UNSUPPORTED_METHOD -> TwirpCode.INVALID_ARGUMENT;
          case RemoteCalls.CONNECTION_TIMEOUT, RemoteCalls.RESPONSE_TIMEOUT ->
              TwirpCode.DEADLINE_EXCEEDED;
          case RemoteCalls.RECIPIENT_DISCONNECTED -> TwirpCode.UNAVAILABLE;
          default -> TwirpCode.ABORTED;
        };
    return new Answer.Failed(
        code,
        code.status(),
        failed.text(),
        Map.of("rpc_code", Integer.toString(failed.code()), "rpc_data", failed.data()),
        0);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
