package org.consultrelay.relay.signal.livekit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.SplittableRandom;
import livekit.LivekitRtc.SignalRequest;
import org.consultrelay.relay.sdp.ChromiumOffer;

/** Requests with anything in them that the protocol has a place for. */
final class RandomRequest {
  private RandomRequest() {}

  static SignalRequest of(SplittableRandom random) {
    SignalRequest.Builder request = SignalRequest.newBuilder();
    OneofDescriptor choice = SignalRequest.getDescriptor().getOneofs().getFirst();
    FieldDescriptor field = choice.getField(random.nextInt(choice.getFieldCount()));
    // A leave ends the test; it has tests of its own.
    if (field.getName().equals("leave")) {
      field = SignalRequest.getDescriptor().findFieldByName("add_track");
    }
    request.setField(field, value(request, field, random, 0));
    return request.build();
  }

  private static Object value(
      Message.Builder holder, FieldDescriptor field, SplittableRandom random, int depth) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(3);
      case LONG -> random.nextLong();
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text(field.getName(), random);
      case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(8)]);
      case ENUM -> {
        List<EnumValueDescriptor> values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case MESSAGE -> message(holder.newBuilderForField(field), random, depth + 1);
    };
  }

  private static Message message(Message.Builder builder, SplittableRandom random, int depth) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      if (depth > 4 || random.nextInt(3) == 0) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--) {
          builder.addRepeatedField(field, value(builder, field, random, depth));
        }
      } else {
        builder.setField(field, value(builder, field, random, depth));
      }
    }
    return builder.build();
  }

  private static String text(String name, SplittableRandom random) {
    if (name.equals("sdp")) {
      ChromiumOffer offer = ChromiumOffer.room();
      for (int i = random.nextInt(4); i > 0; i--) {
        offer.video(random.nextBoolean() ? "sendonly" : "inactive", "cam-" + i, 7_000 + i * 2);
      }
      String sdp = offer.text();
      return random.nextInt(4) == 0 ? sdp.substring(0, random.nextInt(sdp.length())) : sdp;
    }
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> "cam-" + random.nextInt(4);
      case 2 -> "TR_" + random.nextInt(4);
      case 3 -> "\u0000\uFFFF\u202E".repeat(random.nextInt(4));
      default -> "x".repeat(random.nextInt(600));
    };
  }
}
