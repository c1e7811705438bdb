package org.consultrelay.relay.signal.livekit.service;

import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.ops.AuditLog;

/**
 * A method of the API.
 *
 * @param name as it stands in the path
 * @param request an empty one
 * @param grant what it needs
 * @param room the room that a request is about; empty when it is about none
 * @param kept whether the audit log keeps who did it: what changes something, but for data
 * @param action does it, once it is allowed
 * @param <Q> the request
 */
record Operation<Q extends Message>(
    String name, Q request, Grant grant, boolean kept, Function<Q, String> room, Action<Q> action) {
  /** The longest name of a room or identity, in bytes of UTF-8. */
  static final int MOST_NAME = 256;

  /** What a method does. */
  @FunctionalInterface
  interface Action<Q> {
    /** Begins, on the thread of the request, and completes wherever it ends. */
    CompletableFuture<Answer> apply(VerifiedToken token, Q request);
  }

  /** Reads a request, looks whether it is allowed, and does it. */
  CompletableFuture<Answer> run(
      VerifiedToken token, Encoding encoding, byte[] body, AuditLog audit) {
    Message read = encoding.read(body, request);
    if (read == null) {
      return now(
          Answer.failed(
              TwirpCode.MALFORMED,
              "the body is no " + request.getDescriptorForType().getName() + " in " + encoding));
    }
    // What the encoding read is of the type that it was given.
    @SuppressWarnings("unchecked")
    Q typed = (Q) read;
    String about = room.apply(typed);
    if (!grant.isOf(token, about)) {
      return now(Answer.DENIED);
    }
    if (grant != Grant.LIST && about.isEmpty()) {
      return now(Answer.invalid("the room has no name"));
    }
    if (about.getBytes(StandardCharsets.UTF_8).length > MOST_NAME) {
      return now(Answer.invalid("the room's name is longer than " + MOST_NAME + " bytes"));
    }
    CompletableFuture<Answer> answer = action.apply(token, typed);
    return kept
        ? answer.whenComplete((done, _) -> {
          if (done instanceof Answer.Done) {
            audit.acted(token.apiKey(), name, about, identity(typed));
          }
        })
        : answer;
  }

  private static String identity(Message request) {
    Descriptors.FieldDescriptor field = request.getDescriptorForType().findFieldByName("identity");
    return field == null ? "" : request.getField(field).toString();
  }

  static CompletableFuture<Answer> now(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
