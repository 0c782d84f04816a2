package parley.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes arguments as JSON; what is binary goes out as attachments, with placeholders in its stead.
 */
final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int DEPTH_MAX = 200;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);
  private final List<byte[]> attachments = new ArrayList<>(0);
  private int depth;

  /** An array of the name, if there is one, and the arguments. */
  byte[] write(@Nullable String name, List<@Nullable Object> args) {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartArray();
      if (name != null) {
        json.writeString(WellFormed.of(name));
      }
      for (Object arg : args) {
        value(json, arg);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to write", e);
    }
    return out.toByteArray();
  }

  List<byte[]> attachments() {
    return attachments;
  }

  static byte[] object(JsonObject object) {
    var writer = new JsonWriter();
    try (JsonGenerator json = FACTORY.createGenerator(writer.out)) {
      writer.value(json, object);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to write", e);
    }
    return writer.out.toByteArray();
  }

  private void value(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(WellFormed.of(text));
      case Boolean flag -> json.writeBoolean(flag);
      case Number number -> number(json, number);
      case JsonObject object -> object(json, object.getMap());
      case JsonArray array -> array(json, array.getList());
      case Map<?, ?> map -> object(json, map);
      case Iterable<?> list -> array(json, list);
      case Object[] array -> array(json, Arrays.asList(array));
      case Buffer buffer -> attachment(json, buffer.getBytes());
      case byte[] bytes -> attachment(json, bytes);
      case RawJson raw -> json.writeRawValue(new String(raw.bytes(), UTF_8));
      case Enum<?> constant -> json.writeString(constant.name());
      default ->
          throw new IllegalArgumentException(
              "cannot be an argument: " + value.getClass() + "; make it a JsonObject first");
    }
  }

  private static void number(JsonGenerator json, Number number) throws IOException {
    switch (number) {
      case Integer i -> json.writeNumber(i);
      case Long l -> json.writeNumber(l);
      case Double d when Double.isFinite(d) -> json.writeNumber(d);
      case Float f when Float.isFinite(f) -> json.writeNumber(f);
      case Short s -> json.writeNumber(s);
      case Byte b -> json.writeNumber(b.intValue());
      case BigInteger big -> json.writeNumber(big);
      case BigDecimal big -> json.writeNumber(big);
      default -> json.writeNull(); // as JavaScript writes what JSON has no number for
    }
  }

  private void object(JsonGenerator json, Map<?, ?> map) throws IOException {
    deeper();
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.writeFieldName(WellFormed.of(String.valueOf(entry.getKey())));
      value(json, entry.getValue());
    }
    json.writeEndObject();
    depth--;
  }

  private void array(JsonGenerator json, Iterable<?> list) throws IOException {
    deeper();
    json.writeStartArray();
    for (Object element : list) {
      value(json, element);
    }
    json.writeEndArray();
    depth--;
  }

  private void deeper() {
    if (++depth > DEPTH_MAX) {
      throw new IllegalArgumentException("arguments nested deeper than " + DEPTH_MAX);
    }
  }

  private void attachment(JsonGenerator json, byte[] bytes) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("_placeholder", true);
    json.writeNumberField("num", attachments.size());
    json.writeEndObject();
    attachments.add(bytes);
  }
}
