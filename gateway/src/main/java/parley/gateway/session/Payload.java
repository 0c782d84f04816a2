package parley.gateway.session;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.Limits;

/**
 * What an event of a client carries besides its fields: any JSON, and the binary parts that it has
 * placeholders for.
 */
record Payload(String json, List<byte[]> binaries) {
  static final Payload NOTHING = new Payload("null", List.of());

  /** Checks size, depth and text; throws {@link Refused}. */
  static Payload of(Object value) {
    Reader reader = new Reader();
    String json = Json.encode(reader.read(value, 1));
    if (Ids.utf8Length(json) > Limits.DATA_BYTES_MAX) {
      throw Refused.of(
          ErrorCode.TOO_LARGE, "data must be at most " + Limits.DATA_BYTES_MAX + " bytes of JSON");
    }
    return new Payload(json, reader.binaries);
  }

  /** The JSON of what can be kept. */
  String storable() {
    if (!binaries.isEmpty()) {
      throw Refused.of(ErrorCode.BINARY_REFUSED, "binary data cannot be stored");
    }
    return json;
  }

  /** Walks over a value and takes its binary parts out. */
  private static final class Reader {
    private final List<byte[]> binaries = new ArrayList<>();
    private long bytes;

    private @Nullable Object read(@Nullable Object value, int depth) {
      if (depth > Limits.DATA_DEPTH_MAX) {
        throw Fields.invalid("data must be at most " + Limits.DATA_DEPTH_MAX + " levels deep");
      }
      return switch (value) {
        case null -> null;
        case JsonObject object -> entries(object.getMap(), depth);
        case Map<?, ?> map -> entries(map, depth);
        case JsonArray array -> items(array.getList(), depth);
        case Iterable<?> items -> items(items, depth);
        case Buffer buffer -> part(buffer.getBytes());
        case byte[] part -> part(part);
        case String text -> storable(text);
        case Number _, Boolean _ -> value;
        default -> throw new IllegalStateException("JSON does not hold " + value.getClass());
      };
    }

    private JsonObject entries(Map<?, ?> entries, int depth) {
      JsonObject copy = new JsonObject();
      entries.forEach(
          (name, value) -> copy.put(storable(String.valueOf(name)), read(value, depth + 1)));
      return copy;
    }

    private JsonArray items(Iterable<?> items, int depth) {
      JsonArray copy = new JsonArray();
      items.forEach(item -> copy.add(read(item, depth + 1)));
      return copy;
    }

    private JsonObject part(byte[] part) {
      bytes += part.length;
      if (bytes > Limits.BINARY_BYTES_MAX) {
        throw Refused.of(
            ErrorCode.TOO_LARGE,
            "binary parts must be at most " + Limits.BINARY_BYTES_MAX + " bytes together");
      }
      binaries.add(part);
      return new JsonObject().put("_placeholder", true).put("num", binaries.size() - 1);
    }

    private static String storable(String text) {
      if (!Ids.isStorable(text)) {
        throw Fields.invalid("data must not hold NUL or lone surrogates");
      }
      return text;
    }
  }
}
