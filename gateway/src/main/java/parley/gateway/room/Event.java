package parley.gateway.room;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.protocol.EventHead;
import parley.protocol.EventType;

/** One durable event as it was published: its bytes, and what the gateway reads of them. */
final class Event {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Map<EventType, byte[]> NAMES = new EnumMap<>(EventType.class);

  static {
    for (EventType type : EventType.values()) {
      NAMES.put(type, type.code().getBytes(StandardCharsets.US_ASCII));
    }
  }

  final byte[] json;
  final long seq;
  final long prev;
  final long pos;
  final long ts;

  /** What clients hear it under, escaped for JSON. */
  final byte[] name;

  /** Whose hearing it ends, if any. */
  final @Nullable Departure departure;

  final long receivedNanos;

  /** A user hears the room no longer from this event on. */
  record Departure(String userId, Ended why) {}

  private Event(
      byte[] json, EventHead head, byte[] name, @Nullable Departure departure, long receivedNanos) {
    this.json = json;
    this.seq = head.seq();
    this.prev = head.prev();
    this.pos = head.pos();
    this.ts = head.ts();
    this.name = name;
    this.departure = departure;
    this.receivedNanos = receivedNanos;
  }

  /** Null if these bytes are no event. */
  static @Nullable Event parse(byte[] json, long receivedNanos) {
    EventHead head = EventHead.parse(json);
    if (head == null) {
      return null;
    }
    byte[] name = Objects.requireNonNull(NAMES.get(head.type()));
    return switch (head.type()) {
      case MEMBER -> new Event(json, head, name, departure(json), receivedNanos);
      case CUSTOM -> {
        String own = customName(json);
        yield own == null
            ? null
            : new Event(
                json, head, JsonStringEncoder.getInstance().quoteAsUTF8(own), null, receivedNanos);
      }
      case MESSAGE, EDITED, DELETED, REACTION, ROOM ->
          new Event(json, head, name, null, receivedNanos);
    };
  }

  private static @Nullable String customName(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      return find(parser, "event") ? parser.getValueAsString() : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable Departure departure(byte[] json) {
    String user = null;
    Ended why = null;
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        if (field.equals("action")) {
          why = ended(parser.getValueAsString());
        } else if (field.equals("user") && parser.currentToken() == JsonToken.START_OBJECT) {
          user = id(parser);
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      return null;
    }
    return user == null || why == null ? null : new Departure(user, why);
  }

  /** Reads the rest of a user's object. */
  private static @Nullable String id(JsonParser parser) throws IOException {
    String id = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean isId = parser.currentName().equals("id");
      parser.nextToken();
      if (isId) {
        id = parser.getValueAsString();
      } else {
        parser.skipChildren();
      }
    }
    return id;
  }

  /** Stands at the value of the field then. */
  static boolean find(JsonParser parser, String wanted) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals(wanted)) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  boolean is(EventType type) {
    return Arrays.equals(name, NAMES.get(type));
  }

  private static @Nullable Ended ended(String action) {
    return switch (action) {
      case "banned" -> Ended.BANNED;
      case "kicked" -> Ended.KICKED;
      case "removed" -> Ended.REMOVED;
      case "left" -> Ended.LEFT;
      default -> null;
    };
  }
}
