package parley.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes the JSON of event tails and of small objects. */
final class EventWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private EventWriter() {}

  /** Something that writes the fields of one object. */
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  static String write(EventTail tail) {
    return object(json -> fields(json, tail)).substring(1);
  }

  static String object(Fields fields) {
    StringWriter out = new StringWriter(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
      json.flush();
      return out.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fields(JsonGenerator json, EventTail tail) throws IOException {
    switch (tail) {
      case EventTail.Message m -> {
        start(json, EventType.MESSAGE, m.room(), m.from());
        text(json, m.text());
        data(json, m.dataJson());
        if (m.replyTo() != null) {
          json.writeNumberField("replyTo", m.replyTo());
        }
        key(json, m.key());
      }
      case EventTail.Tombstone t -> {
        start(json, EventType.MESSAGE, t.room(), t.from());
        json.writeBooleanField("deleted", true);
        key(json, t.key());
      }
      case EventTail.Edited e -> {
        start(json, EventType.EDITED, e.room(), e.from());
        json.writeNumberField("target", e.target());
        text(json, e.text());
        data(json, e.dataJson());
        key(json, e.key());
      }
      case EventTail.Deleted d -> {
        start(json, EventType.DELETED, d.room(), d.from());
        json.writeNumberField("target", d.target());
      }
      case EventTail.Reaction r -> {
        start(json, EventType.REACTION, r.room(), r.from());
        json.writeNumberField("target", r.target());
        json.writeStringField("emoji", r.emoji());
        json.writeBooleanField("on", r.on());
      }
      case EventTail.Member m -> member(json, m);
      case EventTail.Room r -> {
        start(json, EventType.ROOM, r.room(), null);
        user(json, "by", r.by());
        raw(json, "change", r.changeJson());
        json.writeNumberField("version", r.version());
      }
      case EventTail.Custom c -> {
        start(json, EventType.CUSTOM, c.room(), c.from());
        json.writeStringField("event", c.event());
        data(json, c.dataJson());
        key(json, c.key());
      }
      case EventTail.Relayed r -> {
        start(json, EventType.CUSTOM, r.room(), r.from());
        json.writeStringField("event", r.event());
        data(json, r.dataJson());
        if (!r.fieldsJson().isEmpty()) {
          json.writeRaw("," + r.fieldsJson());
        }
      }
    }
  }

  private static void member(JsonGenerator json, EventTail.Member m) throws IOException {
    start(json, EventType.MEMBER, m.room(), null);
    user(json, "user", m.user());
    json.writeStringField("action", m.action().code());
    user(json, "by", m.by());
    if (m.role() != null) {
      json.writeStringField("role", m.role().code());
    }
    if (m.until() != null) {
      json.writeNumberField("until", m.until());
    }
  }

  private static void start(JsonGenerator json, EventType type, String room, @Nullable User from)
      throws IOException {
    json.writeStringField("type", type.code());
    json.writeStringField("room", room);
    user(json, "from", from);
  }

  private static void user(JsonGenerator json, String field, @Nullable User user)
      throws IOException {
    if (user != null) {
      json.writeObjectFieldStart(field);
      json.writeStringField("id", user.id());
      json.writeStringField("name", user.name());
      json.writeEndObject();
    }
  }

  private static void text(JsonGenerator json, @Nullable String text) throws IOException {
    if (text != null) {
      json.writeStringField("text", text);
    }
  }

  private static void data(JsonGenerator json, @Nullable String dataJson) throws IOException {
    if (dataJson != null) {
      raw(json, "data", dataJson);
    }
  }

  private static void key(JsonGenerator json, @Nullable String key) throws IOException {
    if (key != null) {
      json.writeStringField("key", key);
    }
  }

  private static void raw(JsonGenerator json, String field, String value) throws IOException {
    json.writeFieldName(field);
    json.writeRawValue(value);
  }
}
