package parley.socketio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON of bounded depth into the types of Vert.x, in one pass. Safe for use by several
 * threads.
 */
final class JsonReader {
  private final JsonFactory factory;

  JsonReader(int depthMax) {
    factory =
        new JsonFactoryBuilder()
            .disable(
                JsonFactory.Feature
                    .CANONICALIZE_FIELD_NAMES) // clients choose names: never keep them
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(depthMax).build())
            .build();
  }

  /** The one value in these bytes. */
  @Nullable Object read(byte[] bytes, int from, int to) throws MalformedPacket {
    try (JsonParser parser = factory.createParser(bytes, from, to - from)) {
      Object value = value(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new MalformedPacket("something behind the payload");
      }
      return value;
    } catch (IOException e) {
      throw new MalformedPacket("not JSON");
    }
  }

  private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token)
      throws IOException, MalformedPacket {
    if (token == null) {
      throw new MalformedPacket("JSON ends early");
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> finite(parser.getDoubleValue());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new MalformedPacket("not JSON");
    };
  }

  private static Double finite(double number) throws MalformedPacket {
    if (!Double.isFinite(number)) {
      throw new MalformedPacket("a number too large");
    }
    return number;
  }

  private static JsonObject object(JsonParser parser) throws IOException, MalformedPacket {
    var object = new JsonObject();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      object.getMap().put(name, value(parser, parser.nextToken()));
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new MalformedPacket("not JSON");
    }
    return object;
  }

  @SuppressWarnings("unchecked")
  private static JsonArray array(JsonParser parser) throws IOException, MalformedPacket {
    var array = new JsonArray();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.getList().add(value(parser, token));
    }
    return array;
  }
}
