package parley.history.drain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.history.archive.ArchivedEvent;
import parley.history.archive.ArchivedEvent.Change;
import parley.history.archive.Kind;
import parley.history.search.Words;
import parley.protocol.EventHead;
import parley.protocol.EventType;
import parley.protocol.Ids;

/** Reads the JSON of an event once, for all that the archive wants to know of it. */
final class EntryReader {
  private static final JsonFactory JSON = new JsonFactory();
  private static final long SECONDS_PER_DAY = 86_400;
  private static final long DAYS_MAX = 100_000;

  /** Why an entry cannot be stored as it is. */
  static final class Poison extends Exception {
    private static final long serialVersionUID = 1;

    Poison(String reason) {
      super(reason, null, false, false);
    }
  }

  /** The members that matter; what else an event holds stays in its bytes. */
  private static final class Members {
    final boolean wantsData;
    @Nullable String author;
    @Nullable Long target;
    @Nullable String text;
    @Nullable String dataJson;
    @Nullable String emoji;
    boolean on;
    long retention = -1;

    Members(EventType type) {
      wantsData = type == EventType.EDITED;
    }
  }

  private EntryReader() {}

  /**
   * @param value of an entry's field {@code e}: {@code <room>\n<json>}
   */
  static ArchivedEvent read(String room, byte[] value, int from) throws Poison {
    EventHead head = EventHead.parse(value, from);
    if (head == null) {
      throw new Poison("the head of the event is malformed");
    }
    Members members = members(head.type(), value, from);
    String json = new String(value, from, value.length - from, StandardCharsets.UTF_8);
    if (json.indexOf('\0') >= 0 || !isStorable(room) || !isStorable(members.author)) {
      throw new Poison("a NUL or half a character that Postgres does not take");
    }
    if (needsTarget(head.type()) && members.target == null) {
      throw new Poison("a change without target");
    }
    Change change = change(room, head, members);
    return new ArchivedEvent(
        room,
        head.seq(),
        head.prev(),
        head.pos(),
        Kind.of(head.type()),
        members.author,
        members.target,
        json,
        head.type() == EventType.MESSAGE && members.text != null
            ? Words.vector(room, members.text)
            : null,
        change);
  }

  /** What stands in the place of an event that cannot be read: clients see a deleted message. */
  static ArchivedEvent placeholder(String room, EventHead head) {
    String json =
        head.with(
            "\"type\":\"message\",\"room\":\""
                + room.replace("\\", "\\\\").replace("\"", "\\\"")
                + "\",\"deleted\":true,\"unreadable\":true}");
    return new ArchivedEvent(
        room, head.seq(), head.prev(), head.pos(), Kind.UNREADABLE, null, null, json, null, null);
  }

  private static @Nullable Change change(String room, EventHead head, Members members)
      throws Poison {
    return switch (head.type()) {
      case EDITED ->
          new Change.Edit(
              edit(head.ts(), members),
              members.text == null ? null : Words.vector(room, members.text));
      case DELETED -> new Change.Delete();
      case REACTION -> {
        if (members.emoji == null || members.author == null || !isStorable(members.emoji)) {
          throw new Poison("a reaction without emoji or user");
        }
        yield new Change.React(members.emoji, members.on);
      }
      case ROOM -> members.retention < 0 ? null : new Change.Retain(members.retention);
      case MESSAGE, MEMBER, CUSTOM -> null;
    };
  }

  private static boolean needsTarget(EventType type) {
    return type == EventType.EDITED || type == EventType.DELETED || type == EventType.REACTION;
  }

  static boolean isStorable(@Nullable String text) {
    return text == null || Ids.isStorable(text);
  }

  private static String edit(long ts, Members members) throws Poison {
    StringWriter body = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeNumberField("edited", ts);
      if (members.text != null) {
        json.writeStringField("text", members.text);
      }
      if (members.dataJson != null) {
        json.writeFieldName("data");
        json.writeRawValue(members.dataJson);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new Poison("an edit that cannot be written: " + e.getMessage());
    }
    if (body.getBuffer().indexOf("\0") >= 0) {
      throw new Poison("a NUL in an edit");
    }
    return body.toString();
  }

  private static Members members(EventType type, byte[] value, int from) throws Poison {
    Members members = new Members(type);
    try (JsonParser json = JSON.createParser(value, from, value.length - from)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new Poison("the event is no object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        member(members, name, json);
      }
      if (json.nextToken() != null) {
        throw new Poison("something follows the event");
      }
      return members;
    } catch (IOException e) {
      throw new Poison(String.valueOf(e.getMessage()));
    }
  }

  private static void member(Members members, String name, JsonParser json) throws IOException {
    switch (name) {
      case "from", "user", "by" -> {
        String id = idOf(json);
        members.author = name.equals("from") || members.author == null ? id : members.author;
      }
      case "target" -> members.target = json.getLongValue();
      case "text" -> members.text = json.getValueAsString();
      case "emoji" -> members.emoji = json.getValueAsString();
      case "on" -> members.on = json.currentToken() == JsonToken.VALUE_TRUE;
      case "data" -> {
        if (members.wantsData) {
          members.dataJson = raw(json);
        }
        json.skipChildren();
      }
      case "change" -> members.retention = retention(json);
      default -> json.skipChildren();
    }
  }

  private static @Nullable String idOf(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return null;
    }
    String id = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isId = "id".equals(json.currentName());
      json.nextToken();
      if (isId) {
        id = json.getValueAsString();
      }
      json.skipChildren();
    }
    return id;
  }

  /** {@code change.retentionDays} as seconds; null or 0 is the general setting, -1: not changed. */
  private static long retention(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return -1;
    }
    long seconds = -1;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = "retentionDays".equals(json.currentName());
      JsonToken token = json.nextToken();
      if (wanted && token == JsonToken.VALUE_NUMBER_INT) {
        seconds = SECONDS_PER_DAY * Math.clamp(json.getLongValue(), 0, DAYS_MAX);
      } else if (wanted && token == JsonToken.VALUE_NULL) {
        seconds = 0;
      }
      json.skipChildren();
    }
    return seconds;
  }

  private static String raw(JsonParser json) throws IOException {
    StringWriter copy = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(copy)) {
      generator.copyCurrentStructure(json);
    }
    return copy.toString();
  }
}
