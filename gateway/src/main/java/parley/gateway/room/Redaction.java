package parley.gateway.room;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.protocol.EventType;

/**
 * What a deletion does to events that a ring still holds: who spoke and when stays, and the key by
 * which a retry is known, not what was said.
 */
final class Redaction {
  private static final JsonFactory JSON = new JsonFactory();

  private Redaction() {}

  /** The seq of the message that a deletion or an edit is about; -1 if it names none. */
  static long target(Event event) {
    try (JsonParser parser = JSON.createParser(event.json)) {
      return Event.find(parser, "target") ? parser.getValueAsLong(-1) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /** The same event without what was said in it, if it is the target or an edit of it. */
  static Event of(Event event, long target) {
    String rest = null;
    if (event.seq == target && event.is(EventType.MESSAGE)) {
      rest = ",\"deleted\":true" + key(event) + "}";
    } else if (event.is(EventType.EDITED) && target(event) == target) {
      rest = ",\"target\":" + target + ",\"deleted\":true}";
    }
    Event redacted = rest == null ? null : upToSpeaker(event, rest);
    return redacted == null ? event : redacted;
  }

  private static String key(Event event) {
    try (JsonParser parser = JSON.createParser(event.json)) {
      String key = Event.find(parser, "key") ? parser.getValueAsString() : null;
      return key == null
          ? ""
          : ",\"key\":\"" + new String(JsonStringEncoder.getInstance().quoteAsString(key)) + "\"";
    } catch (IOException e) {
      return "";
    }
  }

  private static @Nullable Event upToSpeaker(Event event, String rest) {
    try (JsonParser parser = JSON.createParser(event.json)) {
      if (!Event.find(parser, "from")) {
        return null;
      }
      parser.skipChildren();
      int kept = (int) parser.currentLocation().getByteOffset();
      byte[] tail = rest.getBytes(StandardCharsets.UTF_8);
      byte[] json = new byte[kept + tail.length];
      System.arraycopy(event.json, 0, json, 0, kept);
      System.arraycopy(tail, 0, json, kept, tail.length);
      return Event.parse(json, event.receivedNanos);
    } catch (IOException e) {
      return null;
    }
  }
}
